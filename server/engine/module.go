package engine

import (
	"context"
	"errors"
	"time"

	"assay/sdk/abi"
)

// Module is a loaded WebAssembly module. Its methods may be called from any
// goroutine.
type Module interface {
	// Digest is "sha256:<hex>" of the module's bytes.
	Digest() string
	// Description is what the module says of its checks.
	Description() abi.Description
	// Configure reports whether a check takes these settings and limits.
	Configure(ctx context.Context, c abi.Configured) error
	// Determinism tries out on these cards whether a check depends on what it judged before.
	Determinism(ctx context.Context, c abi.Configured, now time.Time, cards [][]byte) (abi.Determinism, error)
	// Evaluate runs the checks on every card of the batch and tells the receiver
	// what came of it and what it took.
	Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error
	// Close frees the module when no evaluation uses it any more.
	Close(ctx context.Context) error
}

// Loader makes a Module of the bytes of a WebAssembly module.
type Loader func(ctx context.Context, wasm []byte) (Module, error)

// ErrClosed is returned by an evaluation with a set whose modules were
// replaced meanwhile; the caller goes on with the current set.
var ErrClosed = errors.New("rule set was replaced")
