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

// Each is asked so often in turns of so many, or for so long.
const (
	reportCalls = 200
	reportTurn  = 10
	reportTime  = 6 * time.Second
)

// reporting measures the first page of the report with its figures, at each size.
func reporting(ctx context.Context, s *suite) ([]table, error) {
	t := table{title: "The report", header: []string{"clients", "", "p50 ms", "p99 ms", "calls", "p50, Assay is faster"},
		about: "The first page (50 clients with their findings) and the figures (clients, those with findings, clients and findings of each rule), all as they are at that moment, by GET over one kept-alive connection on loopback. " +
			"PostgreSQL and SQLite are behind a small Fiber handler in a process of its own: findings in a table with a primary key (client, rule, row) and an index (rule, client), warm, " +
			"statements prepared, one snapshot. Both answer what Assay does before they are measured. What the page takes them without the figures, which they count each time, stands beside it. The databases keep a client's id, name and manager only, Assay all of it. " +
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
	path  string
	took  []time.Duration
	spent time.Duration
}

func (s *suite) reportAt(ctx context.Context, n int) (rows [][]string, err error) {
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
	servers := []reporter{{name: "Assay", process: assay, path: "/api/v1/reports/quality"}}
	want, err := servers[0].ask(ctx)
	if err != nil {
		return nil, err
	}
	postgres, err := startPostgres(ctx, filepath.Join(s.dir, fmt.Sprintf("report-postgres-%d", n)))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, postgres.Close(), os.RemoveAll(postgres.dir)) }()
	file := filepath.Join(s.dir, fmt.Sprintf("report-%d.sqlite", n))
	defer os.Remove(file)
	if err := errors.Join(postgres.fillReport(ctx, records), fillReportFile(ctx, file, records)); err != nil {
		return nil, err
	}
	for _, of := range []struct{ name, verb, where string }{
		{"PostgreSQL", "report-postgres", postgres.reportDSN()},
		{"SQLite", "report-sqlite", file},
	} {
		p, err := startPlain(ctx, of.verb, of.where)
		if err != nil {
			return nil, err
		}
		defer p.stop()
		whole := reporter{name: of.name, process: p, path: "/report"}
		part := reporter{name: of.name + ", the page without figures", process: p, path: "/report?figures=false"}
		if err := errors.Join(whole.alike(ctx, want), part.alike(ctx, &page{Items: want.Items})); err != nil {
			return nil, err
		}
		servers = append(servers, whole, part)
	}
	return measureReports(ctx, n, servers)
}

// startPlain starts what the suite's own binary serves, for one connection.
func startPlain(ctx context.Context, verb, where string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, 1, self, plainVerb, verb, where)
}

func fillReportFile(ctx context.Context, file string, records []record) error {
	e, err := newSQLite(ctx, file, "WAL", "OFF", sqliteReport)
	if err != nil {
		return err
	}
	return errors.Join(e.fillReport(ctx, records), e.Close())
}

// measureReports asks the servers in turns, each until it was enough.
func measureReports(ctx context.Context, n int, servers []reporter) (rows [][]string, err error) {
	for turns := 0; turns < reportCalls/reportTurn; turns++ {
		for i := range servers {
			if err := servers[i].turn(ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", servers[i].name, err)
			}
		}
	}
	ours := percentile(servers[0].took, 50)
	for _, r := range servers {
		median := percentile(r.took, 50)
		rows = append(rows, []string{fmt.Sprint(n), r.name, milliseconds(median), milliseconds(percentile(r.took, 99)), fmt.Sprint(len(r.took)), number(float64(median) / float64(ours))})
	}
	return rows, nil
}

// alike returns an error unless the server reports that.
func (r *reporter) alike(ctx context.Context, want *page) error {
	got, err := r.ask(ctx)
	if err == nil {
		err = samePage(got, want)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}

func (r *reporter) ask(ctx context.Context) (*page, error) {
	text, err := r.do(ctx, "GET", r.path, nil, "")
	if err != nil {
		return nil, err
	}
	return readPage(text)
}

// turn asks some times, while there is time left.
func (r *reporter) turn(ctx context.Context) error {
	for range reportTurn {
		if r.spent >= reportTime {
			return nil
		}
		began := time.Now()
		if _, err := r.do(ctx, "GET", r.path, nil, ""); err != nil {
			return err
		}
		took := time.Since(began)
		r.took, r.spent = append(r.took, took), r.spent+took
	}
	return nil
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
