package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/wasm"
)

// ruleSet is rules of Assay in force, as a server's sweep runs them.
type ruleSet struct {
	host  *wasm.Host
	set   *engine.Set
	cards [][]byte
}

// hosted is a module of the host as the engine knows it.
type hosted struct{ *wasm.Module }

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Module.Measure(ctx, now, checks, batch, to)
}

// openRules returns an opener of the rules that ship with Assay, each in a module of its own or fused.
func openRules(fused bool) func(context.Context, *base, [][]byte) (evaluator, error) {
	return func(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
		var manifests [][]byte
		for _, d := range builtin.All() {
			manifests = append(manifests, d.Manifest)
		}
		e, err := compiled(ctx, b, cards, manifests, nil)
		if err == nil && fused {
			err = e.set.Fuser.Fuse(ctx, e.set)
		}
		if err != nil {
			return e, err
		}
		return e, sameResults(cards, func(from, to int, tell func(int, []crm.Result) error) error { return e.each(ctx, from, to, tell) })
	}
}

// compiled compiles manifests; modules are by digest.
func compiled(ctx context.Context, b *base, cards, manifests [][]byte, modules map[string][]byte) (*ruleSet, error) {
	host, err := wasm.New(ctx, wasm.Config{CacheDir: filepath.Join(b.dir, "modules"), ClientJSON: func(dst, card []byte) ([]byte, error) {
		text, err := clientJSON(card)
		return append(dst, text...), err
	}})
	if err != nil {
		return nil, err
	}
	e := &ruleSet{host: host, cards: cards}
	load := func(ctx context.Context, bytes []byte) (engine.Module, error) {
		m, err := host.Load(ctx, bytes)
		return hosted{m}, err
	}
	compiler, err := engine.NewCompiler(nil, load, func(_ context.Context, digest string) ([]byte, error) {
		if m, ok := modules[digest]; ok {
			return m, nil
		}
		return nil, crm.ErrNotFound
	})
	if err != nil {
		return e, err
	}
	var list []*engine.Rule
	for _, text := range manifests {
		object, err := rules.ParseOne(text, rules.ParseOptions{})
		if err != nil {
			return e, err
		}
		r, err := compiler.Compile(ctx, object.(*rules.Rule))
		if err != nil {
			return e, err
		}
		list = append(list, r)
	}
	e.set = engine.NewSet(1, list, nil, nil)
	e.set.Fuser = engine.NewFuser(load)
	return e, nil
}

func (e *ruleSet) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, len(e.cards), func(from, to int) (n counts, err error) {
		err = e.each(ctx, from, to, func(_ int, results []crm.Result) error { return n.count(results) })
		return n, err
	})
}

func (e *ruleSet) Findings(ctx context.Context, tell func(finding)) error {
	return e.each(ctx, 0, len(e.cards), func(at int, results []crm.Result) error {
		client, err := abi.Open(e.cards[at])
		if err != nil {
			return err
		}
		return tellResults(client.ID(), results, tell)
	})
}

// each evaluates a part of the cards in batches and tells the results of each card.
func (e *ruleSet) each(ctx context.Context, from, to int, tell func(at int, results []crm.Result) error) error {
	batch := new(abi.Batch)
	first := from
	for at := from; at < to; at++ {
		batch.Add(e.cards[at])
		if !batch.Full() && at < to-1 {
			continue
		}
		results, unjudged, err := e.set.Evaluate(ctx, noon, batch)
		if err != nil || len(unjudged) > 0 {
			return fmt.Errorf("evaluate cards from %d: not judged %v, %w", first, unjudged, err)
		}
		for i, of := range results {
			for k := range of {
				if of[k].Error != "" {
					return fmt.Errorf("card %d, rule %s: %s", first+i, of[k].Rule, of[k].Error)
				}
			}
			if err := tell(first+i, of); err != nil {
				return err
			}
		}
		batch.Reset()
		first = at + 1
	}
	return nil
}

// contactOf reads the place of a contact out of a path such as contacts[3].jobTitle.
func contactOf(path string) (int, error) {
	inside, ok := strings.CutPrefix(path, "contacts[")
	if !ok {
		return -1, nil
	}
	place, _, _ := strings.Cut(inside, "]")
	return strconv.Atoi(place)
}

func (e *ruleSet) Close() error { return e.host.Close(context.Background()) }

// defaultManifests is the rules that ship with Assay, by name.
func defaultManifests() map[string]string {
	manifests := make(map[string]string)
	for _, d := range builtin.All() {
		manifests[d.Name] = string(d.Manifest)
	}
	return manifests
}
