package instrument

import "fmt"

// State returns the numbers of the mutable globals that hold a number, which Append exports by the
// name of ExportGlobal: with the memory they are all that a module remembers, if Keeps is "".
func (m *Module) State() []uint32 { return m.state }

// Keeps says what of the module's state cannot be read and set from outside, "" when nothing: a
// mutable global that holds a reference or a vector, or an instruction that changes a table or drops a
// segment. It is the first there is.
func (m *Module) Keeps() string { return m.keeps }

func (m *Module) keep(format string, args ...any) {
	if m.keeps == "" {
		m.keeps = fmt.Sprintf(format, args...)
	}
}

func (m *Module) addGlobal(valueType byte, mutable bool) {
	if mutable {
		m.mutable++
		if valueType == I64 {
			m.counters = append(m.counters, uint32(m.globals))
		}
		switch valueType {
		case I32, I64, F32, F64:
			m.state = append(m.state, uint32(m.globals))
		default:
			m.keep("global %d is mutable and holds a %s", m.globals, typeNames([]byte{valueType}))
		}
	}
	m.globals++
}

// lasting names an instruction that changes what is neither memory nor a global.
func lasting(in *Instruction) string {
	switch {
	case in.Op == opTableSet:
		return "table.set"
	case in.Op == opMisc:
		return lastingMisc[in.Sub]
	}
	return ""
}

var lastingMisc = map[uint32]string{
	9: "data.drop", 12: "table.init", 13: "elem.drop", 14: "table.copy", 15: "table.grow", 17: "table.fill",
}
