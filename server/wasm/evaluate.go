package wasm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"assay/sdk/abi"
)

// Evaluate runs the checks on every card of the batch at the given evaluation time and
// yields those with results or a fault, check by check and in the cards' order, each at most
// once. check and card are indices. Results have passed abi.CheckResults and are valid during
// yield only; a fault is a *Fault and comes without results. yield may call other modules, this
// one included.
//
// How much of what was before a record its check can see is the check's Isolation.
//
// The error is for what concerns the call as a whole: ErrClosed, or the context's, which is
// looked at between crossings. Everything else is a fault of the records it concerns.
func (m *Module) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch,
	yield func(check, card int, results []byte, fault error)) error {
	return m.Measure(ctx, now, checks, batch, abi.Receiver{Results: yield})
}

// Measure is Evaluate that also tells what each record and check used.
func (m *Module) Measure(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	e := evaluation{module: m, now: now, checks: checks, batch: batch, to: to}
	return e.run(ctx)
}

// run is the whole evaluation.
func (e *evaluation) run(ctx context.Context) error {
	if err := e.module.enter(); err != nil {
		return err
	}
	defer e.module.leave()
	defer e.close()
	e.last = clockFor(e.to)
	for check := range e.checks {
		if err := e.judge(ctx, check); err != nil {
			return err
		}
		e.used(check)
	}
	return nil
}

// evaluation is one call of Evaluate.
type evaluation struct {
	module *Module
	now    time.Time
	checks []abi.Configured
	batch  *abi.Batch
	to     abi.Receiver
	memory int64     // the most an instance of the check had, in bytes
	last   time.Time // when the check before ended, if anybody asks

	allowance *allowance // of all that the evaluation spends, nil: none; records for which it does not last get a fault
	preparing int64      // units that went into making an instance for the next record
	profile   *Profile   // of all that records are told to have spent, nil: none

	in         *instance // nil, or one that holds cards
	first, end int       // the records whose cards it holds
	spoilt     bool      // in must not be used for another call, or be restored first

	key   imageKey // of image
	image *image   // the last one needed
}

// judge runs one check over the batch, the way of the module's ABI and of the check's isolation.
func (e *evaluation) judge(ctx context.Context, check int) error {
	switch {
	case e.module.command:
		return e.runCommand(ctx, check)
	case e.checks[check].Isolation == abi.IsolateNone:
		return e.together(ctx, check)
	}
	return e.apart(ctx, check)
}

// together runs one check over the batch, on the copy of it that all such checks share: crossing after
// crossing, until all records are done.
func (e *evaluation) together(ctx context.Context, check int) error {
	count := e.batch.Len()
	for next := 0; next < count; {
		if err := ctx.Err(); err != nil {
			return err
		}
		handle, fuel, err := e.prepare(ctx, check)
		if err != nil {
			return e.fail(ctx, check, next, count, err)
		}
		next = e.cross(check, handle, fuel, next)
	}
	return nil
}

// prepare makes sure that there is an instance of the check's limits that holds the batch and has
// the check configured.
func (e *evaluation) prepare(ctx context.Context, check int) (handle uint32, fuel int64, err error) {
	fuel, pages, err := e.module.host.limitsOf(e.checks[check])
	if err != nil {
		return 0, 0, err
	}
	if e.spoilt || e.in != nil && (e.in.pages != pages || e.in.image != nil || e.in.once) {
		e.done()
	}
	if e.in == nil {
		in, err := e.module.take(ctx, pages, e.batch, e.allowance)
		if err != nil {
			return 0, 0, err
		}
		e.in, e.first, e.end = in, 0, e.batch.Len()
		if err := in.place(e.batch, e.checks[check].Members); err != nil {
			e.spoilt = true
			return 0, 0, err
		}
	}
	handle, err = e.in.handle(e.checks[check])
	if err != nil && !isRefusal(err) {
		e.spoilt = true
	}
	return handle, fuel, err
}

// cross enters the module once, from record first on, delivers what came of it and returns the
// record to go on with.
func (e *evaluation) cross(check int, handle uint32, fuel int64, first int) int {
	in := e.in
	in.clock.now = e.now
	fuel = e.allowance.budget(fuel)
	in.gauge.told = min(fuel, budgetOf(e.checks[check]))
	in.gauge.tracer = e.profile.tracer()
	before := e.before()
	stopped, over, err := in.run(handle, fuel, first-e.first, e.end-e.first)
	in.gauge.tracer = nil
	e.wrote(check, first, before)
	stopped += e.first
	e.memory = max(e.memory, int64(in.memory.Size()))
	table, _ := in.memory.Read(in.cards.pointer, uint32((e.end-e.first)*abi.BatchEntry))
	for i := first; i < stopped; i++ {
		offset, length := entryResults(table, i-e.first)
		e.note(check, i, e.spent(check, table, i-e.first))
		if length != 0 {
			e.deliver(check, i, in.results.pointer, in.results.size, offset, length)
		}
	}
	switch {
	case err != nil:
		e.note(check, stopped, in.gauge.spent())
	case over:
		e.note(check, stopped, e.spent(check, table, stopped-e.first))
	}
	switch {
	case err != nil:
		e.spoilt = true
		if in.once {
			err = e.module.tooDear(err, in.allowance)
		}
		e.results(check, stopped, nil, err)
		return stopped + 1
	case !over:
		return stopped
	}
	// The loop left this record's results where the module put them.
	address, length := entryResults(table, stopped-e.first)
	e.deliver(check, stopped, 0, in.memory.Size(), address, length)
	return stopped + 1
}

// entryResults reads where an entry of the batch's table says its results are.
func entryResults(table []byte, i int) (offset, length uint32) {
	entry := table[i*abi.BatchEntry:]
	return binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
}

// spent reads what an entry of the batch's table says its record spent: by the module's own count, of a check
// that has one.
func (e *evaluation) spent(check int, table []byte, i int) int64 {
	entry := table[i*abi.BatchEntry:]
	if e.checks[check].OwnCost {
		return int64(binary.LittleEndian.Uint32(entry[20:]))
	}
	return int64(binary.LittleEndian.Uint32(entry[16:]))
}

// note reports the spend of a record, and with it what preparing an instance took. A guest can write where it
// stands: it cannot have spent less than nothing or more than it had.
func (e *evaluation) note(check, card int, spent int64) {
	a := e.allowance
	if e.in != nil {
		spent = min(max(spent, 0), e.in.gauge.told)
		if e.in.once && e.alone(check) {
			a = e.in.allowance
		}
	}
	a.take(spent)
	e.profile.prepared(e.preparing)
	spent += e.preparing
	e.preparing = 0
	if e.to.Spent != nil {
		e.to.Spent(check, card, spent)
	}
}

// deliver yields a record's results, which must lie in the size bytes at base.
func (e *evaluation) deliver(check, card int, base, size, offset, length uint32) {
	fault := func(kind FaultKind, format string, args ...any) {
		e.spoilt = true
		e.results(check, card, nil, &Fault{Kind: kind, Detail: fmt.Sprintf(format, args...)})
	}
	most := abi.MaxResultsBytes
	if members := e.checks[check].Members; members > 0 {
		most = 4*members + abi.MaxFusedBytes
	}
	if int(length) > most {
		fault(FaultTooLarge, "%d bytes of results, at most %d are allowed a record", length, most)
		return
	}
	if uint64(offset)+uint64(length) > uint64(size) {
		fault(FaultBadPointer, "%d bytes of results at address %d, outside the module's memory", length, offset)
		return
	}
	results, _ := e.in.memory.Read(base+offset, length)
	if err := e.valid(check, results); err != nil {
		e.spoilt = true
		e.results(check, card, nil, &Fault{Kind: FaultInvalidResults, Detail: err.Error(), Err: err})
		return
	}
	e.results(check, card, results, nil)
}

// valid says what is wrong with a record's results.
func (e *evaluation) valid(check int, results []byte) error {
	if members := e.checks[check].Members; members > 0 {
		return e.in.accepted.CheckFused(results, members)
	}
	return e.in.accepted.Check(results)
}

// close gives everything back.
func (e *evaluation) close() {
	e.done()
	e.image.release()
	e.image = nil
}

// done gives the instance back, or discards it.
func (e *evaluation) done() {
	in := e.in
	switch {
	case in == nil:
	case in.image != nil:
		e.module.giveBack(in, in.image)
	case e.spoilt || in.once:
		e.module.discard(in)
	default:
		in.clock.now = standing
		e.module.give(in)
	}
	e.in, e.spoilt = nil, false
}

// results yields a record's results or its fault.
func (e *evaluation) results(check, card int, results []byte, fault error) {
	if e.to.Results != nil {
		e.to.Results(check, card, results, fault)
	}
}

// clockFor reads the clock for a receiver that asks for times.
func clockFor(to abi.Receiver) (now time.Time) {
	if to.Took != nil {
		now = time.Now()
	}
	return now
}

// used reports what a check took, to its end from the end of the one before.
func (e *evaluation) used(check int) {
	if e.to.Memory != nil {
		e.to.Memory(check, e.memory)
	}
	e.memory = 0
	if e.to.Took == nil {
		return
	}
	now := time.Now()
	e.to.Took(check, now.Sub(e.last))
	e.last = now
}

// fail yields an error that concerns some records of a check, unless it concerns the call.
func (e *evaluation) fail(ctx context.Context, check, first, end int, err error) error {
	if errors.Is(err, ErrClosed) || ctx.Err() != nil {
		return err
	}
	fault := asFault(err)
	for i := first; i < end; i++ {
		e.results(check, i, nil, fault)
	}
	return nil
}

// asFault makes a fault of an error that concerns every record of a check.
func asFault(err error) *Fault {
	if fault, ok := errors.AsType[*Fault](err); ok {
		return fault
	}
	return &Fault{Kind: FaultRefused, Detail: err.Error(), Err: err}
}
