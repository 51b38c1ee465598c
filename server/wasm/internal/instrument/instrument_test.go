package instrument

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

//go:generate sh -c "for f in testdata/reach/*.wat; do wat2wasm --no-check ${DOLLAR}f -o ${DOLLAR}{f%.wat}.wasm || exit 1; done"

// valid says whether the engine accepts a module. The interpreter validates like the compiler
// and is quicker about it.
func valid(t testing.TB, wasm []byte) bool {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2).WithMemoryLimitPages(65536))
	defer r.Close(ctx)
	_, err := r.CompileModule(ctx, wasm)
	return err == nil
}

// guests are the well-formed modules of the host's tests.
func guests(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, pattern := range []string{"../../testdata/*.wasm", "../../testdata/load/*.wasm"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(file)] = b
		}
	}
	return all
}

func TestAppendOnlyAppends(t *testing.T) {
	appended := 0
	for name, wasm := range guests(t) {
		m, err := Parse(wasm, Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := m.Append(Extension{})
		if err != nil {
			continue
		}
		appended++
		if !valid(t, out) {
			t.Errorf("%s: the result is not valid", name)
		}
		checkAppended(t, name, m, out)
	}
	if appended < 10 {
		t.Errorf("only %d modules could be appended to", appended)
	}
}

// checkAppended compares a module with what became of it.
func checkAppended(t *testing.T, name string, m *Module, out []byte) {
	t.Helper()
	n, err := Parse(out, Limits{})
	if err != nil {
		t.Errorf("%s: parse the result: %v", name, err)
		return
	}
	if _, err := n.Append(Extension{}); err == nil {
		t.Errorf("%s: the result was accepted as an original", name)
	}
	start := min(m.start+1, 1)
	if len(n.types) != len(m.types)+1+start || len(n.funcs) != len(m.funcs)+1+start || n.globals != m.globals+4 || len(n.Exports) != len(m.Exports)+5+len(m.state)+start {
		t.Errorf("%s: counts %d %d %d %d", name, len(n.types), len(n.funcs), n.globals, len(n.Exports))
		return
	}
	if len(m.types) > 0 && !reflect.DeepEqual(n.types[:len(m.types)], m.types) ||
		!reflect.DeepEqual(n.Imports, m.Imports) || !reflect.DeepEqual(n.Exports[:len(m.Exports)], m.Exports) {
		t.Errorf("%s: the original's types, imports or exports changed", name)
	}
	at := 0
	for _, s := range m.sections { // in their order, each whole or with something behind it
		if s.id == secStart {
			continue
		}
		for at < len(n.sections) && (n.sections[at].id != s.id || s.id == secCustom && !bytes.Equal(n.sections[at].payload, s.payload)) {
			at++
		}
		if at == len(n.sections) {
			t.Errorf("%s: section %d is gone", name, s.id)
			return
		}
		if !bytes.Contains(n.sections[at].payload, afterCount(s)) {
			t.Errorf("%s: section %d changed", name, s.id)
		}
	}
}

func afterCount(s section) []byte {
	if s.id == secCustom || len(s.payload) == 0 {
		return s.payload
	}
	r := reader{b: s.payload}
	r.u32()
	return s.payload[r.at:]
}

// Modules that name what is not there yet, and would be there afterwards.
func TestTheOriginalCannotReachWhatIsAppended(t *testing.T) {
	files, err := filepath.Glob("testdata/reach/*.wasm")
	if err != nil || len(files) == 0 {
		t.Fatal("no modules", err)
	}
	for _, file := range files {
		wasm, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(wasm, Limits{})
		var format *FormatError
		if !errors.As(err, &format) || !strings.Contains(format.Reason, "does not exist") {
			t.Errorf("%s: %v, want a FormatError that says what does not exist", filepath.Base(file), err)
			continue
		}
		t.Log(filepath.Base(file), err)
	}
}

// wat2wasm does not write a block type that does not exist: function 0 holds (block (type 1)).
func TestABlockTypeMustExist(t *testing.T) {
	wasm := []byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x0a\x07\x01\x05\x00\x02\x01\x0b\x0b")
	_, err := Parse(wasm, Limits{})
	if err == nil || !strings.Contains(err.Error(), "type 1 does not exist") {
		t.Errorf("got %v", err)
	}
	wasm[len(wasm)-3] = 0
	if _, err := Parse(wasm, Limits{}); err != nil {
		t.Errorf("type 0: %v", err)
	}
}

// A module of as few sections as can be: evaluate is an import, so that there is neither a
// function nor a code section to append to, and the custom sections stand where they like.
func TestSectionsThatAreNotThereAreMade(t *testing.T) {
	custom := "\x00\x03\x01xy"
	wasm := []byte("\x00asm\x01\x00\x00\x00" + custom +
		"\x01\x08\x01\x60\x03\x7f\x7f\x7f\x01\x7e" + // type (i32, i32, i32) -> i64
		"\x02\x09\x01\x03env\x01f\x00\x00" + custom + // import function env.f
		"\x05\x03\x01\x00\x01" + // memory of 1 page
		"\x07\x12\x01\x0eassay_evaluate\x00\x00" + custom) // export it
	if !valid(t, wasm) {
		t.Fatal("the original is not valid")
	}
	m, err := Parse(wasm, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Append(Extension{})
	if err != nil {
		t.Fatal(err)
	}
	if !valid(t, out) {
		t.Error("the result is not valid")
	}
	n, err := Parse(out, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []byte
	for _, s := range n.sections {
		ids = append(ids, s.id)
	}
	if want := []byte{0, 1, 2, 0, 3, 5, 6, 7, 0, 10}; !bytes.Equal(ids, want) {
		t.Errorf("sections %v, want %v", ids, want)
	}
}

// The WebAssembly specification's own test modules, as wazero carries them: what the engine accepts
// is parsed, gets the loop and stays valid; what it refuses does not become valid.
func TestSpecificationModules(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "internal/integration_test/spectest/v[12]/testdata/*.wasm"))
	if err != nil || len(files) < 1000 {
		t.Fatalf("%d modules, %v", len(files), err)
	}
	good, bad := 0, 0
	for _, file := range files {
		wasm, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		m, err := Parse(wasm, Limits{})
		if err != nil {
			if valid(t, wasm) {
				t.Errorf("%s: refused a valid module: %v", name, err)
			}
			continue
		}
		stub := WithStub(t, name, m)
		out, err := stub.Append(Extension{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		before, after := valid(t, stub.write(nil, nil)), valid(t, out)
		if before != after {
			t.Errorf("%s: valid %v, with the loop %v", name, before, after)
		}
		checkAppended(t, name, stub, out)
		if before {
			good++
		} else {
			bad++
		}
	}
	t.Logf("%d valid modules, %d invalid ones that only the engine refuses, of %d", good, bad, len(files))
}

func FuzzAppend(f *testing.F) {
	for _, wasm := range guests(f) {
		f.Add(wasm)
	}
	f.Fuzz(func(t *testing.T, wasm []byte) {
		m, err := Parse(wasm, Limits{})
		if err != nil {
			return
		}
		out, err := m.Append(Extension{})
		if err != nil {
			return
		}
		if m.MemoryMin > 16 || len(wasm) > 1<<16 {
			return // the engine would take its time
		}
		if before, after := valid(t, wasm), valid(t, out); before != after {
			t.Errorf("valid %v, with the loop %v", before, after)
		}
	})
}
