package meter

import (
	"math/bits"

	"assay/server/wasm/internal/instrument"
)

// change is a place in a function's body where the rewriter puts something in.
type change struct {
	at   int // in the body
	kind changeKind
	arg  uint32 // of a call: the function; of a return: the label
	loop        // of a loop
}

// loop is what there is to know of a loop.
type loop struct {
	cost    int64
	params  []byte // types
	carried uint64 // locals of numbers, as bits, that one turn seems to leave to the next; of an innermost loop
}

type changeKind uint8

const (
	changeLoop   changeKind = iota // behind the block type of a loop
	changeCall                     // before an instruction that takes longer the larger its operand is
	changeReturn                   // in place of a return
)

// plan is what the walk over a function finds out.
type plan struct {
	changes  []change
	entry    int64 // cost of the dearest way from the entry to the next charge
	frame    int64 // bytes of native stack
	indirect bool  // calls through a table
	end      int   // of the last instruction but the function's end
}

// region is what one charge pays for: the code between a function's entry or a loop's head and the
// next such point. Control flows forward in it, so that the dearest way through is found in one pass.
type region struct {
	outer int64 // cost of the way so far in the region around
	most  int64
	index int // of its change, -1: the function's entry

	read, written uint64 // locals as bits: read before anything was written to them, and written
	around        bool   // a loop is inside
}

// block is a block that is open.
type block struct {
	op     byte
	region int   // the number of the region its end belongs to
	reach  int64 // dearest way that jumps to its end, unreachable when none
	skip   int64 // of an if: the way that passes it by
}

const unreachable = -1

// walk is the state of a walk over a function.
type walk struct {
	*plan
	regions []region
	blocks  []block
	way     int64 // cost of the dearest way to here, within the innermost region; or unreachable
}

// plan walks over a function whose callees have been planned. The walk's slices are used again for
// the next function.
func (r *rewriter) plan(f *instrument.Function, p *plan) {
	w := &r.walk
	w.plan = p
	w.regions = append(w.regions[:0], region{index: -1})
	w.blocks = append(w.blocks[:0], block{op: opBlock, reach: unreachable})
	w.way = 0
	w.pay(chargeCost)
	size := newFrameSize(f, &r.written)
	code := f.Code()
	for code.Next() {
		in := &code.Instruction
		w.pay(r.costOf(in))
		size.add(r, in)
		w.follow(in)
		switch {
		case in.Op == opReturn:
			w.changes = append(w.changes, change{at: in.Start, kind: changeReturn, arg: uint32(code.Depth() - 1)})
		case in.Op == opCallIndirect:
			w.indirect = true
		default:
			if helper, ok := helperOf(in); ok {
				w.changes = append(w.changes, change{at: in.Start, kind: changeCall, arg: r.firstHelper + helper})
			}
		}
		w.end = in.Start
	}
	w.entry = w.regions[0].most
	for i := range w.changes {
		size.values += int64(bits.OnesCount64(w.changes[i].carried))
	}
	w.frame = size.bytes()
}

// pay lengthens the way.
func (w *walk) pay(cost int64) {
	if w.way == unreachable {
		return
	}
	w.way += cost
	top := &w.regions[len(w.regions)-1]
	top.most = max(top.most, w.way)
}

// follow does what an instruction does to the way.
func (w *walk) follow(in *instrument.Instruction) {
	switch in.Op {
	case opBlock:
		w.blocks = append(w.blocks, block{op: opBlock, region: len(w.regions) - 1, reach: unreachable})
	case opIf:
		w.blocks = append(w.blocks, block{op: opIf, region: len(w.regions) - 1, reach: unreachable, skip: w.way})
	case opElse:
		if b := &w.blocks[len(w.blocks)-1]; b.op == opIf {
			b.reach = max(b.reach, w.way)
			w.way, b.skip = b.skip, unreachable
		}
	case opLoop:
		w.enterLoop(in)
	case opLocalGet, opLocalSet, opLocalTee:
		w.use(in)
	case opEnd:
		w.leave()
	case opBr:
		w.jump(in.Index)
		w.way = unreachable
	case opBrIf:
		w.jump(in.Index)
	case opBrTable:
		for _, label := range in.Labels {
			w.jump(label)
		}
		w.way = unreachable
	case opReturn, opUnreachable:
		w.way = unreachable
	}
}

func (w *walk) enterLoop(in *instrument.Instruction) {
	w.regions[len(w.regions)-1].around = true
	w.blocks = append(w.blocks, block{op: opLoop, region: len(w.regions) - 1})
	w.regions = append(w.regions, region{outer: w.way, index: len(w.changes)})
	w.changes = append(w.changes, change{at: in.End, kind: changeLoop, loop: loop{params: in.Block.Params}})
	if w.way != unreachable {
		w.way = 0
		w.pay(chargeCost)
	}
}

// use notes what a loop does with its locals, in the order of the code. That is not always the order of its
// ways: what comes of it is a matter of speed only.
func (w *walk) use(in *instrument.Instruction) {
	top := &w.regions[len(w.regions)-1]
	switch bit := uint64(1) << in.Index; { // 0 from 64 on
	case in.Op != opLocalGet:
		top.written |= bit
	case top.written&bit == 0:
		top.read |= bit
	}
}

// leave closes a block.
func (w *walk) leave() {
	b := w.blocks[len(w.blocks)-1]
	w.blocks = w.blocks[:len(w.blocks)-1]
	switch b.op {
	case opLoop:
		top := w.regions[len(w.regions)-1]
		w.regions = w.regions[:len(w.regions)-1]
		c := &w.changes[top.index]
		c.cost = top.most
		if !top.around {
			c.carried = top.read & top.written
		}
		if w.way != unreachable {
			w.way = top.outer
		}
	case opIf:
		w.way = max(w.way, b.reach, b.skip)
	default:
		w.way = max(w.way, b.reach)
	}
}

// jump notes a way to the end of a block. One to a loop's head ends there, at the charge.
func (w *walk) jump(label uint32) {
	if w.way == unreachable || int64(label) >= int64(len(w.blocks)) {
		return // the engine refuses labels that do not exist
	}
	b := &w.blocks[len(w.blocks)-1-int(label)]
	if b.op == opLoop {
		return
	}
	way := w.way
	if b.region < len(w.regions)-1 {
		way = w.regions[b.region+1].outer // out of a loop, or several
	}
	b.reach = max(b.reach, way)
}
