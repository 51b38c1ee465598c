package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// growth measures bases that grow: import, sweep, opening, memory, file, and the first page of the report.
func growth(ctx context.Context, s *suite) ([]table, error) {
	t := table{title: "Growth", header: []string{"clients", "import, clients/s", "sweep of five rules, s", "open, s", "memory, MB", "file, MB", "report p50 ms", "p99 ms"},
		about: "Bases of a server of its own. Import until judged; a sweep of the five default rules from nothing; from the start of the program to ready; the report's first page with all counts, 200 times; anonymous memory after that."}
	var points []point
	for _, n := range s.sizes {
		s.say("  %d clients", n)
		p, err := s.grow(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("%d clients: %w", n, err)
		}
		points = append(points, p)
		s.figures["growth/report p99"] = p.reportP99.Seconds() * 1000 // of the last, which is the largest
		t.rows = append(t.rows, p.row())
	}
	if len(points) > 1 {
		t.about += "\nSlopes are of the two largest bases: how many times as much for ten times as many clients, 10 being as fast as the base."
		t.rows = append(t.rows, slopes(points[len(points)-2], points[len(points)-1], s.figures))
	}
	return []table{t}, nil
}

// point is what was measured at one size.
type point struct {
	clients              int
	imported, swept      time.Duration
	opened               time.Duration
	memory, file         int64
	reportP50, reportP99 time.Duration
}

func (s *suite) grow(ctx context.Context, n int) (at point, err error) {
	at.clients = n
	data := s.grownFolder(n)
	p, err := s.startAssay(ctx, data, 1)
	if err != nil {
		return at, err
	}
	began := time.Now()
	if err := errors.Join(p.importClients(ctx, n), p.untilSwept(ctx)); err != nil {
		return at, errors.Join(err, p.stop())
	}
	at.imported = time.Since(began)
	if at.swept, err = s.sweepFromNothing(ctx, p); err != nil {
		return at, errors.Join(err, p.stop())
	}
	if err := p.stop(); err != nil {
		return at, err
	}
	began = time.Now()
	if p, err = s.startAssay(ctx, data, 1); err != nil {
		return at, err
	}
	defer p.stop()
	at.opened = time.Since(began)
	var each []time.Duration
	for range 200 {
		began := time.Now()
		if _, err := p.do(ctx, "GET", "/api/v1/reports/quality", nil, ""); err != nil {
			return at, err
		}
		each = append(each, time.Since(began))
	}
	at.reportP50, at.reportP99 = percentile(each, 50), percentile(each, 99)
	if at.memory, err = p.memory(); err != nil {
		return at, err
	}
	file, err := os.Stat(filepath.Join(data, "assay.db"))
	if err == nil {
		at.file = file.Size()
	}
	return at, err
}

// grownFolder is where the base of so many clients lies that growth makes and others use after it.
func (s *suite) grownFolder(n int) string { return filepath.Join(s.dir, fmt.Sprintf("grown-%d", n)) }

// grown returns the folder of a base of n judged clients, made unless there is one. No server runs over it.
func (s *suite) grown(ctx context.Context, n int) (string, error) {
	data := s.grownFolder(n)
	if _, err := os.Stat(data); err == nil {
		return data, nil
	}
	p, err := s.startAssay(ctx, data, 1)
	if err != nil {
		return "", err
	}
	return data, errors.Join(p.importClients(ctx, n), p.untilSwept(ctx), p.stop())
}

// sweepFromNothing deletes the default rules and declares them anew, and returns the time from the first of these until all is judged again and
// found as before.
func (s *suite) sweepFromNothing(ctx context.Context, p *process) (time.Duration, error) {
	before, err := p.report(ctx)
	if err != nil {
		return 0, err
	}
	manifests := defaultManifests()
	for name := range manifests {
		if _, err := p.do(ctx, "DELETE", "/api/v1/rules/"+name, nil, ""); err != nil {
			return 0, err
		}
	}
	if err := p.untilSwept(ctx); err != nil {
		return 0, err
	}
	began := time.Now()
	for name, text := range manifests {
		if _, err := p.do(ctx, "PUT", "/api/v1/rules/"+name, strings.NewReader(text), "application/yaml"); err != nil {
			return 0, err
		}
	}
	if err := p.untilSwept(ctx); err != nil {
		return 0, err
	}
	took := time.Since(began)
	after, err := p.report(ctx)
	if err != nil {
		return 0, err
	}
	return took, samePage(after, before)
}

func (p point) row() []string {
	return []string{fmt.Sprint(p.clients), fmt.Sprintf("%.0f", float64(p.clients)/p.imported.Seconds()), fmt.Sprintf("%.2f", p.swept.Seconds()), fmt.Sprintf("%.2f", p.opened.Seconds()),
		fmt.Sprint(p.memory / 1e6), fmt.Sprint(p.file / 1e6), milliseconds(p.reportP50), milliseconds(p.reportP99)}
}

// tenfold is how many times as much something takes for ten times as many clients, that takes x for some and y for by times as many: 10 to
// the power that it grows with.
func tenfold(x, y, by float64) float64 { return math.Pow(y/x, 1/math.Log10(by)) }

// slopes says how much more ten times as many clients take, by the two points.
func slopes(a, b point, to figures) []string {
	by := float64(b.clients) / float64(a.clients)
	of := func(what string, x, y float64) string {
		to[slope+what] = tenfold(x, y, by)
		return fmt.Sprintf("×%.2g", to[slope+what])
	}
	return []string{"slope", of("import", a.imported.Seconds(), b.imported.Seconds()), of("the sweep", a.swept.Seconds(), b.swept.Seconds()), of("opening", a.opened.Seconds(), b.opened.Seconds()),
		of("memory", float64(a.memory), float64(b.memory)), of("the file", float64(a.file), float64(b.file)), of("the report's p50", a.reportP50.Seconds(), b.reportP50.Seconds()), of("the report's p99", a.reportP99.Seconds(), b.reportP99.Seconds())}
}
