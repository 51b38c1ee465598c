package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.etcd.io/bbolt"

	"assay/server/crm"
)

// plainVerb has the suite's own binary serve what somebody would write without Assay: bench serve-plain bolt DIR, or postgres DSN, and likewise report-postgres and report-sqlite.
const plainVerb = "serve-plain"

// keeper keeps a client and returns when it is on disk. It refuses nothing: the checks only count.
type keeper func(ctx context.Context, client *crm.Client, text []byte) (id int64, err error)

func servePlain(ctx context.Context, args []string) {
	if err := plain(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func plain(ctx context.Context, args []string) error {
	var keep keeper
	var err error
	switch args[0] {
	case "pocketbase":
		return servePocketBase(ctx, args[1])
	case "report-postgres", "report-sqlite":
		return serveReport(ctx, args[0], args[1])
	case "bolt":
		keep, err = keepInBolt(args[1])
	case "postgres":
		keep, err = keepInPostgres(ctx, args[1])
	}
	if err != nil {
		return err
	}
	return serve(ctx, func(app *fiber.App) {
		app.Post("/clients", func(c *fiber.Ctx) error { return create(c, keep) })
	})
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
		db, err := sql.Open("sqlite3", sqliteURL(where, "FULL"))
		if err != nil {
			return err
		}
		defer db.Close()
		pages = sqlitePager(db)
	}
	return serve(ctx, func(app *fiber.App) {
		app.Get("/report", func(c *fiber.Ctx) error {
			p, err := pages(c.Context())
			if err != nil {
				return err
			}
			return c.JSON(p)
		})
	})
}

// create decodes a client, runs the five checks in Go, keeps it, and answers what they found.
func create(c *fiber.Ctx, keep keeper) error {
	var client crm.Client
	if err := json.Unmarshal(c.Body(), &client); err != nil {
		return fiber.NewError(fiber.StatusBadRequest, err.Error())
	}
	found := []string{}
	nativeClient(&client, func(c check, _ int) { found = append(found, c.String()) })
	id, err := keep(c.Context(), &client, c.Body())
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"id": id, "findings": found})
}

// keepInBolt keeps the JSON under a number. Batch has writers that come together share a transaction.
func keepInBolt(dir string) (keeper, error) {
	db, err := bbolt.Open(filepath.Join(dir, "plain.bolt"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: 1 << 30})
	if err != nil {
		return nil, err
	}
	db.MaxBatchDelay = time.Millisecond // its default of 10 ms is what a lone writer waits
	name := []byte("clients")
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucketIfNotExists(name); return err })
	return func(_ context.Context, _ *crm.Client, text []byte) (id int64, err error) {
		err = db.Batch(func(tx *bbolt.Tx) error {
			b := tx.Bucket(name)
			n, err := b.NextSequence()
			if err != nil {
				return err
			}
			id = int64(n)
			return b.Put(binary.BigEndian.AppendUint64(nil, n), text)
		})
		return id, err
	}, err
}

// plainTable has the checks as constraints, as PostgreSQL would refuse what Assay lists.
const plainTable = `create table if not exists plain (id bigint generated always as identity primary key, doc jsonb not null,
	constraint "main-manager" check (coalesce(doc->>'manager', '') <> ''),
	constraint "contact-information" check (doc @? '$.channels[*].value ? (@ != "")' or doc @? '$.contacts[*].channels[*].value ? (@ != "")'),
	constraint "contact-person" check (doc->>'kind' <> 'company' or jsonb_array_length(coalesce(doc->'contacts', '[]')) > 0),
	constraint "contact-job-title" check (not doc @? '$.contacts[*] ? (!exists(@.jobTitle) || @.jobTitle == "")'),
	constraint "tax-id" check (doc->>'kind' not in ('company', 'soleTrader') or coalesce(doc->>'taxId', '') <> ''))`

func keepInPostgres(ctx context.Context, dsn string) (keeper, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, err
	}
	_, err = pool.Exec(ctx, plainTable)
	return func(ctx context.Context, _ *crm.Client, text []byte) (id int64, err error) {
		err = pool.QueryRow(ctx, "insert into plain (doc) values ($1) returning id", text).Scan(&id)
		return id, err
	}, err
}
