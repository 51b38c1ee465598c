package link_test

import (
	"bytes"
	"strings"
	"testing"

	"assay/rules/cel/internal/link"
	"assay/rules/cel/internal/runtime"
	"assay/rules/cel/internal/wasmgen"
)

func object(t *testing.T) *link.Object {
	t.Helper()
	o, err := link.Parse(runtime.Object)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// module links one function and returns the module and where its data ends.
func module(t *testing.T, name string) ([]byte, uint32) {
	m := &wasmgen.Module{Pages: 1}
	l := link.New(object(t), m, func(string, string) *wasmgen.Func { return m.Import("assay", "call", nil, nil) })
	m.Export("f", l.Func(name))
	end := l.Place(1024)
	l.Emit()
	return m.Encode(), end
}

func TestOnlyWhatIsNeededIsLinked(t *testing.T) {
	small, end := module(t, "rt_compare_text")
	if end != 1024 || len(small) > 300 {
		t.Errorf("a function that calls none has %d bytes and data up to %d", len(small), end)
	}
	large, end := module(t, "rt_index")
	if end == 1024 || !bytes.Contains(large, []byte("the index is outside the list\x00")) || bytes.Contains(large, []byte("stands twice")) {
		t.Errorf("a function's texts and no others are to be there: data up to %d, %q", end, large)
	}
}

func TestEqualCallsGiveEqualBytes(t *testing.T) {
	first, _ := module(t, "rt_insert")
	second, _ := module(t, "rt_insert")
	if !bytes.Equal(first, second) {
		t.Error("two modules differ")
	}
}

func TestVariablesCanBeSet(t *testing.T) {
	m := &wasmgen.Module{Pages: 1}
	l := link.New(object(t), m, nil)
	at := l.Data("rt_memory")
	l.Place(2048)
	l.Set(at, 0x11223344, 7)
	l.Emit()
	if at.Address != 2048 || !bytes.Contains(m.Encode(), []byte{0x44, 0x33, 0x22, 0x11, 7, 0, 0, 0}) {
		t.Errorf("at %d: %x", at.Address, m.Encode())
	}
}

// TestAddressesOfSegmentsAreAnyNumbers: one with the byte of the end instruction was once taken for shorter,
// and what came after it for something else.
func TestAddressesOfSegmentsAreAnyNumbers(t *testing.T) {
	section := func(id byte, body string) string { return string(id) + string(byte(len(body))) + body }
	data := "\x02" + "\x00\x41\x0b\x0b\x01a" + "\x00\x41\x8b\x0b\x0b\x02bc" // at 11 and 1419
	symbols := "\x01" + "\x01\x00\x01x\x01\x00\x02"                         // x is the second
	o, err := link.Parse([]byte("\x00asm\x01\x00\x00\x00" + section(11, data) + section(0, "\x07linking\x02"+section(8, symbols))))
	if err != nil {
		t.Fatal(err)
	}
	m := &wasmgen.Module{Pages: 1}
	l := link.New(o, m, nil)
	l.Data("x")
	l.Place(2048)
	l.Emit()
	if got := m.Encode(); !bytes.Contains(got, []byte("\x02bc")) {
		t.Errorf("%q", got)
	}
}

func TestWhatIsNotThereIsNamed(t *testing.T) {
	defer func() {
		if said, ok := recover().(string); !ok || !strings.Contains(said, "rt_nothing") {
			t.Errorf("%v", said)
		}
	}()
	module(t, "rt_nothing")
}

// TestBrokenObjectsAreRefused cuts the object off at each of its first bytes: it is an object only
// between two sections.
func TestBrokenObjectsAreRefused(t *testing.T) {
	whole := 0
	for i := range 1000 {
		if _, err := link.Parse(runtime.Object[:i]); err == nil {
			whole++
		}
	}
	if whole > 5 { // the header and the sections before the code
		t.Errorf("%d beginnings of the object are accepted", whole)
	}
}
