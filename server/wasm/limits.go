package wasm

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

// stackBytes bounds a guest's native stack. wazero doubles the stack it has, from 10 KiB, and copies
// it: reaching this bound takes up to four times as much memory, until the collector has been.
const stackBytes = 8 << 20

// sliceFuel is what one crossing into a guest may spend before it comes back between two records.
// Nothing preempts a guest, and Go's collector waits for it.
const sliceFuel = 10_000_000

// pageBytes is the size of a page of guest memory.
const pageBytes = 64 << 10

// moduleLimits keep a module from costing much before its first instruction runs. The largest Go
// modules at hand (7 MB, with net/http in them) have 3,900 functions of up to 51 KB, with 570 blocks inside one another and
// 1,200 br_table targets; their linker writes up to 100,000 data segments.
var moduleLimits = instrument.Limits{
	Sections:       1000,
	Types:          5000,
	Arity:          100,
	Imports:        1000,
	Functions:      50_000,
	FunctionBytes:  256 << 10,
	Locals:         5000,
	Nesting:        1000,
	Labels:         5000,
	Tables:         10,
	TableEntries:   100_000,
	Globals:        1000,
	Exports:        5000,
	Elements:       1000,
	ElementEntries: 200_000,
	Data:           100_000,
	Reloads:        5_000_000,
}

var startLimits = meter.Limits{Fuel: abi.StartFuel, Stack: stackBytes, Frame: 2 << 20}

// gauge is an instance's meter: two globals that the guest cannot name.
type gauge struct {
	fuel, stack api.MutableGlobal // what is left; below zero after the trap
	budget      int64
	told        int64 // the record's budget as people know it
}

// overspent says of a call that it spent more than its budget.
func (g *gauge) overspent(what string) string {
	if what == abi.ExportEvaluate {
		return abi.OutOfFuel(g.told)
	}
	return fmt.Sprintf("%s spent more than its budget of %d units of fuel", what, g.budget)
}

func gaugeOf(guest api.Module) gauge {
	return gauge{
		fuel:  guest.ExportedGlobal(instrument.ExportFuel).(api.MutableGlobal),
		stack: guest.ExportedGlobal(instrument.ExportStack).(api.MutableGlobal),
	}
}

// fill begins a call that may spend the budget.
func (g *gauge) fill(budget int64) {
	g.budget = budget
	g.fuel.Set(uint64(budget))
	g.stack.Set(stackBytes)
}

// spent is what the guest has spent of the budget.
func (g *gauge) spent() int64 { return g.budget - int64(g.fuel.Get()) }

// take charges for what the host does for a guest, before it does it. Without fuel it traps.
func (g *gauge) take(cost int64) {
	left := int64(g.fuel.Get()) - cost
	g.fuel.Set(uint64(left))
	if left < 0 {
		panic(hostTrap("out of fuel"))
	}
}

// fault says why a call of the guest ended with err.
func (in *instance) fault(what string, err error) *Fault {
	switch {
	case int64(in.gauge.fuel.Get()) < 0:
		return &Fault{Kind: FaultFuel, Err: err, Detail: in.gauge.overspent(what)}
	case int64(in.gauge.stack.Get()) < 0:
		in.ended = true // with a stack of some MiB
		return &Fault{Kind: FaultDepth, Err: err, Detail: fmt.Sprintf("%s called functions too deep: their frames take more than %d MiB", what, stackBytes>>20)}
	}
	_, exited := errors.AsType[*sys.ExitError](err)
	in.ended = exited
	text := trapText(err, in.output.lastWords(exited))
	if what != abi.ExportEvaluate {
		text = what + ": " + text
	}
	return &Fault{Kind: FaultTrap, Detail: text, Err: err}
}

// call calls an export under a budget. The error is a *Fault.
func (in *instance) call(name string, f api.Function, budget int64, stack []uint64) error {
	in.gauge.fill(budget)
	if err := f.CallWithStack(in.ctx, stack); err != nil {
		return in.fault(name, err)
	}
	return nil
}

// budgetOf is the fuel that a record may spend, as people know it.
func budgetOf(c abi.Configured) int64 { return cmp.Or(c.Fuel, abi.DefaultFuel) }

// limitsOf reads the limits of a configured check. The error is a *SettingsError.
func (h *Host) limitsOf(c abi.Configured) (fuel int64, pages uint32, err error) {
	fuel, pages = budgetOf(c), h.config.MemoryPages
	if fuel < 0 || fuel > abi.MaxFuel {
		return 0, 0, &SettingsError{Check: c.Check, Text: fmt.Sprintf("limits.fuel is %d, it may be 1 to %d", c.Fuel, abi.MaxFuel)}
	}
	if most := int64(pages) * pageBytes; c.Memory < 0 || c.Memory > most {
		return 0, 0, &SettingsError{Check: c.Check, Text: fmt.Sprintf("limits.memory is %d bytes, it may be up to %d", c.Memory, most)}
	}
	if c.OwnCost {
		fuel = fuel*abi.OwnCostSlack + abi.OwnCostBase
	}
	if c.Memory > 0 {
		pages = uint32(c.Memory / pageBytes)
	}
	return fuel, pages, nil
}
