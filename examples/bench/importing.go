package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"assay/server/demo"
)

// importing measures how long a file of clients takes until all of them are on disk and the five checks have judged them.
func importing(ctx context.Context, s *suite) ([]table, error) {
	t := table{title: "Import", header: []string{"", "how", "clients", "s", "clients/s", "Assay is faster"},
		about: "Prepared clients until all are on disk and judged by the five checks; one run each. What the databases found is compared with the checks in Go, Assay's figures too; PocketBase checks nothing, its records are counted."}
	var ours float64
	for _, c := range []struct {
		name, how string
		clients   int
		run       func(ctx context.Context, s *suite, clients int) (time.Duration, error)
	}{
		{"Assay", "POST of a file of NDJSON: canonical forms, references, findings, index, events", s.clients, importAssay},
		{"PostgreSQL", "COPY of documents into jsonb over two connections, then the checks into a table of findings by a parallel plan; no index", s.clients, importPostgres},
		{"SQLite", "one transaction of documents as JSONB by prepared statements, and the checks into a table of findings; no index", s.clients, importSQLite},
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
		t.rows = append(t.rows, []string{c.name, c.how, fmt.Sprint(c.clients), fmt.Sprintf("%.1f", took.Seconds()), fmt.Sprintf("%.0f", rate), number(ours / rate)})
		runtime.GC()
	}
	return []table{t}, nil
}

func importAssay(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	path := filepath.Join(s.dir, "import.ndjson")
	if err := writeInvented(path, clients); err != nil {
		return 0, err
	}
	defer os.Remove(path)
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	p, err := s.startAssay(ctx, filepath.Join(s.dir, "import-assay"), 1)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	began := time.Now()
	if _, err := p.do(ctx, "POST", "/api/v1/imports?format=ndjson&key=externalId", file, "application/x-ndjson"); err != nil {
		return 0, err
	}
	if err := p.untilSwept(ctx); err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, s.importedAlike(ctx, p)
}

// writeInvented writes the file that is imported.
func writeInvented(path string, clients int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, demo.NewReader(1, clients))
	return errors.Join(err, file.Close())
}

// importedAlike holds Assay's figures to those of the checks in Go.
func (s *suite) importedAlike(ctx context.Context, p *process) error {
	b, err := s.cards(ctx)
	if err != nil {
		return err
	}
	want, err := expected(b, false)
	if err != nil {
		return err
	}
	got, err := p.report(ctx)
	if err != nil {
		return err
	}
	return samePage(got, want)
}

// findingsAlike holds findings that a database keeps to those of the checks in Go, for a base of so many clients.
func (s *suite) findingsAlike(ctx context.Context, clients int, each func(tell func(finding)) error) error {
	b, err := s.cards(ctx)
	if err != nil {
		return err
	}
	want, err := nativeSum(b.cards[:clients])
	if err != nil {
		return err
	}
	var got sum
	if err := each(func(f finding) { got.add(f) }); err != nil {
		return err
	}
	if got != want {
		return errors.New("the findings are not those of the checks in Go")
	}
	return nil
}

const storedFindings = `select client, "check", contact from finding`

// importPostgres is durable at the commit of each statement. The table of findings is made by the query, for only so its plan is parallel.
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
	began := time.Now()
	if err := p.fillDocuments(ctx, "client", documents); err != nil {
		return 0, err
	}
	if _, err := p.conn.Exec(ctx, `create table finding (client, "check", contact) as `+jsonbTelling); err != nil {
		return 0, err
	}
	took := time.Since(began)
	p.telling = storedFindings
	return took, s.findingsAlike(ctx, clients, func(tell func(finding)) error { return p.Findings(ctx, tell) })
}

// importSQLite keeps no log ahead of the file: that would be written twice.
func importSQLite(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	documents, err := s.documents(ctx, clients)
	if err != nil {
		return 0, err
	}
	e, err := newSQLite(ctx, filepath.Join(s.dir, "import.sqlite"), "TRUNCATE", "FULL", sqliteDocuments("client")+`; create table finding (client int, "check" int, contact int)`)
	if err != nil {
		return 0, err
	}
	defer e.Close()
	began := time.Now()
	err = e.fill(ctx, []string{"insert into client (doc) values (jsonb(?))"}, len(documents), func(at int, into []*sql.Stmt) (int64, error) {
		_, err := into[0].ExecContext(ctx, string(documents[at]))
		return int64(at), err
	})
	if err != nil {
		return 0, err
	}
	if _, err := e.db.ExecContext(ctx, "insert into finding "+sqliteTelling); err != nil {
		return 0, err
	}
	took := time.Since(began)
	e.telling = storedFindings
	return took, s.findingsAlike(ctx, clients, func(tell func(finding)) error { return e.Findings(ctx, tell) })
}

// documents returns the first clients of the base as they are kept in a database.
func (s *suite) documents(ctx context.Context, clients int) (list [][]byte, err error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	list, err = b.documents()
	if err != nil {
		return nil, err
	}
	return list[:min(clients, len(list))], nil
}
