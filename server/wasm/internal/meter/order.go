package meter

import (
	"slices"

	"assay/server/wasm/internal/instrument"
)

// A function's charges can be its callers': a call instruction that names it then costs what the
// function's entry would, and needs room for the function's frame, and the function itself
// begins as it was written. That takes the meter out of the small functions that compilers make in
// numbers. It holds for a function that
//   - only call instructions lead to, for their callers are known,
//   - costs little, so that sums of sums stay small, and
//   - no call inside of it leads back to, so that every recursion meets a charge.

// Bounds of what callers pay for, in fuel and in bytes of stack.
const (
	maxAbsorbed      = 200
	maxAbsorbedFrame = 64 << 10
)

// standing is what is known of a function once it has been planned.
type standing struct {
	plan
	visit    uint8
	cycle    bool  // a call inside of it leads back to it
	absorbed bool  // its callers pay
	open     bool  // calls, through absorbed functions too, one that pays for itself
	depth    int64 // its frame and the deepest of the absorbed functions it calls
}

const (
	visitNever uint8 = iota
	visitGoingOn
	visitDone
)

// PaidByCallers returns what a call of each function costs its caller beside the call instruction, by the
// functions' numbers, imported ones first: 0 of a function that pays for itself. Who tells the fuel of one
// function from that of another has to move so much at each call.
func PaidByCallers(m *instrument.Module) ([]int64, error) {
	r := newRewriter(m)
	if err := r.planAll(0); err != nil {
		return nil, err
	}
	paid := slices.Clone(r.imports)
	for i := range r.functions {
		cost := int64(0)
		if f := &r.functions[i]; f.absorbed {
			cost = f.entry
		}
		paid = append(paid, cost)
	}
	return paid, nil
}

// planAll plans every function, those it calls first.
func (r *rewriter) planAll(maxFrame int64) error {
	r.functions = make([]standing, len(r.module.Functions))
	for i := range r.functions {
		r.visit(i)
		if frame := r.functions[i].frame; maxFrame > 0 && frame > maxFrame {
			return &instrument.LimitError{What: "bytes of native stack in the frame of a function", Figure: uint64(frame), Most: int(maxFrame)}
		}
	}
	return nil
}

func (r *rewriter) visit(i int) {
	s := &r.functions[i]
	if s.visit != visitNever {
		return
	}
	s.visit = visitGoingOn
	f := &r.module.Functions[i]
	deepest := int64(0)
	for _, callee := range f.Calls {
		own := int(callee) - len(r.imports)
		if own < 0 {
			continue // a host function runs on a stack of the host's
		}
		r.visit(own)
		c := &r.functions[own]
		if c.visit == visitGoingOn {
			c.cycle = true
		}
		if c.absorbed {
			deepest = max(deepest, c.depth)
			s.open = s.open || c.open
		} else {
			s.open = true
		}
	}
	r.plan(f, &s.plan)
	s.open = s.open || s.indirect
	s.depth = s.frame + deepest
	s.absorbed = !s.cycle && !r.module.Taken(uint32(i+len(r.imports))) && s.entry <= maxAbsorbed && s.depth <= maxAbsorbedFrame
	s.visit = visitDone
}
