package instrument

import "testing"

// WithStub adds a memory, if there is none, and an assay_evaluate to any module.
func WithStub(t testing.TB, name string, m *Module) *Module {
	t.Helper()
	add := map[byte]addition{
		secType:     {1, appendType(nil, EvaluateType)},
		secFunction: {1, AppendU32(nil, uint32(len(m.types)))},
		secExport:   {1, appendExport(nil, "assay_evaluate", KindFunction, uint32(len(m.funcs)))},
		secCode:     {1, []byte{4, 0, opI64Const, 0, opEnd}},
	}
	if m.memories == 0 {
		add[secMemory] = addition{1, []byte{0, 0}}
	}
	stub, err := Parse(m.write(nil, add), Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return stub
}
