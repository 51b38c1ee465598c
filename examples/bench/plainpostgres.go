package main

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// plainTable has the checks as constraints, as PostgreSQL would refuse what Assay lists.
const plainTable = `create table if not exists plain (id bigint generated always as identity primary key, doc jsonb not null,
	constraint "main-manager" check (coalesce(doc->>'manager', '') <> ''),
	constraint "contact-information" check (doc @? '$.channels[*].value ? (@ != "")' or doc @? '$.contacts[*].channels[*].value ? (@ != "")'),
	constraint "contact-person" check (doc->>'kind' <> 'company' or jsonb_array_length(coalesce(doc->'contacts', '[]')) > 0),
	constraint "contact-job-title" check (not doc @? '$.contacts[*] ? (!exists(@.jobTitle) || @.jobTitle == "")'),
	constraint "tax-id" check (doc->>'kind' not in ('company', 'soleTrader') or coalesce(doc->>'taxId', '') <> ''))`

const (
	badJSON        = "22P02" // invalid_text_representation
	checkViolation = "23514"
)

// servePostgres takes clients whose JSON PostgreSQL parses, judges and keeps; nothing is done here that it does.
func servePostgres(ctx context.Context, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, plainTable); err != nil {
		return err
	}
	return serve(ctx, func(app *fiber.App) {
		app.Post("/clients", func(c *fiber.Ctx) error {
			var id int64
			err := pool.QueryRow(c.Context(), "insert into plain (doc) values ($1) returning id", c.Body()).Scan(&id)
			if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
				switch refused.Code {
				case badJSON:
					return fiber.NewError(fiber.StatusBadRequest, refused.Message)
				case checkViolation:
					return c.Status(fiber.StatusUnprocessableEntity).JSON(fiber.Map{"findings": []plainFinding{{refused.ConstraintName}}})
				}
			}
			if err != nil {
				return err
			}
			return c.Status(fiber.StatusCreated).JSON(fiber.Map{"id": id, "findings": []plainFinding{}})
		})
	})
}
