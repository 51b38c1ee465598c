package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// contender is a way to run the five checks over all clients.
type contender struct {
	name string
	how  string // its configuration, for the table
	part int    // it runs on one client in so many, 0 and 1: on all

	// open makes it ready over the cards. What that takes is not measured.
	open func(ctx context.Context, b *base, cards [][]byte) (evaluator, error)
}

// evaluator is a contender that is ready.
type evaluator interface {
	// Count runs the checks on so many workers, and counts what they find: this is what is measured.
	Count(ctx context.Context, workers int) (counts, error)
	// Findings tells each finding, in any order.
	Findings(ctx context.Context, tell func(finding)) error
	Close() error
}

// noter is an evaluator that has something to say of how it runs.
type noter interface {
	Note(ctx context.Context, workers int) (string, error)
}

// shared divides n into a share for each worker and adds up what they count. The first error ends nothing but is told.
func shared(workers, n int, count func(from, to int) (counts, error)) (total counts, err error) {
	var mu sync.Mutex
	var running sync.WaitGroup
	share := (n + workers - 1) / workers
	for from := 0; from < n; from += share {
		running.Go(func() {
			c, failed := count(from, min(from+share, n))
			mu.Lock()
			defer mu.Unlock()
			total.add(c)
			if failed != nil {
				err = failed
			}
		})
	}
	running.Wait()
	return total, err
}

// alike returns an error unless the evaluator finds what the checks in Go find.
func alike(ctx context.Context, e evaluator, cards [][]byte) error {
	want, err := nativeSum(cards)
	if err != nil {
		return err
	}
	var got sum
	var told counts
	if err := e.Findings(ctx, func(f finding) { got.add(f); told[f.check]++ }); err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("it does not find what the checks in Go find: %v", told)
	}
	counted, err := e.Count(ctx, runtime.GOMAXPROCS(0))
	if err != nil {
		return err
	}
	if counted != told {
		return fmt.Errorf("it counts %v and tells %v", counted, told)
	}
	return nil
}
