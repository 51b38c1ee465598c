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

// stretchFuel is what a guest may spend before it comes back to Go for a moment, and what a crossing may spend
// before it ends between two records: nothing stops a guest that runs, and Go's collector waits for it. It is
// 0.16 ms of nearly all guests, 2 of those that wait for their memory most.
const stretchFuel = 250_000

// pageBytes is the size of a page of guest memory.
const pageBytes = 64 << 10

// moduleLimits keep a module from costing much before its first instruction runs. The largest Go
// modules at hand (7 MB, with net/http in them) have 3,900 functions of up to 51 KB, with 570 blocks inside one another,
// 1,200 br_table targets and 3 loops; their linker writes up to 100,000 data segments.
var moduleLimits = instrument.Limits{
	Sections:       1000,
	Types:          5000,
	Arity:          100,
	Imports:        1000,
	Functions:      50_000,
	FunctionBytes:  256 << 10,
	Locals:         5000,
	Nesting:        1000,
	Loops:          1000,
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

var startLimits = meter.Limits{Fuel: abi.StartFuel, Stretch: stretchFuel, Stack: stackBytes, Frame: 2 << 20}

// gauge is an instance's meter: globals that the guest cannot name.
type gauge struct {
	fuel, stack api.MutableGlobal // what is left; below zero after the trap
	reserve     api.MutableGlobal // fuel that is left beside, taken a stretch at a time
	budget      int64
	told        int64 // the record's budget as people know it

	tracer *tracer // sees what becomes of the fuel
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
		fuel:    guest.ExportedGlobal(instrument.ExportFuel).(api.MutableGlobal),
		stack:   guest.ExportedGlobal(instrument.ExportStack).(api.MutableGlobal),
		reserve: guest.ExportedGlobal(instrument.ExportReserve).(api.MutableGlobal),
	}
}

// fill begins a call that may spend the budget.
func (g *gauge) fill(budget int64) {
	g.refill(budget)
	g.stack.Set(stackBytes)
}

// refill gives a guest a budget in the middle of a call: it keeps its stack.
func (g *gauge) refill(budget int64) {
	if g.tracer != nil {
		g.tracer.refill(g.left(), budget)
	}
	g.budget = budget
	g.leave(budget)
}

// left is the fuel that is left, below zero after the trap.
func (g *gauge) left() int64 { return int64(g.fuel.Get()) + int64(g.reserve.Get()) }

// leave sets what is left.
func (g *gauge) leave(fuel int64) {
	first, reserve := startLimits.Budget(fuel)
	g.fuel.Set(uint64(first))
	g.reserve.Set(uint64(reserve))
}

// spent is what the guest has spent of the budget.
func (g *gauge) spent() int64 { return g.budget - g.left() }

// over ends a call, whatever became of it.
func (g *gauge) over() {
	if g.tracer != nil {
		g.tracer.over(g.left())
	}
}

// take charges for what the host does for a guest, before it does it. Without fuel it traps.
func (g *gauge) take(cost int64) {
	left := int64(g.fuel.Get()) - cost
	if left >= 0 {
		g.fuel.Set(uint64(left))
		return
	}
	if left += int64(g.reserve.Get()); left < 0 {
		g.leave(left)
		panic(hostTrap("out of fuel"))
	}
	g.leave(left)
}

// fault says why a call of the guest ended with err.
func (in *instance) fault(what string, err error) *Fault {
	switch {
	case in.gauge.left() < 0:
		return &Fault{Kind: FaultFuel, Err: err, Detail: in.gauge.overspent(what)}
	case int64(in.gauge.stack.Get()) < 0:
		in.ended = true // with a stack of some MiB
		return &Fault{Kind: FaultDepth, Err: err, Detail: fmt.Sprintf("%s called functions too deep: their frames take more than %d MiB", what, stackBytes>>20)}
	}
	_, exited := errors.AsType[*sys.ExitError](err)
	in.ended = exited
	text := trapText(err, in.output.lastWords())
	if what != abi.ExportEvaluate {
		text = what + ": " + text
	}
	return &Fault{Kind: FaultTrap, Detail: text, Err: err}
}

// call calls an export under a budget. The error is a *Fault.
func (in *instance) call(name string, f api.Function, budget int64, stack []uint64) error {
	in.output.hear()
	in.gauge.fill(budget)
	err := f.CallWithStack(in.ctx, stack)
	in.gauge.over()
	if err != nil {
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
