package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
)

// bare is the module of the checks in C on wazero as it comes: no fuel, nothing restored between clients. What can
// interrupt it is WithCloseOnContextDone, if anything.
type bare struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cards    [][]byte

	mu   sync.Mutex
	idle []*bareInstance
}

// bareInstance is an instance with its checks configured, and room for a card.
type bareInstance struct {
	memory   api.Memory
	evaluate api.Function
	handles  [checks]uint64
	room     uint32 // where cards are put
	reader   abi.ResultsReader
}

const bareRoom = 1 << 20

func openBare(interruptible bool) func(context.Context, *base, [][]byte) (evaluator, error) {
	return func(ctx context.Context, _ *base, cards [][]byte) (evaluator, error) {
		wasm, err := defaults(ctx, "c")
		if err != nil {
			return nil, err
		}
		r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCloseOnContextDone(interruptible))
		_, err = r.NewHostModuleBuilder("assay").
			NewFunctionBuilder().WithFunc(func(uint32, uint32) {}).Export("log").
			NewFunctionBuilder().WithFunc(func(uint32, uint32, uint32) uint64 { return 0 }).Export("call").Instantiate(ctx)
		if err != nil {
			return nil, err
		}
		compiled, err := r.CompileModule(ctx, wasm)
		return &bare{runtime: r, compiled: compiled, cards: cards}, err
	}
}

func (e *bare) take(ctx context.Context) (*bareInstance, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.idle); n > 0 {
		in := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return in, nil
	}
	return e.start(ctx)
}

func (e *bare) start(ctx context.Context) (*bareInstance, error) {
	m, err := e.runtime.InstantiateModule(ctx, e.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	in := &bareInstance{memory: m.Memory(), evaluate: m.ExportedFunction("assay_evaluate")}
	room, err := m.ExportedFunction("assay_alloc").Call(ctx, bareRoom)
	if err != nil {
		return nil, err
	}
	in.room = uint32(room[0])
	for check := range in.handles {
		in.memory.Write(in.room, []byte("{}"))
		answer, err := m.ExportedFunction("assay_configure").Call(ctx, uint64(check), uint64(in.room), 2)
		if err != nil {
			return nil, err
		}
		handle, ok := in.memory.ReadUint32Le(uint32(answer[0]>>32) + 4)
		if !ok {
			return nil, errors.New("the handle lies outside of the memory")
		}
		in.handles[check] = uint64(handle)
	}
	return in, nil
}

// judge puts a card into the memory and calls each check on it.
func (in *bareInstance) judge(ctx context.Context, card []byte, tell func(*abi.ResultRow) error) error {
	if len(card) > bareRoom || !in.memory.Write(in.room, card) {
		return fmt.Errorf("a card of %d bytes", len(card))
	}
	stack := make([]uint64, 3)
	for _, handle := range in.handles {
		stack[0], stack[1], stack[2] = handle, uint64(in.room), uint64(len(card))
		if err := in.evaluate.CallWithStack(ctx, stack); err != nil {
			return err
		}
		if uint32(stack[0]) == 0 {
			continue
		}
		results, ok := in.memory.Read(uint32(stack[0]>>32), uint32(stack[0]))
		if !ok {
			return errors.New("results outside of the memory")
		}
		if err := in.reader.Read(results, tell); err != nil {
			return err
		}
	}
	return nil
}

func (e *bare) each(ctx context.Context, from, to int, tell func(card int, row *abi.ResultRow) error) error {
	in, err := e.take(ctx)
	if err != nil {
		return err
	}
	defer func() { e.mu.Lock(); e.idle = append(e.idle, in); e.mu.Unlock() }()
	ctx, stop := context.WithCancel(ctx) // what interrupts it is a context that can end
	defer stop()
	for i := from; i < to; i++ {
		if err := in.judge(ctx, e.cards[i], func(row *abi.ResultRow) error { return tell(i, row) }); err != nil {
			return err
		}
	}
	return nil
}

func (e *bare) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, len(e.cards), func(from, to int) (n counts, err error) {
		err = e.each(ctx, from, to, func(_ int, row *abi.ResultRow) error {
			c, err := checkOf(row.Code)
			n[c]++
			return err
		})
		return n, err
	})
}

func (e *bare) Findings(ctx context.Context, tell func(finding)) error {
	return e.each(ctx, 0, len(e.cards), func(card int, row *abi.ResultRow) error { return tellRow(e.cards[card], row, tell) })
}

func (e *bare) Close() error { return e.runtime.Close(context.Background()) }
