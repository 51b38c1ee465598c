package instrument

import (
	"fmt"
	"maps"
	"slices"
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
	ExportBatch = abi.ReservedPrefix + "batch" // the loop, see batchLoop
	ExportIndex = abi.ReservedPrefix + "index" // i32: the record being evaluated
)

// EvaluateType is the type that abi.ExportEvaluate must have.
var EvaluateType = FuncType{Params: []byte{I32, I32, I32}, Results: []byte{I64}}

// Append returns the module with the batch loop and its global added. The module must have a
// memory and export abi.ExportEvaluate with EvaluateType; its error is a *ReservedError when it
// already uses a name of the host's.
func (m *Module) Append() ([]byte, error) {
	evaluate := -1
	for _, e := range m.Exports {
		if strings.HasPrefix(e.Name, abi.ReservedPrefix) {
			return nil, &ReservedError{Name: e.Name}
		}
		if e.Name == abi.ExportEvaluate && e.Kind == KindFunction && e.Type.Equal(EvaluateType) {
			evaluate = int(e.Index)
		}
	}
	if evaluate < 0 || m.memories == 0 {
		return nil, fmt.Errorf("instrument: no memory or no %s %s to call", abi.ExportEvaluate, EvaluateType)
	}
	return m.write(m.additions(uint32(evaluate))), nil
}

// addition is what is appended to a section: entries many, encoded one after the other.
type addition struct {
	entries uint32
	b       []byte
}

// additions encodes the type, function, global, exports and code to append. Their numbers are
// the first free ones.
func (m *Module) additions(evaluate uint32) map[byte]addition {
	typeIndex, function, global := uint32(len(m.types)), uint32(len(m.funcs)), uint32(m.globals)
	exports := appendExport(nil, ExportBatch, KindFunction, function)
	exports = appendExport(exports, ExportIndex, KindGlobal, global)
	return map[byte]addition{
		secType:     {1, appendType(nil, loopType)},
		secFunction: {1, appendU32(nil, typeIndex)},
		secGlobal:   {1, []byte{I32, 1, opI32Const, 0, opEnd}},
		secExport:   {2, exports},
		secCode:     {1, batchLoop(evaluate, global)},
	}
}

func appendType(b []byte, t FuncType) []byte {
	b = appendU32(append(b, 0x60), uint32(len(t.Params)))
	b = appendU32(append(b, t.Params...), uint32(len(t.Results)))
	return append(b, t.Results...)
}

func appendExport(b []byte, name string, kind byte, index uint32) []byte {
	b = append(appendU32(b, uint32(len(name))), name...)
	return appendU32(append(b, kind), index)
}

// write puts the module together again with the additions.
func (m *Module) write(add map[byte]addition) []byte {
	out := make([]byte, 0, m.size+1024)
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
		out = appendU32(out, uint32(len(payload)))
		return append(out, payload...)
	}
	var count uint32
	if len(payload) > 0 {
		r := reader{b: payload}
		count = r.u32()
		payload = payload[r.at:]
	}
	head := appendU32(nil, count+add.entries)
	out = appendU32(out, uint32(len(head)+len(payload)+len(add.b)))
	out = append(out, head...)
	out = append(out, payload...)
	return append(out, add.b...)
}
