package modules

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"time"

	"assay/sdk/abi"
	"assay/server/canon"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/wasm"
)

// Config says how modules are run.
type Config struct {
	CacheDir string       // of compiled modules; whoever can write there can run code in this process
	Log      *slog.Logger // gets what modules log; nil: it is dropped
	Compiler []string     // a program and arguments that call Compile, for large modules; nil: this process compiles them
	Profile  bool         // wasm.Module.Profile can be called; modules run many times slower
}

// Host loads modules. Its methods may be called from any goroutine.
type Host struct{ *wasm.Host }

// Open starts a host. It must be closed.
func Open(ctx context.Context, c Config) (*Host, error) {
	host, err := wasm.New(ctx, wasm.Config{CacheDir: c.CacheDir, Log: c.Log, ClientJSON: clientJSON, Phone: canon.ValidPhone, Compile: wasm.Compile{Command: c.Compiler}, Profile: c.Profile})
	if err != nil {
		return nil, err
	}
	return &Host{host}, nil
}

// Load is an engine.Loader. Of a refused module the error is a *crm.InvalidError that says what its author can mend.
func (h *Host) Load(ctx context.Context, bytes []byte) (engine.Module, error) {
	m, err := h.Host.Load(ctx, bytes)
	if err != nil {
		return nil, refused(err)
	}
	return hosted{m}, nil
}

// Compile is the process that Config.Compiler names: it compiles the module on stdin, confined, and returns its
// exit code.
func Compile(args []string, stdin io.Reader, stdout io.Writer) int {
	return wasm.CompileMain(args, stdin, stdout)
}

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
	return d, refused(err)
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

// refused turns the host's refusal of a module into the domain's.
func refused(err error) error {
	var refused *wasm.LoadError
	if !errors.As(err, &refused) {
		return err
	}
	return &crm.InvalidError{Problems: []crm.Problem{{Field: "module", Code: string(refused.Code), Message: refused.Detail}}}
}
