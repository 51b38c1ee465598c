package wasm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"

	"assay/sdk/abi"
)

// Module is a loaded module. Its methods may be called from any goroutine.
type Module struct {
	host        *Host
	digest      string
	entry       *loaded // its place in the host's table
	compiled    wazero.CompiledModule
	description abi.Description
	memoryMin   uint32 // pages
	command     bool   // of the stdio ABI

	mu     sync.Mutex
	idle   []*instance
	live   int  // instances, idle ones included
	closed bool // the last user is gone
}

// Digest returns "sha256:<hex>" of the bytes that were loaded.
func (m *Module) Digest() string { return m.digest }

// Description returns what the module says of its checks. It must not be modified.
func (m *Module) Description() abi.Description { return m.description }

// Configure tries settings and limits on a check. A refusal is a *SettingsError with the
// module's own words, or the host's about limits; a module that traps over its settings, or does not
// start within its limits, is a *Fault.
func (m *Module) Configure(ctx context.Context, c abi.Configured) error {
	if err := m.host.enter(); err != nil {
		return err
	}
	defer m.host.calls.Done()
	_, pages, err := m.host.limitsOf(c)
	if err != nil {
		return err
	}
	if m.command {
		return m.configureCommand(ctx, c, pages)
	}
	in, err := m.take(ctx, pages, nil)
	if err != nil {
		return err
	}
	_, err = in.handle(c)
	if err != nil && !isRefusal(err) {
		m.discard(in)
		return err
	}
	m.give(in)
	return err
}

// Close ends one use of the module. The last one frees it as soon as no call uses it any more;
// calls that begin later return ErrClosed.
func (m *Module) Close(ctx context.Context) error {
	if err := m.host.enter(); err != nil {
		return nil // the host has freed it
	}
	defer m.host.calls.Done()
	if m.host.release(m.digest, m.entry) {
		m.free(ctx)
	}
	return nil
}

// free ends the idle instances and leaves the rest to the calls that still use some.
func (m *Module) free(ctx context.Context) {
	m.mu.Lock()
	m.closed = true
	idle := m.idle
	m.idle = nil
	m.live -= len(idle)
	last := m.live == 0
	m.mu.Unlock()
	for _, in := range idle {
		in.close()
	}
	if last {
		_ = m.compiled.Close(ctx)
	}
}

// releaseIdle gives back the memory of idle instances whose runtime is closed.
func (m *Module) releaseIdle() {
	for _, in := range m.idle {
		in.linear.release()
	}
	m.idle = nil
}

// introduce starts the first instance, asks it who it is and keeps it for the first call.
func (m *Module) introduce(ctx context.Context) error {
	in, err := m.take(ctx, m.host.config.MemoryPages, nil)
	if err != nil {
		if fault, ok := errors.AsType[*Fault](err); ok {
			return &LoadError{Code: CodeStartFailed, Detail: "the module does not start: " + fault.Detail, Err: err}
		}
		return err
	}
	if m.description, err = in.describe(); err != nil {
		m.discard(in)
		return err
	}
	m.give(in)
	return nil
}

// take returns an idle instance with this limit of memory or starts one. The caller gives it
// back or discards it. An instance that served the same batch before comes first: whoever fills a batch again
// and again stays on one processor mostly, which has the instance's memory in its cache.
func (m *Module) take(ctx context.Context, pages uint32, batch *abi.Batch) (*instance, error) {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil, ErrClosed
	}
	best := -1
	for i, in := range m.idle {
		if in.pages == pages && (best < 0 || in.served == batch) {
			best = i
		}
	}
	if best >= 0 {
		in := m.idle[best]
		m.idle = slices.Delete(m.idle, best, best+1)
		m.mu.Unlock()
		in.output.reset()
		return in, nil
	}
	m.live++
	m.mu.Unlock()
	in, err := m.start(ctx, pages)
	if err != nil {
		m.gone()
		return nil, err
	}
	return in, nil
}

// give puts an instance back for the next call.
func (m *Module) give(in *instance) {
	in.output.flush()
	m.mu.Lock()
	unwanted := in
	if !m.closed && len(in.handles) <= maxHandles {
		unwanted = nil
		if len(m.idle) == m.host.config.Idle { // the one that has been idle longest goes
			unwanted = m.idle[0]
			m.idle = slices.Delete(m.idle, 0, 1)
		}
		m.idle = append(m.idle, in)
	}
	m.mu.Unlock()
	if unwanted != nil {
		m.discard(unwanted)
	}
}

// discard ends an instance that must not be used again.
func (m *Module) discard(in *instance) {
	in.close()
	m.gone()
}

// gone counts one instance less; the last of a closed module frees the compiled code.
func (m *Module) gone() {
	m.mu.Lock()
	m.live--
	last := m.closed && m.live == 0
	m.mu.Unlock()
	if last {
		_ = m.compiled.Close(context.Background())
	}
}

// describe asks a fresh instance for its ABI version and description.
func (in *instance) describe() (abi.Description, error) {
	version, err := in.callOnce(abi.ExportABI)
	if err != nil {
		return abi.Description{}, &LoadError{Code: CodeDescribeFailed, Detail: "the module does not introduce itself: " + err.Error(), Err: err}
	}
	if uint32(version) != abi.ModuleVersion {
		return abi.Description{}, &LoadError{Code: CodeABIVersion, Detail: fmt.Sprintf(
			"the module is made for version %d of the ABI, this server speaks %d; build it with an SDK of that version", uint32(version), abi.ModuleVersion)}
	}
	packed, err := in.callOnce(abi.ExportDescribe)
	if err != nil {
		return abi.Description{}, &LoadError{Code: CodeDescribeFailed, Detail: "the module does not describe itself: " + err.Error(), Err: err}
	}
	pointer, length := abi.Unpack(packed)
	text, ok := in.memory.Read(pointer, length)
	if !ok {
		return abi.Description{}, &LoadError{Code: CodeBadDescription, Detail: fmt.Sprintf(
			"%s returned %d bytes at address %d, outside the module's memory; it must return pointer<<32 | length", abi.ExportDescribe, length, pointer)}
	}
	d, err := abi.ParseDescription(text)
	if err != nil {
		return abi.Description{}, &LoadError{Code: CodeBadDescription, Detail: "the module's description is wrong: " + err.Error(), Err: err}
	}
	return d, nil
}
