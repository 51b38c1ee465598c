package link

import (
	"fmt"

	"assay/rules/cel/internal/wasmgen"
)

// charge is a place in a function where what it does is counted: at its entry and at each turn of a loop the
// cost of the instructions up to there, before a bulk instruction the size on the stack.
type charge struct {
	at    int   // in the body
	units int64 // 0: by size
}

// Costs of instructions, in units.
const (
	unitCost = 1
	loadCost = 5
	callCost = 10
	divCost  = 25
	bulkCost = 30
)

// smallest is the least cost of an entry that is counted.
const smallest = 16

// charges walks over a function's code. Its loops each pay for what is in them.
func charges(f *function) ([]charge, error) {
	r := &reader{b: f.body}
	for range r.int() { // locals
		r.int()
		r.byte()
	}
	list := []charge{{at: r.at}}
	open := []int{0} // for each open block the charge that pays for it
	for len(r.b) > 0 && r.err == nil {
		at := r.at
		op := r.byte()
		payer := open[len(open)-1]
		switch op {
		case 0x02, 0x04: // block, if
			r.signed()
			open = append(open, payer)
		case 0x03: // loop
			r.signed()
			open = append(open, len(list))
			list = append(list, charge{at: r.at})
			continue
		case opcEnd:
			open = open[:len(open)-1]
			continue
		case 0xfc:
			if sub := r.int(); sub == 10 || sub == 11 { // memory.copy, memory.fill
				r.take(12 - sub)
				list = append(list, charge{at: at})
				list[payer].units += bulkCost
				continue
			} else if sub > 7 { // 0 to 7 are conversions
				return nil, fmt.Errorf("the function holds instruction 0xfc %d", sub)
			}
		default:
			if err := r.immediates(op); err != nil {
				return nil, err
			}
		}
		list[payer].units += costOf(op)
	}
	return list, r.err
}

// costOf is the cost of an instruction.
func costOf(op byte) int64 {
	switch {
	case op == 0x10:
		return callCost
	case op >= 0x28 && op <= 0x3e:
		return loadCost
	case op >= 0x6d && op <= 0x70, op >= 0x7f && op <= 0x82:
		return divCost
	case op >= 0x8b && op <= 0xa6 || op >= 0xa8 && op <= 0xbf && op != 0xac && op != 0xad:
		return 8
	}
	return unitCost
}

// immediates passes by what follows an opcode.
func (r *reader) immediates(op byte) error {
	switch {
	case op == 0x0c, op == 0x0d, op == 0x10, op >= 0x20 && op <= 0x24: // branches, calls, variables
		r.int()
	case op == 0x0e: // br_table
		for range r.int() + 1 {
			r.int()
		}
	case op >= 0x28 && op <= 0x3e:
		r.int()
		r.uleb()
	case op == 0x3f, op == 0x40:
		r.byte()
	case op == 0x41, op == 0x42:
		r.signed()
	case op == 0x43:
		r.take(4)
	case op == 0x44:
		r.take(8)
	case op <= 0x01, op == 0x05, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4:
	default:
		return fmt.Errorf("the function holds instruction %#x", op)
	}
	return nil
}

// uleb passes by an unsigned number of any size.
func (r *reader) uleb() {
	for r.byte()&0x80 != 0 && r.err == nil {
	}
}

// charge writes what counts the cost at one place.
func (l *Linker) charge(f *wasmgen.Func, c charge, entry bool) {
	switch {
	case l.Charge == nil || entry && c.units < smallest:
	case c.units > 0:
		f.Do(l.Charge(c.units)...)
	default:
		f.Do(l.Size())
	}
}
