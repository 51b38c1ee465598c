package meter

import "assay/server/wasm/internal/instrument"

// frameSize bounds the native frame of a function.
//
// wazero's compiler gives each value that does not stay in a register a place of its own in the
// frame, and shares none: a frame can be many times as large as the locals and the deepest operand
// stack. A value comes from a parameter, a local's initial zero, an instruction, or a join:
// where ways meet, each local that was written may become a new value. All of them are
// counted. Real frames are a few times smaller.
type frameSize struct {
	slot    int64 // bytes of a value
	values  int64
	joins   int64
	written int64 // locals
	seen    []bool
}

// frameBase is what every call takes: return address, saved registers, alignment.
const frameBase = 96

func newFrameSize(f *instrument.Function, seen *[]bool) frameSize {
	s := frameSize{slot: 8}
	locals := int64(len(f.Type.Params))
	for _, l := range f.Locals {
		locals += int64(l.Count)
		s.sawType(l.Type)
	}
	s.sawTypes(f.Type)
	s.values = locals + int64(len(f.Type.Results))
	locals = min(locals, 1<<16) // beyond, the engine refuses the module
	if int64(len(*seen)) < locals {
		*seen = make([]bool, locals)
	}
	s.seen = (*seen)[:locals]
	clear(s.seen)
	return s
}

func (s *frameSize) sawType(t byte) {
	if t == instrument.V128 {
		s.slot = 16
	}
}

func (s *frameSize) sawTypes(t instrument.FuncType) {
	for _, p := range t.Params {
		s.sawType(p)
	}
	for _, p := range t.Results {
		s.sawType(p)
	}
}

func (s *frameSize) add(r *rewriter, in *instrument.Instruction) {
	switch op := in.Op; {
	case op == opBlock || op == opLoop || op == opIf:
		s.joins++
		s.values += int64(len(in.Block.Params) + len(in.Block.Results))
		s.sawTypes(in.Block)
	case op == opCall:
		s.call(r.module.FunctionType(in.Index))
	case op == opCallIndirect:
		s.call(r.module.Type(in.Index))
	case op == opLocalSet || op == opLocalTee:
		if i := int64(in.Index); i < int64(len(s.seen)) && !s.seen[i] {
			s.seen[i] = true
			s.written++
		}
	case op == opVector:
		s.slot = 16
		s.values++
	case op >= 0x28 && op <= 0x3e: // a load's or store's address is a value, too
		s.values += 2
	case op >= 0x45 || op == 0x1b || op == 0x1c || op == opGlobalGet || op == 0x25 || op == 0x3f || op == opMemoryGrow:
		s.values++
	}
}

// call counts a call's results, and the room for what does not travel in registers.
func (s *frameSize) call(t instrument.FuncType) {
	s.values += int64(len(t.Results))
	s.sawTypes(t)
	s.values += int64(max(0, len(t.Params)-6) + max(0, len(t.Results)-6))
}

func (s *frameSize) bytes() int64 {
	return frameBase + s.slot*(s.values+s.written*s.joins)
}
