package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// singleRecord measures one client that arrives as JSON, is judged by the five checks, and is on disk when it is answered.
func singleRecord(ctx context.Context, s *suite) ([]table, error) {
	dir, err := s.folder("single")
	if err != nil {
		return nil, err
	}
	pg, err := startPostgres(ctx, filepath.Join(s.dir, "single-postgres"))
	if err != nil {
		return nil, err
	}
	defer pg.Close()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	assay, err := s.startAssay(ctx, filepath.Join(dir, "assay"), manyWriters)
	if err != nil {
		return nil, err
	}
	defer assay.stop()
	bolt, err := start(ctx, manyWriters, self, plainVerb, "bolt", dir)
	if err != nil {
		return nil, err
	}
	defer bolt.stop()
	postgres, err := start(ctx, manyWriters, self, plainVerb, "postgres", "host="+pg.dir+" user=bench dbname=postgres pool_max_conns=16")
	if err != nil {
		return nil, err
	}
	defer postgres.stop()
	contenders := []*writing{
		{name: "Assay", how: "canonical forms, findings, history, index and event are kept too", process: assay, path: "/api/v1/clients"},
		{name: "Fiber and bbolt", how: "the JSON under a number, writers that wait share a commit; checks in Go, findings answered and forgotten", process: bolt, path: "/clients"},
		{name: "Fiber and PostgreSQL", how: "jsonb parsed by the database, the checks as constraints (all clients pass them)", process: postgres, path: "/clients"},
	}
	if err := s.judgeAlike(ctx, assay, bolt, postgres); err != nil {
		return nil, err
	}
	documents, err := s.singleDocuments(ctx, 2000, true)
	if err != nil {
		return nil, err
	}
	if err := inTurns(ctx, contenders, documents, s.rounds); err != nil {
		return nil, err
	}
	return []table{singleTable(contenders)}, nil
}

// inTurns has each server take the documents, from one writer and from many.
func inTurns(ctx context.Context, contenders []*writing, documents [][]byte, rounds int) error {
	for range rounds {
		for _, w := range contenders {
			for i, writers := range [2]int{1, manyWriters} {
				if err := w.write(ctx, documents, writers, &w.took[i]); err != nil {
					return fmt.Errorf("%s: %w", w.name, err)
				}
			}
		}
	}
	return nil
}

func singleTable(contenders []*writing) table {
	t := table{title: "A single client over HTTP", header: []string{"", "how", "1 writer, p50 ms", "p99", "16 writers, p50 ms", "p99", "clients/s"},
		about: "POST of one client without a finding, answered when it is on disk, loopback, keep-alive. Before, clients with findings were sent: Fiber and bbolt answer the same as Assay, and PostgreSQL refuses those that have any."}
	for _, w := range contenders {
		row := []string{w.name, w.how}
		for i := range w.took {
			row = append(row, milliseconds(percentile(w.took[i].each, 50)), milliseconds(percentile(w.took[i].each, 99)))
		}
		t.rows = append(t.rows, append(row, strconv.Itoa(int(float64(len(w.took[1].each))/w.took[1].wall.Seconds()))))
	}
	return t
}

const manyWriters = 16

// writing is a server that takes clients.
type writing struct {
	name, how string
	*process
	path string
	took [2]latencies // of one writer, and of many
}

// latencies is how long requests took.
type latencies struct {
	each []time.Duration
	wall time.Duration
}

// write sends the documents, shared by so many writers.
func (w *writing) write(ctx context.Context, documents [][]byte, writers int, to *latencies) error {
	if writers == 1 {
		documents = documents[:len(documents)/10]
	}
	var next atomic.Int64
	var mu sync.Mutex
	var failed error
	var running sync.WaitGroup
	began := time.Now()
	for range writers {
		running.Go(func() {
			var each []time.Duration
			var err error
			for i := next.Add(1) - 1; i < int64(len(documents)) && err == nil; i = next.Add(1) - 1 {
				at := time.Now()
				_, err = w.do(ctx, "POST", w.path, bytes.NewReader(documents[i]), "application/json")
				each = append(each, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			to.each = append(to.each, each...)
			if err != nil {
				failed = err
			}
		})
	}
	running.Wait()
	to.wall += time.Since(began)
	return failed
}

func percentile(took []time.Duration, p int) time.Duration { return percentileOf(took, p, 100) }

func percentileOf(took []time.Duration, p, of int) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)*p/of, len(sorted)-1)]
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }
