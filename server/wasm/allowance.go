package wasm

import (
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
)

// allowance bounds what several calls may spend together, besides the budget of each. Nil bounds nothing.
type allowance struct {
	bound, spent int64 // units
	of           *allowance
}

// budget is what a call may spend that usually may spend so much.
func (a *allowance) budget(usual int64) int64 {
	for ; a != nil; a = a.of {
		usual = min(usual, a.bound-a.spent)
	}
	return max(usual, 0)
}

// take notes what was spent.
func (a *allowance) take(fuel int64) {
	for ; a != nil; a = a.of {
		a.spent += fuel
	}
}

// exhausted says whether nothing is left: what was bounded by it may have ended otherwise without.
func (a *allowance) exhausted() bool { return a != nil && a.spent >= a.bound }

// prepareCall calls one of the exports that make an instance ready. The error is a *Fault.
func (in *instance) prepareCall(name string, f api.Function, stack []uint64) error {
	err := in.call(name, f, in.allowance.budget(abi.CallFuel), stack)
	in.allowance.take(in.gauge.used())
	return err
}

// used is spent, without what was asked for beyond the budget.
func (g *gauge) used() int64 { return min(g.spent(), g.budget) }

// tooDear adds to an error what an allowance of a record went for, when that is why.
func (m *Module) tooDear(err error, a *allowance) error {
	fault, ok := errors.AsType[*Fault](err)
	if !ok || !a.exhausted() {
		return err
	}
	said := *fault
	said.Kind = FaultFuel
	said.Detail += fmt.Sprintf("; starting and configuring the module counts towards the client's budget of %d units, for it is done anew for each: %s", a.bound, m.keeps)
	return &said
}
