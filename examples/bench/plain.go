package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"
)

// plainVerb has the suite's own binary serve what somebody would write without Assay: bench serve-plain bolt DIR, or postgres DSN, and likewise report-postgres and report-sqlite.
const plainVerb = "serve-plain"

func servePlain(ctx context.Context, args []string) {
	if err := plain(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func plain(ctx context.Context, args []string) error {
	switch args[0] {
	case "pocketbase":
		return servePocketBase(ctx, args[1])
	case "report-postgres", "report-sqlite":
		return serveReport(ctx, args[0], args[1])
	case "bolt":
		return serveBolt(ctx, args[1])
	case "postgres":
		return servePostgres(ctx, args[1])
	}
	return fmt.Errorf("%s: there is nothing plain called so", args[0])
}

// serve serves routes on loopback until it is interrupted, and prints where.
func serve(ctx context.Context, routes func(*fiber.App)) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	routes(app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	go func() { <-ctx.Done(); _ = app.Shutdown() }()
	return app.Listener(l)
}

// serveReport serves the report out of a database.
func serveReport(ctx context.Context, of, where string) error {
	var pages pager
	if of == "report-postgres" {
		pool, err := pgxpool.New(ctx, where)
		if err != nil {
			return err
		}
		defer pool.Close()
		pages = postgresPager(pool)
	} else {
		db, err := sql.Open("sqlite3", sqliteURL(where, "WAL", "FULL"))
		if err != nil {
			return err
		}
		defer db.Close()
		pages = sqlitePager(db)
	}
	return serve(ctx, func(app *fiber.App) {
		app.Get("/report", func(c *fiber.Ctx) error {
			p, err := pages(c.Context(), c.QueryBool("figures", true))
			if err != nil {
				return err
			}
			return c.JSON(p)
		})
	})
}
