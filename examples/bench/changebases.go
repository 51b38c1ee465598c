package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// assayChange changes the rule of a server.
type assayChange struct{ *process }

func openAssayChange(ctx context.Context, s *suite, b *base) (changeable, error) {
	dir, err := s.grown(ctx, len(b.cards))
	if err != nil {
		return nil, err
	}
	p, err := s.startAssay(ctx, dir, 1)
	return assayChange{p}, err
}

func (a assayChange) Change(ctx context.Context, source bool) (*page, error) {
	manifest := defaultManifests()[mainManager.String()]
	if source {
		changed := strings.Replace(manifest, `require: client.manager != ""`, `require: client.manager != "" && client.source != ""`, 1)
		if changed == manifest {
			return nil, errors.New("the default rule main-manager is another one than this suite knows")
		}
		manifest = changed
	}
	applied, err := a.do(ctx, "PUT", "/api/v1/rules/"+mainManager.String(), strings.NewReader(manifest), "application/yaml")
	if err != nil {
		return nil, err
	}
	if !json.Valid(applied) {
		return nil, fmt.Errorf("the rule was answered with %.200s", applied)
	}
	for {
		p, err := a.report(ctx)
		if err != nil || p.Pending == 0 {
			return p, err
		}
		time.Sleep(2 * time.Millisecond) // what asks takes part of the processors from what judges
	}
}

func (assayChange) Settle(context.Context) error { return nil }

func (a assayChange) Close() error { return a.stop() }

// postgresChange keeps documents, findings and what the report shows of clients.
type postgresChange struct {
	*postgres
	pool *pgxpool.Pool
	page pager
}

func openPostgresChange(ctx context.Context, s *suite, b *base) (changeable, error) {
	records, err := recordsOf(b)
	if err != nil {
		return nil, err
	}
	p, err := startPostgres(ctx, filepath.Join(s.dir, "change-postgres"))
	if err != nil {
		return nil, err
	}
	c := &postgresChange{postgres: p}
	documents, err := b.documents()
	if err != nil {
		return c, err
	}
	if err := errors.Join(p.fillReport(ctx, records), p.fillDocuments(ctx, "document", documents)); err != nil {
		return c, err
	}
	c.pool, err = pgxpool.New(ctx, p.reportDSN())
	c.page = postgresPager(c.pool)
	return c, errors.Join(err, p.warm(ctx, "document"), p.warm(ctx, "finding"))
}

// recordsOf is the base as a report needs it.
func recordsOf(b *base) ([]record, error) {
	records := make([]record, len(b.cards))
	for i, card := range b.cards {
		var err error
		if records[i], err = recordOf(card); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// Change judges into a temporary table first, because PostgreSQL inserts the rows of a parallel plan only into a table that the statement makes.
func (c *postgresChange) Change(ctx context.Context, source bool) (*page, error) {
	violates := jsonbUnmanaged
	if source {
		violates += " or not doc ? 'source'"
	}
	tx, err := c.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "create temporary table judged on commit drop as select (doc->>'id')::bigint as client from document where "+violates+`;
		delete from finding where rule = `+strconv.Itoa(int(mainManager))+`;
		insert into finding select client, `+strconv.Itoa(int(mainManager))+`, '', '`+paths[mainManager]+"', '"+messages[mainManager]+"' from judged")
	if err != nil {
		return nil, err
	}
	if err := tx.Commit(ctx); err != nil {
		return nil, err
	}
	return c.page(ctx, true)
}

func (c *postgresChange) Settle(ctx context.Context) error {
	_, err := c.conn.Exec(ctx, "vacuum analyze finding")
	return err
}

func (c *postgresChange) Close() error {
	if c.pool != nil {
		c.pool.Close()
	}
	return c.postgres.Close()
}

// sqliteChange is the same in a file.
type sqliteChange struct {
	*sqlite
	page pager
}

func openSQLiteChange(ctx context.Context, s *suite, b *base) (changeable, error) {
	records, err := recordsOf(b)
	if err != nil {
		return nil, err
	}
	e, err := newSQLite(ctx, filepath.Join(s.dir, "change.sqlite"), "WAL", "FULL", sqliteReport+"; "+sqliteDocuments("document"))
	if err != nil {
		return nil, err
	}
	documents, err := b.documents()
	if err != nil {
		return nil, err
	}
	return &sqliteChange{e, sqlitePager(e.db)}, errors.Join(e.fillReport(ctx, records), e.fillDocuments(ctx, "insert into document values (?, jsonb(?))", documents, b.cards))
}

func (c *sqliteChange) Change(ctx context.Context, source bool) (*page, error) {
	violates := sqliteUnmanaged
	if source {
		violates += " or doc ->> '$.source' is null"
	}
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "delete from finding where rule = ?", mainManager); err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, "insert into finding select id, ?, '', ?, ? from document where "+violates, mainManager, paths[mainManager], messages[mainManager])
	if err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	return c.page(ctx, true)
}

func (c *sqliteChange) Settle(ctx context.Context) error {
	_, err := c.db.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	return err
}
