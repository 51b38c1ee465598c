package main

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"sync"

	extism "github.com/extism/go-sdk"

	"assay/sdk/abi"
)

// clangModule is how the guests in C are built.
var clangModule = []string{"clang", "--target=wasm32", "-std=c11", "-Xclang", "-O2", "-mbulk-memory", "-nostdlib", "-ffreestanding", "-Wl,--no-entry", "-Wl,--stack-first"}

// plugins is the checks in C as a plugin of Extism, compiled once and an instance a worker. It has no limit
// of time: with one Extism uses wazero's, whose cost is a contender of its own.
type plugins struct {
	compiled *extism.CompiledPlugin
	cards    [][]byte
	batch    int // how many cards a call judges

	mu   sync.Mutex
	idle []*extism.Plugin
}

// extismBatch is how many cards come to about 64 KiB, as Assay's batches do.
const extismBatch = 64

func openExtism(batch int) func(context.Context, *base, [][]byte) (evaluator, error) {
	return func(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
		path := filepath.Join(b.dir, "extism.wasm")
		wasm, err := guest(ctx, b, "extism.wasm", nil, append(clangModule, "-o", path, "guests/extism/plugin.c")...)
		if err != nil {
			return nil, err
		}
		compiled, err := extism.NewCompiledPlugin(ctx, extism.Manifest{Wasm: []extism.Wasm{extism.WasmData{Data: wasm}}}, extism.PluginConfig{}, unused())
		return &plugins{compiled: compiled, cards: cards, batch: batch}, err
	}
}

// unused are the functions of Assay's host that the SDK imports and these checks do not call.
func unused() []extism.HostFunction {
	number, long := extism.ValueTypeI32, extism.ValueTypeI64
	none := func(context.Context, *extism.CurrentPlugin, []uint64) {}
	list := []extism.HostFunction{
		extism.NewHostFunctionWithStack("log", none, []extism.ValueType{number, number}, nil),
		extism.NewHostFunctionWithStack("call", none, []extism.ValueType{number, number, number}, []extism.ValueType{long}),
	}
	for i := range list {
		list[i].SetNamespace("assay")
	}
	return list
}

func (e *plugins) take(ctx context.Context) (*extism.Plugin, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.idle); n > 0 {
		p := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return p, nil
	}
	return e.compiled.Instance(ctx, extism.PluginInstanceConfig{})
}

func (e *plugins) give(p *extism.Plugin) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.idle = append(e.idle, p)
}

// each calls the plugin with batches of cards.
func (e *plugins) each(ctx context.Context, from, to int, tell func(card int, row *abi.ResultRow) error) error {
	p, err := e.take(ctx)
	if err != nil {
		return err
	}
	defer e.give(p)
	var reader abi.ResultsReader
	var input []byte
	for first := from; first < to; first += e.batch {
		input = input[:0]
		last := min(first+e.batch, to)
		for _, card := range e.cards[first:last] {
			input = append(binary.LittleEndian.AppendUint64(input, uint64(len(card))), card...)
		}
		_, results, err := p.CallWithContext(ctx, "check", input)
		if err != nil {
			return err
		}
		for at := range (last - first) * int(checks) {
			size := binary.LittleEndian.Uint32(results)
			if err := reader.Read(results[4:4+size], func(row *abi.ResultRow) error { return tell(first+at/int(checks), row) }); err != nil {
				return err
			}
			results = results[4+size:]
		}
	}
	return nil
}

func (e *plugins) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, len(e.cards), func(from, to int) (n counts, err error) {
		err = e.each(ctx, from, to, func(_ int, row *abi.ResultRow) error {
			c, err := checkOf(row.Code)
			n[c]++
			return err
		})
		return n, err
	})
}

func (e *plugins) Findings(ctx context.Context, tell func(finding)) error {
	return e.each(ctx, 0, len(e.cards), func(card int, row *abi.ResultRow) error { return tellRow(e.cards[card], row, tell) })
}

// tellRow tells the finding of a row of results.
func tellRow(card []byte, row *abi.ResultRow, tell func(finding)) error {
	c, err := checkOf(row.Code)
	if err != nil {
		return err
	}
	client, err := abi.Open(card)
	if err != nil {
		return err
	}
	contact, err := contactOf(row.Path)
	tell(finding{client.ID(), c, contact})
	return err
}

func (e *plugins) Close() error {
	ctx := context.Background()
	for _, p := range e.idle {
		_ = p.Close(ctx)
	}
	return e.compiled.Close(ctx)
}
