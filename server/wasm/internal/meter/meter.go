package meter

import "assay/server/wasm/internal/instrument"

// Limits are the values that the globals of a module start with: they hold for its start
// function, and until the host sets them.
type Limits struct {
	Fuel  int64 // units
	Stack int64 // bytes
	// Frame is the largest native frame a function may have, in bytes; 0: any. The last function on the
	// stack can lie below the bound by as much.
	Frame int64
}

// Rewrite meters a module: what it returns is for m.Append. The error is an *instrument.LimitError.
func Rewrite(m *instrument.Module, l Limits) (instrument.Extension, error) {
	r := &rewriter{
		module:      m,
		imports:     importCosts(m.Imports),
		fuel:        m.FuelGlobal(),
		stack:       m.StackGlobal(),
		firstHelper: m.FirstFunction(),
		firstType:   m.FirstType(),
	}
	size := 0
	for i := range m.Functions {
		size += len(m.Functions[i].Body)
	}
	r.out = make([]byte, 0, size+size/4)
	e := instrument.Extension{Types: []instrument.FuncType{helperType}, Fuel: l.Fuel, Stack: l.Stack}
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
	return e, nil
}

// rewriter is at work on a module.
type rewriter struct {
	module      *instrument.Module
	imports     []int64 // cost of each imported function
	fuel, stack uint32  // globals
	firstHelper uint32
	firstType   uint32 // helperType, then blockTypes
	blockTypes  []instrument.FuncType

	functions []standing

	walk    walk
	written []bool
	body    []byte // of the function at hand
	out     []byte
}

// write appends a function's new body with its size in front.
func (r *rewriter) write(f *instrument.Function, p *standing) {
	old := f.Body
	stack := p.open && !p.absorbed
	b := append(r.body[:0], old[:f.Start]...)
	if stack {
		b = append(r.takeStack(r.takeFuel(b, p.entry), p.depth), opBlock)
		b = r.blockType(b, f.Type.Results)
	} else if !p.absorbed {
		b = r.trapWithoutFuel(r.takeFuel(b, p.entry))
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
			b = r.takeFuel(b, c.cost)
			b = r.trapWithoutFuel(b)
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

// blockType appends the type of a block with these results.
func (r *rewriter) blockType(b, results []byte) []byte {
	switch len(results) {
	case 0:
		return append(b, 0x40)
	case 1:
		return append(b, results[0])
	}
	t := instrument.FuncType{Results: results}
	for i, known := range r.blockTypes {
		if known.Equal(t) {
			return appendTypeIndex(b, r.firstType+1+uint32(i))
		}
	}
	r.blockTypes = append(r.blockTypes, t)
	return appendTypeIndex(b, r.firstType+uint32(len(r.blockTypes)))
}

// appendTypeIndex appends a block's type index, which is a signed number.
func appendTypeIndex(b []byte, i uint32) []byte { return instrument.AppendS64(b, int64(i)) }
