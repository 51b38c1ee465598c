package wasm

import (
	"fmt"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
)

// Survey is what stands in the bytes of a module. Nothing of the module has run.
type Survey struct {
	Command  bool   // of the stdio ABI
	Imports  []Item // in the module's order
	Exports  []Item
	Memory   SurveyedMemory
	Figures  []Figure // of what is limited, as far as the module has it
	Keeps    string   // what of an instance cannot be set back, so that every record needs a new one; "": nothing
	Sections [][]byte // the contents of the custom sections abi.DescriptionSection
}

// Item is something that a module imports or exports.
type Item struct {
	Module string `json:"module,omitempty"` // of an import
	Name   string `json:"name"`
	Kind   string `json:"kind"`           // function, table, memory, global
	Type   string `json:"type,omitempty"` // of a function: (i32, i32) -> i64
}

// SurveyedMemory is the memory that a module declares, in bytes.
type SurveyedMemory struct {
	Min int64 `json:"min"`
	Max int64 `json:"max,omitempty"` // 0: as much as it may have
}

// Figure is how much a module has of something, and the most it may have.
type Figure struct {
	What  string `json:"what"`
	Value uint64 `json:"value"`
	Most  uint64 `json:"most"`
}

// TakeSurvey reads a module as Load does before it compiles it. What exceeds a limit is no error; the error is a
// *LoadError.
func TakeSurvey(wasm []byte) (*Survey, error) {
	m, figures, err := instrument.Survey(wasm, moduleLimits)
	if err != nil {
		return nil, parseError(err)
	}
	s := &Survey{Command: isCommand(m.Exports), Keeps: m.Keeps(), Sections: m.Custom(abi.DescriptionSection)}
	for _, im := range m.Imports {
		s.Imports = append(s.Imports, Item{im.Module, im.Name, kindNames[im.Kind], typeOf(im.Kind, im.Type)})
	}
	for _, e := range m.Exports {
		s.Exports = append(s.Exports, Item{"", e.Name, kindNames[e.Kind], typeOf(e.Kind, e.Type)})
	}
	s.Memory.Min = int64(m.MemoryMin) * pageBytes
	if m.MemoryBounded {
		s.Memory.Max = int64(m.MemoryMax) * pageBytes
	}
	s.Figures = []Figure{{"bytes", uint64(len(wasm)), abi.MaxModuleBytes}, {"bytes of memory at the start", uint64(s.Memory.Min), DefaultMemoryPages * pageBytes}}
	for _, f := range figures {
		s.Figures = append(s.Figures, Figure{f.What, f.Value, uint64(f.Most)})
	}
	return s, nil
}

func typeOf(kind byte, t instrument.FuncType) string {
	if kind != instrument.KindFunction {
		return ""
	}
	return fmt.Sprint(t)
}

// Costs are what it took to load a module.
type Costs struct {
	Compile time.Duration // of the metered module; a moment when the cache had it
	Apart   bool          // it was compiled in a process of its own
	Metered int           // bytes of the metered module
	Start   int64         // units of fuel that the start function and _initialize spent; 0 for a command, which starts for every run
	Memory  int64         // bytes that an instance has then
}

// Costs returns what it took to load the module.
func (m *Module) Costs() Costs { return m.costs }
