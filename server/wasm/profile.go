package wasm

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"assay/sdk/abi"
)

// Profile is where the fuel of records went: a tree of calls, of all evaluations that it was given to. The zero
// Profile is an empty one. It is for one evaluation at a time.
type Profile struct {
	host  node // calls the functions at the top of the tree
	nodes int
}

// Frame is a place in the tree of calls: a function, called on one way.
type Frame struct {
	Function string // its name, or func[N] when the module does not name it
	Caller   int    // the place among the frames it was called from, -1: the host
	Calls    int64
	Self     int64 // fuel of the function's own code, units
}

// FunctionSpend is what a function spent on all ways to it, in units of fuel.
type FunctionSpend struct {
	Function   string
	Calls      int64
	Self       int64
	Cumulative int64 // with what it called, itself again counted once
}

// ErrNotProfiling is returned by Profile of a module whose host was not made for it.
var ErrNotProfiling = errors.New("wasm: the host was not made for profiles")

// Profile is Measure of one check that also adds to p where the fuel went. The Self of all that it adds is in
// sum what to.Spent is told in sum, to the unit; of a check with OwnCost it is what the host counted. It takes
// many times longer, longer still where functions call one another deeply.
func (m *Module) Profile(ctx context.Context, now time.Time, check abi.Configured, batch *abi.Batch, to abi.Receiver, p *Profile) error {
	if !m.host.config.Profile {
		return ErrNotProfiling
	}
	e := evaluation{module: m, now: now, checks: []abi.Configured{check}, batch: batch, to: to, profile: p}
	return e.run(ctx)
}

// Named says whether the module names its functions. A profile tells those of another by their
// numbers, but for the exported ones.
func (m *Module) Named() bool { return m.named }

// Fuel is what is in the profile, units.
func (p *Profile) Fuel() int64 { return p.host.total() }

// Frames returns the tree, callers before those they call.
func (p *Profile) Frames() []Frame { return p.host.appendFrames(nil, -1) }

// Functions returns what each function spent, first the one that spent most by itself.
func (p *Profile) Functions() []FunctionSpend {
	spends := map[string]*FunctionSpend{}
	p.host.sum(spends, map[string]bool{})
	list := make([]FunctionSpend, 0, len(spends))
	for _, s := range spends {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b FunctionSpend) int {
		return cmp.Or(cmp.Compare(b.Self, a.Self), cmp.Compare(b.Cumulative, a.Cumulative), cmp.Compare(a.Function, b.Function))
	})
	return list
}

// node is a function that was called on one way.
type node struct {
	calls, self int64
	callees     map[*function]*node
}

// The most that is kept of a tree. Calls beyond go into one branch of it, without their ways.
const (
	maxProfileDepth = 128
	maxProfileNodes = 100_000
)

// Functions that stand in profiles for what no function did.
var (
	beyond    = &function{name: "(deeper calls)"}
	preparing = &function{name: "(start and configure, anew for the record)"}
)

// call returns the place of a function that is called at n, which is so deep in the tree.
func (p *Profile) call(n *node, f *function, depth int) *node {
	if next := n.callees[f]; next != nil {
		return next
	}
	if depth >= maxProfileDepth || p.nodes >= maxProfileNodes {
		n = p.add(&p.host, beyond)
	}
	return p.add(n, f)
}

// add returns the callee of a node, which it makes if need be.
func (p *Profile) add(n *node, f *function) *node {
	next := n.callees[f]
	if next == nil {
		next = &node{}
		if n.callees == nil {
			n.callees = map[*function]*node{}
		}
		n.callees[f] = next
		p.nodes++
	}
	return next
}

// merge adds another profile, within the same bounds. Nil takes nothing.
func (p *Profile) merge(o *Profile) {
	if p != nil {
		p.mergeNode(&p.host, &o.host, 0)
	}
}

// mergeNode adds what a node of another profile has to n, which is so deep in the tree.
func (p *Profile) mergeNode(n, o *node, depth int) {
	n.calls += o.calls
	n.self += o.self
	for _, f := range o.order() { // of many ways the same ones are kept every time
		next := p.add
		if f != beyond && f != preparing {
			next = func(n *node, f *function) *node { return p.call(n, f, depth) }
		}
		p.mergeNode(next(n, f), o.callees[f], depth+1)
	}
}

// prepared notes what making an instance for a record took.
func (p *Profile) prepared(fuel int64) {
	if p == nil || fuel == 0 {
		return
	}
	n := p.add(&p.host, preparing)
	n.calls++
	n.self += fuel
}

func (n *node) total() int64 {
	total := n.self
	for _, callee := range n.callees {
		total += callee.total()
	}
	return total
}

// order is what n calls by its names, of one name first what spent most.
func (n *node) order() []*function {
	order := make([]*function, 0, len(n.callees))
	for f := range n.callees {
		order = append(order, f)
	}
	slices.SortFunc(order, func(a, b *function) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(n.callees[b].self, n.callees[a].self))
	})
	return order
}

func (n *node) appendFrames(frames []Frame, caller int) []Frame {
	for _, f := range n.order() {
		callee := n.callees[f]
		frames = append(frames, Frame{Function: f.name, Caller: caller, Calls: callee.calls, Self: callee.self})
		frames = callee.appendFrames(frames, len(frames)-1)
	}
	return frames
}

// sum adds up by functions, of which those in within are on the way here, and returns the total.
func (n *node) sum(spends map[string]*FunctionSpend, within map[string]bool) int64 {
	total := n.self
	for f, callee := range n.callees {
		again := within[f.name]
		within[f.name] = true
		below := callee.sum(spends, within)
		within[f.name] = again
		s := spends[f.name]
		if s == nil {
			s = &FunctionSpend{Function: f.name}
			spends[f.name] = s
		}
		s.Calls += callee.calls
		s.Self += callee.self
		if !again {
			s.Cumulative += below
		}
		total += below
	}
	return total
}
