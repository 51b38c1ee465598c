package instrument

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"assay/sdk/abi"
)

// ReservedError names an export that only the host may add.
type ReservedError struct{ Name string }

func (e *ReservedError) Error() string {
	return fmt.Sprintf("export %q: names that start with %q are the host's", e.Name, abi.ReservedPrefix)
}

// Names of the exports that Append adds.
const (
	ExportBatch   = abi.ReservedPrefix + "batch"   // the loop, see batchLoop
	ExportStart   = abi.ReservedPrefix + "start"   // the start function, when there is one
	ExportIndex   = abi.ReservedPrefix + "index"   // i32: the record being evaluated
	ExportFuel    = abi.ReservedPrefix + "fuel"    // i64: what is left to spend before more is taken from the reserve
	ExportStack   = abi.ReservedPrefix + "stack"   // i64: what is left of the native stack, in bytes
	ExportReserve = abi.ReservedPrefix + "reserve" // i64: the fuel that is left beside
)

// EvaluateType is the type that abi.ExportEvaluate must have.
var EvaluateType = FuncType{Params: []byte{I32, I32, I32}, Results: []byte{I64}}

// Extension is what another package puts into a module by way of Append. The zero Extension puts
// in nothing.
type Extension struct {
	// Code replaces the bodies of the module's own functions, all of them, each with its size in
	// front. Nil: they stay.
	Code []byte
	// Types are appended, the first as number FirstType.
	Types []FuncType
	// Functions are appended, the first as number FirstFunction.
	Functions []Added
	// Fuel, Stack and Reserve are the values that the globals start with.
	Fuel, Stack, Reserve int64
}

// Added is a function to append: the number of its type, and its body without the size in front.
type Added struct {
	Type uint32
	Body []byte
}

// ExportGlobal is the name under which Append exports a mutable global of the module's own.
func ExportGlobal(index uint32) string {
	return abi.ReservedPrefix + "global." + strconv.FormatUint(uint64(index), 10)
}

// FuelGlobal, StackGlobal and ReserveGlobal are the numbers the globals will have, FirstType and
// FirstFunction those of an Extension's first type and function.
func (m *Module) FuelGlobal() uint32    { return uint32(m.globals) + 1 }
func (m *Module) StackGlobal() uint32   { return uint32(m.globals) + 2 }
func (m *Module) ReserveGlobal() uint32 { return uint32(m.globals) + 3 }
func (m *Module) FirstType() uint32     { return uint32(len(m.types)) + 1 }
func (m *Module) FirstFunction() uint32 { return uint32(len(m.funcs)) + 1 }

const addedGlobals = 4 // all of them mutable

// Append returns the module with the batch loop, its globals and the extension added, and its own mutable
// globals exported. A start function
// is exported instead: the host calls it before anything else, under a budget and with its
// own eyes on how it ends. The module must have a memory; without an abi.ExportEvaluate of
// EvaluateType, as in a WASI command, there is nothing to loop over and the loop traps. The error is
// a *ReservedError when the module already uses a name of the host's.
func (m *Module) Append(e Extension) ([]byte, error) {
	evaluate, cost := -1, -1
	for _, x := range m.Exports {
		if strings.HasPrefix(x.Name, abi.ReservedPrefix) {
			return nil, &ReservedError{Name: x.Name}
		}
		if x.Name == abi.ExportEvaluate && x.Kind == KindFunction && x.Type.Equal(EvaluateType) {
			evaluate = int(x.Index)
		}
		if x.Name == abi.ExportCost && x.Kind == KindGlobal && slices.Contains(m.counters, x.Index) {
			cost = int(x.Index)
		}
	}
	if m.memories == 0 {
		return nil, errors.New("instrument: the module has no memory")
	}
	loop := []byte{0, opUnreachable, opEnd} // keeps the numbers of what is appended the same
	if evaluate >= 0 {
		loop = batchLoop(uint32(evaluate), uint32(m.globals), m.FuelGlobal(), m.ReserveGlobal(), cost)
	}
	kept := *m
	kept.sections = slices.DeleteFunc(slices.Clone(m.sections), func(s section) bool { return s.id == secStart })
	return kept.write(e.Code, m.additions(e, loop)), nil
}

// addition is what is appended to a section: entries many, encoded one after the other.
type addition struct {
	entries uint32
	b       []byte
}

// additions encodes the types, functions, globals, exports and code to append. Their numbers are
// the first free ones.
func (m *Module) additions(e Extension, loop []byte) map[byte]addition {
	if m.start >= 0 {
		e = m.withStart(e)
	}
	types := appendType(nil, loopType)
	for _, t := range e.Types {
		types = appendType(types, t)
	}
	index := uint32(m.globals)
	functions := AppendU32(nil, uint32(len(m.types)))
	code := appendBody(nil, loop)
	for _, f := range e.Functions {
		functions = AppendU32(functions, f.Type)
		code = appendBody(code, f.Body)
	}
	globals := []byte{I32, 1, opI32Const, 0, opEnd}
	globals = append(AppendS64(append(globals, I64, 1, opI64Const), e.Fuel), opEnd)
	globals = append(AppendS64(append(globals, I64, 1, opI64Const), e.Stack), opEnd)
	globals = append(AppendS64(append(globals, I64, 1, opI64Const), e.Reserve), opEnd)
	exports := appendExport(nil, ExportBatch, KindFunction, uint32(len(m.funcs)))
	exports = appendExport(exports, ExportIndex, KindGlobal, index)
	exports = appendExport(exports, ExportFuel, KindGlobal, m.FuelGlobal())
	exports = appendExport(exports, ExportStack, KindGlobal, m.StackGlobal())
	exports = appendExport(exports, ExportReserve, KindGlobal, m.ReserveGlobal())
	for _, global := range m.state {
		exports = appendExport(exports, ExportGlobal(global), KindGlobal, global)
	}
	exported, added := uint32(5+len(m.state)), uint32(len(e.Functions))+1
	if m.start >= 0 {
		exports = appendExport(exports, ExportStart, KindFunction, uint32(len(m.funcs))+uint32(len(e.Functions)))
		exported++
	}
	return map[byte]addition{
		secType:     {uint32(len(e.Types)) + 1, types},
		secFunction: {added, functions},
		secGlobal:   {addedGlobals, globals},
		secExport:   {exported, exports},
		secCode:     {added, code},
	}
}

// withStart adds a function that calls the start function. To export that itself would also declare it,
// and make its references valid.
func (m *Module) withStart(e Extension) Extension {
	call := append(AppendU32([]byte{0, opCall}, uint32(m.start)), opEnd)
	e.Functions = append(slices.Clone(e.Functions), Added{Type: m.FirstType() + uint32(len(e.Types)), Body: call})
	e.Types = append(slices.Clone(e.Types), FuncType{})
	return e
}

func appendBody(b, body []byte) []byte {
	return append(AppendU32(b, uint32(len(body))), body...)
}

func appendType(b []byte, t FuncType) []byte {
	b = AppendU32(append(b, 0x60), uint32(len(t.Params)))
	b = AppendU32(append(b, t.Params...), uint32(len(t.Results)))
	return append(b, t.Results...)
}

func appendExport(b []byte, name string, kind byte, index uint32) []byte {
	b = append(AppendU32(b, uint32(len(name))), name...)
	return AppendU32(append(b, kind), index)
}

// write puts the module together again with the additions and, if there is any, other code.
func (m *Module) write(code []byte, add map[byte]addition) []byte {
	out := make([]byte, 0, m.size+len(code)+4096)
	out = append(out, "\x00asm\x01\x00\x00\x00"...)
	missing := slices.SortedFunc(maps.Keys(add), func(a, b byte) int { return rank[a] - rank[b] })
	for _, s := range m.sections {
		if s.id != secCustom {
			for len(missing) > 0 && rank[missing[0]] < rank[s.id] {
				out = appendSection(out, missing[0], nil, add[missing[0]])
				missing = missing[1:]
			}
			if len(missing) > 0 && missing[0] == s.id {
				missing = missing[1:]
			}
		}
		if tables := m.tableSection(); s.id == secTable && tables != nil {
			s.payload = tables
		}
		if s.id == secCode && code != nil {
			s.payload = append(AppendU32(nil, uint32(len(m.Functions))), code...)
		}
		out = appendSection(out, s.id, s.payload, add[s.id])
	}
	for _, id := range missing {
		out = appendSection(out, id, nil, add[id])
	}
	return out
}

// appendSection writes a section: the payload, when nothing is added to it, as it was.
func appendSection(out []byte, id byte, payload []byte, add addition) []byte {
	out = append(out, id)
	if add.entries == 0 {
		out = AppendU32(out, uint32(len(payload)))
		return append(out, payload...)
	}
	var count uint32
	if len(payload) > 0 {
		r := reader{b: payload}
		count = r.u32()
		payload = payload[r.at:]
	}
	head := AppendU32(nil, count+add.entries)
	out = AppendU32(out, uint32(len(head)+len(payload)+len(add.b)))
	out = append(out, head...)
	out = append(out, payload...)
	return append(out, add.b...)
}
