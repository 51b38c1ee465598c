package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// importing measures how long a file of clients takes until all of them are on disk and the five checks have judged them.
func importing(ctx context.Context, s *suite) ([]table, error) {
	t := table{title: "Import", header: []string{"", "how", "clients", "s", "clients/s", "Assay is faster"},
		about: "A file of clients until all are on disk and judged by the five checks; one run each."}
	var ours float64
	for _, c := range []struct {
		name, how string
		clients   int
		run       func(ctx context.Context, s *suite, clients int) (time.Duration, error)
	}{
		{"Assay", "POST of NDJSON: canonical forms, references, findings, index, events", s.clients, importAssay},
		{"PostgreSQL", "COPY of prepared documents into jsonb, and the checks into a table of findings", s.clients, importPostgres},
		{"SQLite", "one transaction of prepared documents as JSON text, and the checks into a table of findings", s.clients, importSQLite},
		{"PocketBase", "its batch API, 100 records a request, four requests at a time; no checks", max(s.clients/50, 1000), importPocketBase},
	} {
		s.say("  %s", c.name)
		took, err := c.run(ctx, s, c.clients)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		rate := float64(c.clients) / took.Seconds()
		s.figures["import/"+c.name] = rate
		if ours == 0 {
			ours = rate
		}
		t.rows = append(t.rows, []string{c.name, c.how, fmt.Sprint(c.clients), fmt.Sprintf("%.1f", took.Seconds()), fmt.Sprintf("%.0f", rate), fmt.Sprintf("%.2g", ours/rate)})
		runtime.GC()
	}
	return []table{t}, nil
}

func importAssay(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	p, err := s.startAssay(ctx, filepath.Join(s.dir, "import-assay"), 1)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	began := time.Now()
	if err := p.importClients(ctx, clients); err != nil {
		return 0, err
	}
	return time.Since(began), p.untilSwept(ctx)
}

// importPostgres is durable at the commit of COPY.
func importPostgres(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	p, err := startPostgres(ctx, filepath.Join(s.dir, "import-postgres"))
	if err != nil {
		return 0, err
	}
	defer p.Close()
	documents, err := s.documents(ctx, clients)
	if err != nil {
		return 0, err
	}
	if _, err := p.conn.Exec(ctx, `create table client (doc jsonb not null); create table finding (client bigint, "check" int, contact int)`); err != nil {
		return 0, err
	}
	began := time.Now()
	at := 0
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		if at == len(documents) {
			return nil, nil
		}
		at++
		return []any{documents[at-1]}, nil
	})
	if _, err := p.conn.CopyFrom(ctx, pgx.Identifier{"client"}, []string{"doc"}, rows); err != nil {
		return 0, err
	}
	_, err = p.conn.Exec(ctx, "insert into finding "+jsonbTelling)
	return time.Since(began), err
}

func importSQLite(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	documents, err := s.documents(ctx, clients)
	if err != nil {
		return 0, err
	}
	const schema = `create table client (id integer primary key, doc text not null); create table finding (client int, "check" int, contact int)`
	e, err := newSQLite(ctx, filepath.Join(s.dir, "import.sqlite"), "FULL", schema)
	if err != nil {
		return 0, err
	}
	defer e.Close()
	began := time.Now()
	err = e.fill(ctx, []string{"insert into client (doc) values (?)"}, len(documents), func(at int, into []*sql.Stmt) (int64, error) {
		_, err := into[0].ExecContext(ctx, string(documents[at]))
		return int64(at), err
	})
	if err != nil {
		return 0, err
	}
	_, err = e.db.ExecContext(ctx, "insert into finding "+sqliteTelling)
	return time.Since(began), err
}

// importPocketBase sends records in batches, as its JavaScript and Dart clients do.
func importPocketBase(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	documents, err := s.documents(ctx, clients)
	if err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	const beside = 4
	p, err := start(ctx, beside, self, plainVerb, "pocketbase", filepath.Join(s.dir, "import-pocketbase"))
	if err != nil {
		return 0, err
	}
	defer p.stop()
	if err := p.waitFor(ctx, "/api/health"); err != nil {
		return 0, err
	}
	var bodies [][]byte
	for some := range slices.Chunk(documents, pocketBatch) {
		var requests []map[string]any
		for _, text := range some {
			requests = append(requests, map[string]any{"method": "POST", "url": "/api/collections/clients/records", "body": map[string]any{"doc": json.RawMessage(text)}})
		}
		body, err := json.Marshal(map[string]any{"requests": requests})
		if err != nil {
			return 0, err
		}
		bodies = append(bodies, body)
	}
	w := &writing{process: p, path: "/api/batch"}
	began := time.Now()
	err = w.write(ctx, bodies, beside, new(latencies))
	return time.Since(began), err
}

// documents returns the first clients of the base as they are kept in a database.
func (s *suite) documents(ctx context.Context, clients int) (list [][]byte, err error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	for _, card := range b.cards[:min(clients, len(b.cards))] {
		text, err := document(card)
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, nil
}
