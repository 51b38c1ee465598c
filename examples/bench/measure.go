package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// row is what was measured of a contender.
type row struct {
	contender
	workers int
	clients int
	median  float64 // ns a client
	spread  float64 // half of what lies between the quartiles, as a part of the median
}

// ready is a contender that was found right.
type ready struct {
	contender
	evaluator
	clients int
	took    [2][]time.Duration // on one worker, and on all
}

// measure opens the contenders, holds each to the checks in Go, and has them take turns.
func measure(ctx context.Context, b *base, list []contender, rounds int) (rows []row, err error) {
	var running []*ready
	for _, c := range list {
		cards := b.cards[:len(b.cards)/max(c.part, 1)]
		e, err := c.open(ctx, b, cards)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		defer e.Close()
		if err := alike(ctx, e, cards); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if n, ok := e.(noter); ok {
			note, err := n.Note(ctx, runtime.GOMAXPROCS(0))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			c.how += "; " + note
		}
		running = append(running, &ready{contender: c, evaluator: e, clients: len(cards)})
	}
	workers := [2]int{1, runtime.GOMAXPROCS(0)}
	for range rounds {
		for _, r := range running {
			for i, n := range workers {
				runtime.GC() // what another left is not this one's
				began := time.Now()
				if _, err := r.Count(ctx, n); err != nil {
					return nil, fmt.Errorf("%s: %w", r.name, err)
				}
				r.took[i] = append(r.took[i], time.Since(began))
			}
		}
	}
	for _, r := range running {
		for i, n := range workers {
			median, spread := summary(r.took[i])
			rows = append(rows, row{r.contender, n, r.clients, float64(median) / float64(r.clients), spread})
		}
	}
	return rows, nil
}

// summary returns the median, and half of what lies between the quartiles as a part of it.
func summary(took []time.Duration) (median time.Duration, spread float64) {
	sorted := slices.Sorted(slices.Values(took))
	n := len(sorted)
	median = sorted[n/2]
	return median, float64(sorted[n*3/4]-sorted[n/4]) / 2 / float64(median)
}
