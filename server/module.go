package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/wasm"
)

// hosted is a module of the WebAssembly host in the engine's terms.
type hosted struct{ *wasm.Module }

// Evaluate turns the host's word for a freed module into the engine's.
func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	err := h.Module.Measure(ctx, now, checks, batch, to)
	if errors.Is(err, wasm.ErrClosed) {
		return engine.ErrClosed
	}
	return err
}

// Determinism says of a module that cannot be run what its author can mend.
func (h hosted) Determinism(ctx context.Context, c abi.Configured, now time.Time, cards [][]byte) (abi.Determinism, error) {
	d, err := h.Module.Determinism(ctx, c, now, cards)
	return d, refusedModule(err)
}

// clientJSON appends the client of a card as GET /clients/{id} shows it.
func clientJSON(dst, card []byte) ([]byte, error) {
	client, err := crm.DecodeCard(card)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(client)
	return append(dst, text...), err
}

// CompileModule is the process that Config.Compiler names: it compiles the module on stdin, confined,
// and returns its exit code.
func CompileModule(args []string, stdin io.Reader, stdout io.Writer) int {
	return wasm.CompileMain(args, stdin, stdout)
}

// refusedModule turns the host's refusal of a module into the domain's.
func refusedModule(err error) error {
	var refused *wasm.LoadError
	if !errors.As(err, &refused) {
		return err
	}
	return &crm.InvalidError{Problems: []crm.Problem{{Field: "module", Code: string(refused.Code), Message: refused.Detail}}}
}
