package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

// Each is asked so often, or for so long.
const (
	reportCalls = 200
	reportTime  = 10 * time.Second
)

// reporting measures the first page of the report with its figures, at each size.
func reporting(ctx context.Context, s *suite) ([]table, error) {
	t := table{title: "The report", header: []string{"clients", "", "p50 ms", "p99 ms", "calls", "p50, Assay is faster"},
		about: "The first page (50 clients with their findings) and the figures (clients, those with findings, clients and findings of each rule), all as they are at that moment, by GET over one kept-alive connection on loopback. " +
			"PostgreSQL and SQLite are behind a small Fiber handler in a process of its own: findings in a table with a primary key (client, rule, row) and an index (rule, client), warm, " +
			"statements prepared, one snapshot. Both answer what Assay does before they are measured. The databases keep a client's id, name and manager only, Assay all of it. " +
			fmt.Sprintf("%d calls each, or as many as %.0f s allow.", reportCalls, reportTime.Seconds())}
	for _, n := range s.sizes {
		rows, err := s.reportAt(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("%d clients: %w", n, err)
		}
		t.rows = append(t.rows, rows...)
	}
	return []table{t}, nil
}

// reporter is a server that answers with the report.
type reporter struct {
	name string
	*process
	path string
}

func (s *suite) reportAt(ctx context.Context, n int) (rows [][]string, err error) {
	dir, err := s.folder(fmt.Sprintf("report-%d", n))
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	data, err := s.grown(ctx, n)
	if err != nil {
		return nil, err
	}
	records, err := grownRecords(ctx, data, n)
	if err != nil {
		return nil, err
	}
	assay, err := s.startAssay(ctx, data, 1)
	if err != nil {
		return nil, err
	}
	defer assay.stop()
	servers := []reporter{{"Assay", assay, "/api/v1/reports/quality"}}
	want, err := servers[0].ask(ctx)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	postgres, err := startPostgres(ctx, dir+"-postgres")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, postgres.Close(), os.RemoveAll(postgres.dir)) }()
	if err := postgres.fillReport(ctx, records); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "report.sqlite")
	sqlite, err := newSQLite(ctx, file, "OFF", sqliteReport)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(sqlite.fillReport(ctx, records), sqlite.Close()); err != nil {
		return nil, err
	}
	records = nil
	for _, of := range [][]string{
		{"PostgreSQL", "report-postgres", "host=" + postgres.dir + " user=bench dbname=postgres"},
		{"SQLite", "report-sqlite", file},
	} {
		p, err := start(ctx, 1, self, plainVerb, of[1], of[2])
		if err != nil {
			return nil, err
		}
		defer p.stop()
		r := reporter{of[0], p, "/report"}
		got, err := r.ask(ctx)
		if err == nil {
			err = samePage(got, want)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		servers = append(servers, r)
	}
	return measureReports(ctx, n, servers)
}

func measureReports(ctx context.Context, n int, servers []reporter) (rows [][]string, err error) {
	var ours time.Duration
	for _, r := range servers {
		took, err := r.repeat(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		median := percentile(took, 50)
		if ours == 0 {
			ours = median
		}
		rows = append(rows, []string{fmt.Sprint(n), r.name, milliseconds(median), milliseconds(percentile(took, 99)), fmt.Sprint(len(took)), fmt.Sprintf("%.2g", float64(median)/float64(ours))})
	}
	return rows, nil
}

func (r *reporter) ask(ctx context.Context) (*page, error) {
	text, err := r.do(ctx, "GET", r.path, nil, "")
	if err != nil {
		return nil, err
	}
	return readPage(text)
}

// repeat asks until it was enough.
func (r *reporter) repeat(ctx context.Context) (took []time.Duration, err error) {
	for end := time.Now().Add(reportTime); len(took) < reportCalls && time.Now().Before(end); {
		began := time.Now()
		if _, err := r.do(ctx, "GET", r.path, nil, ""); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// grownRecords returns what databases need for the report of a base.
func grownRecords(ctx context.Context, dir string, n int) (records []record, err error) {
	b, err := bolt.Open(ctx, bolt.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	records = make([]record, 0, n)
	err = eachCard(ctx, b, func(card []byte) error {
		r, err := recordOf(card)
		records = append(records, r)
		return err
	})
	return records, err
}

// eachCard tells what is stored, in the order of ids.
func eachCard(ctx context.Context, s store.Store, tell func(card []byte) error) error {
	for q := (store.Query{Limit: 1000}); ; {
		page, err := s.Clients(ctx, crm.Everything, q)
		if err != nil {
			return err
		}
		for _, card := range page.Cards {
			if err := tell(card); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
