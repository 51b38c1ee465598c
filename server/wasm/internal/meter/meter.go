package meter

import "assay/server/wasm/internal/instrument"

// Limits are the values that the globals of a module start with: they hold for its start
// function, and until the host sets them.
type Limits struct {
	Fuel  int64 // units
	Stack int64 // bytes
	// Stretch is the fuel after which the guest comes back to Go for a moment, see Budget.
	Stretch int64
	// Frame is the largest native frame a function may have, in bytes; 0: any. The last function on the
	// stack can lie below the bound by as much.
	Frame int64
}

// Budget returns what the globals fuel and reserve hold when a guest may spend so much.
func (l Limits) Budget(fuel int64) (first, reserve int64) {
	first = min(fuel, l.Stretch)
	return first, fuel - first
}

// Rewrite meters a module: what it returns is for m.Append. The error is an *instrument.LimitError.
func Rewrite(m *instrument.Module, l Limits) (instrument.Extension, error) {
	r := newRewriter(m)
	size := 0
	for i := range m.Functions {
		size += len(m.Functions[i].Body)
	}
	r.out = make([]byte, 0, size+size/4)
	e := instrument.Extension{Types: []instrument.FuncType{helperType, moreType}, Stack: l.Stack}
	e.Fuel, e.Reserve = l.Budget(l.Fuel)
	if err := r.planAll(l.Frame); err != nil {
		return instrument.Extension{}, err
	}
	for i := range m.Functions {
		r.write(&m.Functions[i], &r.functions[i])
	}
	if len(m.Functions) > 0 {
		e.Code = r.out
	}
	e.Types = append(e.Types, r.blockTypes...)
	for _, body := range r.helpers() {
		e.Functions = append(e.Functions, instrument.Added{Type: r.firstType, Body: body})
	}
	e.Functions = append(e.Functions, instrument.Added{Type: r.firstType + 1, Body: r.more(l.Stretch)})
	return e, nil
}

// rewriter is at work on a module.
type rewriter struct {
	module               *instrument.Module
	imports              []int64 // cost of each imported function
	indirect             int64   // of the dearest one that a call through a table may lead to
	fuel, stack, reserve uint32  // globals
	firstHelper          uint32
	firstType            uint32 // helperType, moreType, then blockTypes
	blockTypes           []instrument.FuncType
	typeNumbers          map[string]uint32 // of blockTypes, by parameters and results

	functions []standing

	walk    walk
	written []bool
	body    []byte // of the function at hand
	out     []byte
}

func newRewriter(m *instrument.Module) *rewriter {
	r := &rewriter{
		module:      m,
		imports:     importCosts(m.Imports),
		fuel:        m.FuelGlobal(),
		stack:       m.StackGlobal(),
		reserve:     m.ReserveGlobal(),
		firstHelper: m.FirstFunction(),
		firstType:   m.FirstType(),
		typeNumbers: map[string]uint32{},
	}
	for i, cost := range r.imports {
		if m.Taken(uint32(i)) {
			r.indirect = max(r.indirect, cost)
		}
	}
	return r
}

// write appends a function's new body with its size in front.
func (r *rewriter) write(f *instrument.Function, p *standing) {
	old := f.Body
	stack := p.open && !p.absorbed
	b := append(r.body[:0], old[:f.Start]...)
	if stack {
		b = r.checkEntry(r.takeStack(r.takeFuel(b, p.entry), p.depth), true)
		b = r.blockType(append(b, opBlock), nil, f.Type.Results)
	} else if !p.absorbed {
		b = r.checkEntry(r.takeFuel(b, p.entry), false)
	}
	at := f.Start
	for i := range p.changes {
		c := &p.changes[i]
		if c.kind == changeReturn && !stack {
			continue
		}
		b = append(b, old[at:c.at]...)
		at = c.at
		switch c.kind {
		case changeLoop:
			b = r.checkLoop(r.takeFuel(b, c.cost), f, c)
		case changeCall:
			b = instrument.AppendU32(append(b, opCall), c.arg)
		case changeReturn:
			b = instrument.AppendU32(append(b, opBr), c.arg)
			at++
		}
	}
	b = append(b, old[at:p.end]...)
	if stack {
		b = r.giveStack(append(b, opEnd), p.depth)
	}
	b = append(b, old[p.end:]...)
	r.body = b
	r.out = append(instrument.AppendU32(r.out, uint32(len(b))), b...)
}

// blockType appends the type of a block with these parameters and results.
func (r *rewriter) blockType(b, params, results []byte) []byte {
	switch {
	case len(params) > 0 || len(results) > 1:
		return instrument.AppendS64(b, int64(r.typeNumber(params, results)))
	case len(results) == 1:
		return append(b, results[0])
	}
	return append(b, 0x40)
}

// typeNumber is the number of a block's type, which it adds if need be.
func (r *rewriter) typeNumber(params, results []byte) uint32 {
	key := string(params) + ">" + string(results)
	i, known := r.typeNumbers[key]
	if !known {
		i = r.firstType + 2 + uint32(len(r.blockTypes))
		r.typeNumbers[key] = i
		r.blockTypes = append(r.blockTypes, instrument.FuncType{Params: params, Results: results})
	}
	return i
}
