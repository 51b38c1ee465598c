package wasm

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

// tracer follows the calls inside of an instance and writes down, at each beginning and end of one, what the
// gauge lost since.
type tracer struct {
	profile *Profile
	calls   []*node // that have begun and not ended
	left    int64   // in the gauge, the last time
}

// tracer returns one that writes into the profile.
func (p *Profile) tracer() *tracer {
	if p == nil {
		return nil
	}
	return &tracer{profile: p}
}

// begin notes a call. What its caller has paid for it becomes its own.
func (t *tracer) begin(f *function, left int64) {
	t.spend(left)
	caller, paid := &t.profile.host, int64(0)
	if depth := len(t.calls); depth > 0 {
		caller, paid = t.calls[depth-1], f.paid
	}
	n := t.profile.call(caller, f, len(t.calls))
	caller.self -= paid
	n.self += paid
	n.calls++
	t.calls = append(t.calls, n)
}

// end notes that the call that runs returns.
func (t *tracer) end(left int64) {
	t.spend(left)
	t.calls = t.calls[:len(t.calls)-1]
}

// spend gives what is gone of the gauge to the call that runs, if one does. A guest that overdrew spent its
// budget and no more.
func (t *tracer) spend(left int64) {
	left = max(left, 0)
	if depth := len(t.calls); depth > 0 {
		t.calls[depth-1].self += t.left - left
	}
	t.left = left
}

// refill notes that the gauge is set, in the middle of a call perhaps.
func (t *tracer) refill(left, budget int64) {
	t.spend(left)
	t.left = budget
}

// over notes that the guest is left. After a trap there are calls that did not return.
func (t *tracer) over(left int64) {
	t.spend(left)
	t.calls = t.calls[:0]
}

// function is one whose calls are traced.
type function struct {
	name string
	paid int64 // by its callers, at each call
}

// Before and After are wazero's, with the calling instance in the context.
func (f *function) Before(ctx context.Context, _ api.Module, _ api.FunctionDefinition, _ []uint64, _ experimental.StackIterator) {
	if g := &caller(ctx).gauge; g.tracer != nil {
		g.tracer.begin(f, g.left())
	}
}

func (f *function) After(ctx context.Context, _ api.Module, _ api.FunctionDefinition, _ []uint64) {
	if g := &caller(ctx).gauge; g.tracer != nil {
		g.tracer.end(g.left())
	}
}

// Abort says nothing that ended does not.
func (f *function) Abort(context.Context, api.Module, api.FunctionDefinition, error) {}

// guestFunctions makes the functions of a module traceable.
type guestFunctions struct {
	paid  []int64 // by their numbers
	named bool    // one of them has a name
}

func watchGuest(m *instrument.Module) (*guestFunctions, error) {
	paid, err := meter.PaidByCallers(m)
	return &guestFunctions{paid: paid}, err
}

// context is what to compile the module with. Nil leaves it as it is.
func (w *guestFunctions) context(ctx context.Context) context.Context {
	if w == nil {
		return ctx
	}
	return experimental.WithFunctionListenerFactory(ctx, w)
}

func (w *guestFunctions) names() bool { return w != nil && w.named }

// NewFunctionListener leaves out what the host appended, which serves the code that calls it.
func (w *guestFunctions) NewFunctionListener(def api.FunctionDefinition) experimental.FunctionListener {
	i := int(def.Index())
	if i >= len(w.paid) {
		return nil
	}
	f := &function{name: def.Name(), paid: w.paid[i]}
	w.named = w.named || f.name != ""
	switch exports := def.ExportNames(); {
	case f.name != "":
	case len(exports) > 0:
		f.name = exports[0]
	default:
		f.name = fmt.Sprintf("func[%d]", i)
	}
	return f
}

// hostFunctions makes the functions that modules import traceable.
type hostFunctions struct{}

func (hostFunctions) NewFunctionListener(def api.FunctionDefinition) experimental.FunctionListener {
	module, name := def.ModuleName(), def.Name()
	paid := meter.ImportCost(module, name)
	if module == abi.ImportModule && name == abi.ImportCall {
		return newCallFunctions(paid)
	}
	return &function{name: module + "." + name, paid: paid}
}

// callFunctions is assay.call, which is several functions to its callers.
type callFunctions struct {
	function
	byNumber map[uint32]*function
}

func newCallFunctions(paid int64) *callFunctions {
	full := abi.ImportModule + "." + abi.ImportCall
	c := &callFunctions{function: function{name: full, paid: paid}, byNumber: map[uint32]*function{}}
	for number, name := range map[uint32]string{
		abi.CallNow: "now", abi.CallMatch: "match", abi.CallDoubleText: "double as text", abi.CallParseDouble: "text as double",
		abi.CallZoneOffset: "time zone", abi.CallPhone: "phone",
	} {
		c.byNumber[number] = &function{name: full + " " + name, paid: paid}
	}
	return c
}

func (c *callFunctions) Before(ctx context.Context, mod api.Module, def api.FunctionDefinition, params []uint64, stack experimental.StackIterator) {
	f := c.byNumber[uint32(params[0])]
	if f == nil {
		f = &c.function
	}
	f.Before(ctx, mod, def, params, stack)
}
