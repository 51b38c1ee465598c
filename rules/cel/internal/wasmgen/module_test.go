package wasmgen_test

import (
	"bytes"
	"slices"
	"testing"

	"assay/rules/cel/internal/wasmgen"
)

// sample uses what an encoder gets wrong easily: an import made after a function, a symbol that
// is placed late, code that is put before other code, several results of a block.
func sample() []byte {
	m := &wasmgen.Module{Pages: 1}
	i32 := wasmgen.I32
	f := m.Func([]wasmgen.Type{i32}, []wasmgen.Type{i32})
	room := &wasmgen.Symbol{}
	g := m.Global(i32, -1)
	out := f.Block(i32, i32)
	f.Do(room, f.Param(0), wasmgen.Br(out))
	f.End()
	imported := m.Import("assay", "call", []wasmgen.Type{i32, i32}, []wasmgen.Type{i32})
	f.Do(imported)
	f.Insert(wasmgen.Mark{}, g, wasmgen.SetGlobal(g))
	m.Export("f", f)
	m.ExportMemory("memory")
	room.Address = 300
	m.Data(300, []byte("data"))
	return m.Encode()
}

func TestEncode(t *testing.T) {
	want := slices.Concat(
		[]byte("\x00asm\x01\x00\x00\x00"),
		[]byte{1, 17, 3, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 2, 0x7f, 0x7f, 0x60, 2, 0x7f, 0x7f, 1, 0x7f}, // types
		[]byte("\x02\x0e\x01\x05assay\x04call\x00\x02"),                                                // import
		[]byte{3, 2, 1, 0},                         // functions
		[]byte{5, 3, 1, 0, 1},                      // memory
		[]byte{6, 6, 1, 0x7f, 1, 0x41, 0x7f, 0x0b}, // global
		[]byte("\x07\x0e\x02\x01f\x00\x01\x06memory\x02\x00"),
		[]byte{10, 20, 1, 18, 0, 0x23, 0, 0x24, 0, 2, 1, 0x41, 0xac, 2, 0x20, 0, 0x0c, 0, 0x0b, 0x10, 0, 0x0b},
		[]byte("\x0b\x0b\x01\x00\x41\xac\x02\x0b\x04data"),
	)
	if got := sample(); !bytes.Equal(got, want) {
		t.Errorf("got  %x\nwant %x", got, want)
	}
}

func TestLocalsAreUsedAgain(t *testing.T) {
	m := &wasmgen.Module{}
	f := m.Func(nil, nil)
	a := f.Local(wasmgen.I32)
	f.Release(a)
	if b := f.Local(wasmgen.I64); b == a {
		t.Error("a local has two types")
	}
	if b := f.OwnLocal(wasmgen.I32); b == a {
		t.Error("OwnLocal gives a local that was used")
	}
	if b := f.Local(wasmgen.I32); b != a {
		t.Error("a released local is not used again")
	}
}

func TestBranchToAClosedLabelPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	m := &wasmgen.Module{}
	f := m.Func(nil, nil)
	f.Block()
	inner := f.Block()
	f.End()
	f.Do(wasmgen.Br(inner))
}
