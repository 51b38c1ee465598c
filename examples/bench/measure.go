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
	rounds  int     // how many there were
	median  float64 // ns a client
	spread  float64 // half of what lies between the quartiles, as a part of the median
}

// ready is a contender that was found right.
type ready struct {
	contender
	evaluator
	clients int
	took    [2][]time.Duration // by how many workers
}

// workers are those that evaluations are measured on.
var workers = [2]int{1, 2}

// leastRounds are measured, if so many are wanted, even where the time of the part is up.
const leastRounds = 3

// measure opens the contenders, holds each to the checks in Go, and has them take turns.
func (s *suite) measure(ctx context.Context, b *base, list []contender) (rows []row, err error) {
	var running []*ready
	for _, c := range list {
		began := time.Now()
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
		s.say("  %s is right about %d clients (%.1f s)", c.name, len(cards), time.Since(began).Seconds())
	}
	if err := s.takeTurns(ctx, running); err != nil {
		return nil, err
	}
	for _, r := range running {
		for i, n := range workers {
			median, spread := summary(r.took[i])
			rows = append(rows, row{r.contender, n, r.clients, len(r.took[i]), float64(median) / float64(r.clients), spread})
		}
	}
	return rows, nil
}

// takeTurns has each contender evaluate all its clients, once a round: fewer rounds than are wanted where the next one would not be over in time.
func (s *suite) takeTurns(ctx context.Context, running []*ready) error {
	for round := range s.rounds {
		began := time.Now()
		for _, r := range running {
			for i, n := range workers {
				runtime.GC() // what another left is not this one's
				began := time.Now()
				if _, err := r.Count(ctx, n); err != nil {
					return fmt.Errorf("%s: %w", r.name, err)
				}
				r.took[i] = append(r.took[i], time.Since(began))
			}
		}
		took := time.Since(began)
		s.say("  round %d (%.1f s)", round+1, took.Seconds())
		if round+1 >= leastRounds && time.Now().Add(took).After(s.until) {
			return nil
		}
	}
	return nil
}

// summary returns the median, and half of what lies between the quartiles as a part of it.
func summary(took []time.Duration) (median time.Duration, spread float64) {
	sorted := slices.Sorted(slices.Values(took))
	n := len(sorted)
	median = sorted[n/2]
	return median, float64(sorted[n*3/4]-sorted[n/4]) / 2 / float64(median)
}
