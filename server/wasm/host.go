package wasm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

// DefaultMemoryPages is an instance's memory limit when Config has none.
const DefaultMemoryPages = abi.MaxMemory / pageBytes

// maxMemoryPages keeps sizes and addresses below 2 GiB.
const maxMemoryPages = 32768

// Config says how a Host runs modules.
type Config struct {
	// CacheDir holds compiled modules between runs; it is made with mode 0700. Whoever can write
	// there can run code in this process. When a host opens it, of more than 500 modules or 1 GiB those
	// go that have not been used for longest. Empty: nothing is kept.
	CacheDir string
	// Log gets what modules write to their log. Nil: it is dropped.
	Log *slog.Logger
	// MemoryPages limits an instance's memory, in pages of 64 KiB. 0: DefaultMemoryPages.
	MemoryPages uint32
	// Idle is the number of instances a module keeps for the next call. 0: one per processor.
	Idle int
	// ClientJSON appends a card's client to dst as JSON, in the form the API shows it and without a line
	// break: what commands of the stdio ABI read. Nil: commands are refused.
	ClientJSON func(dst, card []byte) ([]byte, error)
	// Phone says whether a text is a phone number of a country, or with "" an international one, in
	// about meter.Phone nanoseconds. Nil: modules that ask trap.
	Phone func(text, country string) bool
	// Compile says how large modules are compiled.
	Compile Compile
	// Profile makes Module.Profile possible. Modules then run many times slower.
	Profile bool
}

// Host runs modules. Its methods may be called from any goroutine.
type Host struct {
	runtime    wazero.Runtime
	cache      wazero.CompilationCache
	kept       *cache // what is behind it
	config     Config
	imports    map[importName]hostFunction
	patterns   patterns
	zones      zones
	compiling  chan struct{} // holds one while a child compiles
	imageBytes atomic.Int64  // that images of all modules take
	meter      func(*instrument.Module) (instrument.Extension, error)

	mu      sync.Mutex
	closed  bool
	calls   sync.WaitGroup     // calls that use the runtime
	modules map[string]*loaded // by digest
}

// New starts a host. It must be closed.
func New(ctx context.Context, c Config) (*Host, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.MemoryPages == 0 {
		c.MemoryPages = DefaultMemoryPages
	}
	if c.MemoryPages > maxMemoryPages {
		return nil, fmt.Errorf("wasm: a memory limit of %d pages, at most %d are possible", c.MemoryPages, maxMemoryPages)
	}
	if c.Idle == 0 {
		c.Idle = runtime.GOMAXPROCS(0)
	}
	if c.Compile.Command != nil && c.CacheDir == "" {
		return nil, errors.New("wasm: a compiling process needs a cache's directory to leave its work in")
	}
	if c.Compile.Time == 0 {
		c.Compile.Time = compileTime
	}
	if c.Compile.Memory == 0 {
		c.Compile.Memory = compileMemory
	}
	kept, err := openCache(c.CacheDir, c.Profile)
	if err != nil {
		return nil, err
	}
	cache, err := kept.wazero()
	if err != nil {
		return nil, err
	}
	h := &Host{cache: cache, kept: kept, config: c, modules: map[string]*loaded{}, compiling: make(chan struct{}, 1)}
	h.meter = func(m *instrument.Module) (instrument.Extension, error) { return meter.Rewrite(m, startLimits) }
	h.runtime = wazero.NewRuntimeWithConfig(ctx, runtimeConfig(cache).WithMemoryLimitPages(c.MemoryPages))
	if err := h.offerImports(ctx); err != nil {
		return nil, errors.Join(err, h.Close(ctx))
	}
	return h, nil
}

// Close waits for the calls in progress and frees everything, all modules included. Later calls
// return ErrClosed.
func (h *Host) Close(ctx context.Context) error {
	h.mu.Lock()
	closed := h.closed
	h.closed = true
	h.mu.Unlock()
	if closed {
		return nil
	}
	h.calls.Wait()
	err := errors.Join(h.runtime.Close(ctx), h.cache.Close(ctx))
	for _, l := range h.modules {
		if l.module != nil {
			l.module.releaseIdle()
		}
	}
	return err
}

// enter begins a call that uses the runtime; h.calls.Done ends it.
func (h *Host) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return ErrClosed
	}
	h.calls.Add(1)
	return nil
}
