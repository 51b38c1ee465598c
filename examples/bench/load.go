package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	loadConnections = 64
	loadWrites      = 20 // in a hundred
)

// mixedLoad measures reads and writes that come together, with a sweep of one rule in the middle.
func mixedLoad(ctx context.Context, s *suite) ([]table, error) {
	p, err := s.startAssay(ctx, filepath.Join(s.dir, "load"), loadConnections)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	clients := s.clients / 10
	if err := errors.Join(p.importClients(ctx, clients), p.untilSwept(ctx)); err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, s.load+30*time.Second)
	defer stop()
	until := time.Now().Add(s.load)
	var mu sync.Mutex
	var all [kinds]latencies
	var failed error
	var running sync.WaitGroup
	for i := range loadConnections {
		running.Go(func() {
			took, err := p.mixed(ctx, rand.New(rand.NewPCG(1, uint64(i))), clients, until)
			mu.Lock()
			defer mu.Unlock()
			for k := range all {
				all[k].each = append(all[k].each, took[k]...)
			}
			failed = errors.Join(failed, err)
		})
	}
	swept, err := p.sweepInTheMiddle(ctx, s.load/2)
	running.Wait()
	if err := errors.Join(failed, err); err != nil {
		return nil, err
	}
	t := table{title: "Mixed load", header: []string{"", "requests/s", "p50 ms", "p99 ms", "p99.9 ms"},
		about: fmt.Sprintf("%d connections for %.0f s over %d clients, the load made on the same two cores; one write in five requests, each durable. A sweep of one changed rule in the middle took %.1f s.",
			loadConnections, s.load.Seconds(), clients, swept.Seconds())}
	var every latencies
	for _, l := range all {
		every.each = append(every.each, l.each...)
	}
	for k, l := range append(all[:], every) {
		t.rows = append(t.rows, []string{append(kindNames[:], "all")[k], fmt.Sprintf("%.0f", float64(len(l.each))/s.load.Seconds()),
			milliseconds(percentile(l.each, 50)), milliseconds(percentile(l.each, 99)), milliseconds(perMille(l.each, 999))})
	}
	return []table{t}, nil
}

// The requests of the load.
const (
	readClient = iota
	readList
	readReport
	writeClient
	kinds
)

var kindNames = [kinds]string{"GET a client", "GET a page of a manager's clients", "GET the report", "PATCH a client"}

// mixed sends requests over one connection until then.
func (p *process) mixed(ctx context.Context, random *rand.Rand, clients int, until time.Time) (took [kinds][]time.Duration, err error) {
	for n := 0; time.Now().Before(until); n++ {
		id := 1 + random.IntN(clients)
		kind, method, path, body := readClient, "GET", fmt.Sprintf("/api/v1/clients/%d", id), ""
		switch draw := random.IntN(100); {
		case draw < loadWrites:
			kind, method, body = writeClient, "PATCH", fmt.Sprintf(`{"notes":"written %d"}`, n)
		case draw < loadWrites+10:
			kind, path = readReport, "/api/v1/reports/quality"
		case draw < loadWrites+20:
			kind, path = readList, "/api/v1/clients?manager=i.lipkina&limit=20"
		}
		began := time.Now()
		if _, err := p.do(ctx, method, path, strings.NewReader(body), "application/json"); err != nil {
			return took, err
		}
		took[kind] = append(took[kind], time.Since(began))
	}
	return took, nil
}

// sweepInTheMiddle changes a rule after a while and returns how long it takes until all is judged.
func (p *process) sweepInTheMiddle(ctx context.Context, after time.Duration) (time.Duration, error) {
	select {
	case <-time.After(after):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	const changed = `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"main-manager"},"spec":{"type":"Quality","severity":"warning","require":"client.manager != \"\"","path":"notes","message":{"en":"No main manager"}}}`
	if _, err := p.do(ctx, "PUT", "/api/v1/rules/main-manager", strings.NewReader(changed), "application/json"); err != nil {
		return 0, err
	}
	began := time.Now()
	err := p.untilSwept(ctx)
	return time.Since(began), err
}

func perMille(took []time.Duration, p int) time.Duration { return percentileOf(took, p, 1000) }
