package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"assay/rules"
	"assay/rules/builtin"
	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/wasm"
)

// fusedCounting is the fused module of the five rules on Assay's host, with all limits and all checking of what it says. Of that nothing is
// made, but counted, as the databases and other engines do with what they find.
type fusedCounting struct {
	host   *wasm.Host
	module *wasm.Module
	asked  []abi.Configured
	of     []check // by the rule's number in the module
	cards  [][]byte
}

func openFusedCounting(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
	env, err := cel.NewEnv(nil)
	if err != nil {
		return nil, err
	}
	e := &fusedCounting{cards: cards}
	var members []*cel.Compiled
	for _, d := range builtin.All() {
		object, err := rules.ParseOne(d.Manifest, rules.ParseOptions{})
		if err != nil {
			return nil, err
		}
		compiled, err := env.Compile(cel.CheckOf(object.(*rules.Rule)))
		if err != nil {
			return nil, err
		}
		of, err := checkOf(d.Name)
		if err != nil {
			return nil, err
		}
		members, e.of = append(members, compiled), append(e.of, of)
	}
	fused, err := cel.Fuse(members)
	if err != nil {
		return nil, err
	}
	if e.host, err = wasm.New(ctx, wasm.Config{CacheDir: filepath.Join(b.dir, "modules")}); err != nil {
		return nil, err
	}
	e.asked = []abi.Configured{{Check: abi.FusedCheck, Settings: strings.Repeat("1", len(members)), Fuel: abi.MaxFuel, Isolation: abi.IsolateNone, Members: len(members)}}
	e.module, err = e.host.Load(ctx, fused.Wasm)
	return e, err
}

func (e *fusedCounting) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, len(e.cards), func(from, to int) (n counts, err error) {
		err = e.each(ctx, from, to, func(_, member int, rows []byte) error {
			n[e.of[member]] += findingRows(rows)
			return nil
		})
		return n, err
	})
}

// findingRows is how many findings a rule's rows are. None is its constant answer, which is one.
func findingRows(rows []byte) (n int64) {
	for at := 0; at < len(rows); at += 4 + int(binary.LittleEndian.Uint32(rows[at:])) {
		n++
	}
	return max(n, 1)
}

func (e *fusedCounting) Findings(ctx context.Context, tell func(finding)) error {
	return e.each(ctx, 0, len(e.cards), func(at, member int, rows []byte) error {
		client, err := abi.Open(e.cards[at])
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			tell(finding{client.ID(), e.of[member], -1})
			return nil
		}
		return abi.ParseResults(rows, func(r abi.ResultRow) error {
			contact, err := contactOf(r.Path)
			tell(finding{client.ID(), e.of[member], contact})
			return err
		})
	})
}

// each evaluates a part of the cards in batches and tells which rules have said something of a card.
func (e *fusedCounting) each(ctx context.Context, from, to int, tell func(at, member int, rows []byte) error) (failed error) {
	batch := new(abi.Batch)
	first, judged := from, 0
	take := func(_, card int, results []byte, fault error) {
		if judged++; fault != nil {
			failed = fmt.Errorf("card %d: %w", first+card, fault)
			return
		}
		err := abi.EachMember(results[4*len(e.of):], func(member int, rows []byte) error { return tell(first+card, member, rows) })
		if err != nil {
			failed = err
		}
	}
	for at := from; at < to; at++ {
		batch.Add(e.cards[at])
		if !batch.Full() && at < to-1 {
			continue
		}
		err := e.module.Evaluate(ctx, noon, e.asked, batch, take)
		if err = errors.Join(failed, err); err != nil {
			return fmt.Errorf("evaluate cards from %d: %w", first, err)
		}
		batch.Reset()
		first = at + 1
	}
	if judged != to-from {
		return fmt.Errorf("%d of %d cards were not judged", to-from-judged, to-from)
	}
	return failed
}

func (e *fusedCounting) Close() error { return e.host.Close(context.Background()) }
