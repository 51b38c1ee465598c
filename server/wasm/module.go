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
	memoryMin   uint32   // pages
	command     bool     // of the stdio ABI
	state       []string // the exports of its mutable globals
	keeps       string   // what of an instance cannot be restored, "": nothing
	images      images
	costs       Costs
	named       bool // its functions have names, as far as somebody looked

	mu     sync.Mutex
	idle   []*instance
	live   int  // instances, idle ones included, and calls
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
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	fuel, pages, err := m.host.limitsOf(c)
	if err != nil {
		return err
	}
	switch {
	case m.command:
		return m.configureCommand(ctx, c, pages)
	case c.Isolation != abi.IsolateNone:
		return m.tryIsolated(ctx, keyFor(c, pages, 0, c.Isolation == abi.IsolateBatch), fuel, nil)
	}
	in, err := m.take(ctx, pages, nil, nil)
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

// enter begins a call that uses the module, until leave. Until then it is not freed.
func (m *Module) enter() error {
	if err := m.host.enter(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		m.host.calls.Done()
		return ErrClosed
	}
	m.live++
	return nil
}

func (m *Module) leave() {
	m.gone()
	m.host.calls.Done()
}

// tryIsolated is Configure for a check that is isolated, with the fuel of a record.
func (m *Module) tryIsolated(ctx context.Context, key imageKey, fuel int64, a *allowance) error {
	if m.keeps == "" {
		im, err := m.imageOf(ctx, key, a)
		im.release()
		return err
	}
	record := &allowance{bound: fuel, of: a}
	in, _, err := m.prepared(ctx, key, record)
	if err != nil {
		return m.tooDear(err, record)
	}
	m.discard(in)
	return nil
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
		m.end(ctx)
	}
}

// releaseIdle gives back the memory of idle instances whose runtime is closed, and of images.
func (m *Module) releaseIdle() {
	for _, in := range m.idle {
		in.releaseMemory()
	}
	m.idle = nil
	m.images.forget()
}

// introduce starts the first instance, asks it who it is and keeps it for the first call.
func (m *Module) introduce(ctx context.Context) error {
	in, err := m.take(ctx, m.host.config.MemoryPages, nil, nil)
	if err != nil {
		if fault, ok := errors.AsType[*Fault](err); ok {
			return &LoadError{Code: CodeStartFailed, Detail: "the module does not start: " + fault.Detail, Err: err}
		}
		return err
	}
	m.costs.Start, m.costs.Memory = in.gauge.used(), int64(in.memory.Size())
	if m.description, err = in.describe(); err != nil {
		m.discard(in)
		return err
	}
	m.give(in)
	return nil
}

// take returns an idle instance with this limit of memory that runs all checks, or starts one. The
// caller gives it back or discards it. batch is what it is taken for, or nil; the allowance is for making it ready.
func (m *Module) take(ctx context.Context, pages uint32, batch *abi.Batch, a *allowance) (*instance, error) {
	in := m.takeIdle(pages, batch, func(in *instance) int {
		if in.image != nil {
			return unfit
		}
		return 0
	})
	if in != nil {
		in.allowance = a
		return in, nil
	}
	return m.begin(ctx, pages, a)
}

// begin starts an instance.
func (m *Module) begin(ctx context.Context, pages uint32, a *allowance) (*instance, error) {
	return m.add(func() (*instance, error) { return m.start(ctx, pages, a) })
}

// add counts one instance more, which make makes.
func (m *Module) add(make func() (*instance, error)) (*instance, error) {
	m.mu.Lock()
	m.live++
	m.mu.Unlock()
	in, err := make()
	if err != nil {
		m.gone()
		return nil, err
	}
	return in, nil
}

// unfit is the preference for an instance that must not be taken.
const unfit = -1

// takeIdle returns the idle instance with this limit of memory that is preferred most, nil when there is
// none. Of equal ones it is one that served the same batch before: whoever fills a batch again
// and again stays on one processor mostly, which has the instance's memory in its cache.
func (m *Module) takeIdle(pages uint32, batch *abi.Batch, preference func(*instance) int) *instance {
	m.mu.Lock()
	defer m.mu.Unlock()
	best, at := unfit, -1
	for i, in := range m.idle {
		p := preference(in)
		if in.pages != pages || p == unfit {
			continue
		}
		if p *= 2; in.served == batch {
			p++
		}
		if p > best {
			best, at = p, i
		}
	}
	if at < 0 {
		return nil
	}
	in := m.idle[at]
	m.idle = slices.Delete(m.idle, at, at+1)
	in.output.reset()
	return in
}

// giveBack gives back an instance that runs one check, as its image shows it: what it has of clients
// goes, and the room it took. With an image that is not kept it is of no more use.
func (m *Module) giveBack(in *instance, im *image) {
	in.output.flush()
	if im.counted == nil || in.restore(im) != nil {
		m.discard(in)
		return
	}
	m.give(in)
}

// takeImage returns an instance that shows the image: an idle one, at best one that showed it before, or
// a new one. The caller gives it back or discards it.
func (m *Module) takeImage(ctx context.Context, pages uint32, batch *abi.Batch, im *image) (*instance, error) {
	for {
		in := m.takeIdle(pages, batch, func(in *instance) int {
			switch in.image {
			case im:
				return 2
			case nil:
				return 0
			}
			return 1
		})
		if in == nil {
			break
		}
		if in.restore(im) == nil {
			return in, nil
		}
		m.discard(in)
	}
	in, err := m.add(func() (*instance, error) { return m.instantiate(ctx, pages, nil) })
	if err != nil {
		return nil, err
	}
	if err := in.restore(im); err != nil {
		m.discard(in)
		return nil, &Fault{Kind: FaultStartFailed, Detail: "the server cannot make an instance of the module: " + err.Error(), Err: err}
	}
	return in, nil
}

// give puts an instance back for the next call.
func (m *Module) give(in *instance) {
	in.output.flush()
	in.allowance = nil
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

// end frees what the instances of a closed module shared.
func (m *Module) end(ctx context.Context) {
	m.images.forget()
	m.host.patterns.forget(m)
	_ = m.compiled.Close(ctx)
}

// gone counts one instance or call less; the last of a closed module ends it.
func (m *Module) gone() {
	m.mu.Lock()
	m.live--
	last := m.closed && m.live == 0
	m.mu.Unlock()
	if last {
		m.end(context.Background())
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
