package wasm_test

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/hostile"
)

var (
	generated = flag.String("generated", "testdata/ttf", "folder of generated modules")
	mutants   = flag.Int("mutants", 4, "mutants of each generated module and hostile guest")
	goMutants = flag.Int("go-mutants", 10, "mutants of the Go guest")
)

// numbered are cards by whose number a generated module chooses what to call.
var numbered = func() []string {
	cards := make([]string, 24)
	for i := range cards {
		cards[i] = string(binary.LittleEndian.AppendUint64(nil, uint64(i))) + soleTrader[8:]
	}
	return cards
}()

// Modules of random code, and what is left of modules after some of their bytes were changed, end as results
// or typed errors; the host goes on, and keeps nothing of them.
func TestGeneratedModules(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	h := newHost(t, nil)
	honest := load(t, h, readGuest(t, "guest.wasm"))
	goroutines, space := runtime.NumGoroutine(), addressSpace(t)
	begun, count := time.Now(), map[string]int{}
	judge := func(name string, module []byte) {
		count["modules"]++
		for kind, n := range judgeModule(t, h, honest, module) {
			count[kind] += n
		}
		if t.Failed() {
			t.Fatalf("%s: %x", name, module)
		}
	}
	sources := generatedModules(t)
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		module := sources[name]
		judge(name, module)
		for range *mutants {
			judge("a mutant of "+name, mutate(random, module))
		}
	}
	guest, err := buildGo()
	if err != nil {
		t.Fatal(err)
	}
	for range *goMutants { // of its first kilobytes: types, imports, functions, tables, globals, exports
		judge("a mutant of the Go guest", append(mutate(random, guest[:16<<10]), guest[16<<10:]...))
	}
	for _, kind := range []string{"loaded", "results", "refused invalid_module", "fault trap", "fault fuel", "fault bad_pointer"} {
		if count[kind] == 0 {
			t.Errorf("none was %s: the modules are too tame", kind)
		}
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, %d before", n, goroutines)
	}
	if grown := addressSpace(t) - space; grown > 2<<30 {
		t.Errorf("the address space grew by %d MiB", grown>>20)
	}
	t.Logf("%s: %v", time.Since(begun).Round(time.Second), count)
}

// FuzzModules is TestGeneratedModules with bytes of the fuzzer's. A seed other than 0 is for a mutation that
// knows sections and numbers.
func FuzzModules(f *testing.F) {
	for name, module := range generatedModules(f) {
		if strings.HasSuffix(name, "0.wasm") || len(module) < 500 {
			f.Add(module, uint64(0))
			f.Add(module, uint64(len(module)))
		}
	}
	h := newHost(f, nil)
	honest := load(f, h, readGuest(f, "guest.wasm"))
	f.Fuzz(func(t *testing.T, module []byte, seed uint64) {
		if seed != 0 {
			module = mutate(rand.New(rand.NewPCG(seed, 0)), module)
		}
		judgeModule(t, h, honest, module)
	})
}

// generatedModules are the modules of testdata/ttf, those of the default rules, and the guests of the catalogue
// that are small.
func generatedModules(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(*generated, "*.wasm"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d modules in %s, %v: testdata/ttf/main.go makes them", len(files), *generated, err)
	}
	modules := map[string][]byte{}
	for _, file := range files {
		if modules[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range builtin.All() {
		modules[d.Name] = d.Wasm
	}
	for _, g := range catalogue(t) {
		if len(g.Wasm) < 4<<10 && !costly(g) {
			modules[g.Name] = g.Wasm
		}
	}
	return modules
}

// costly says whether a guest spends the whole budget of a start: two seconds.
func costly(g hostile.Guest) bool { return g.Refused == string(wasm.CodeStartFailed) }

// judgeModule loads a module and lets it judge cards. It returns how often each thing happened.
func judgeModule(t *testing.T, h *wasm.Host, honest *wasm.Module, module []byte) map[string]int {
	t.Helper()
	count := map[string]int{}
	m, err := h.Load(t.Context(), module)
	if err == nil {
		count["loaded"]++
		judgeCards(t, m, count)
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
	} else if refused, ok := errors.AsType[*wasm.LoadError](err); ok {
		count["refused "+string(refused.Code)]++
		if refused.Detail == "" {
			t.Errorf("refused without a word: %v", err)
		}
	} else {
		t.Errorf("Load: %T %v", err, err)
	}
	if got := said(t, honest, []abi.Configured{quality}, batchOf("f")); !reflect.DeepEqual(got, []string{"0/0: boom"}) {
		t.Errorf("afterwards the honest module said %q", got)
	}
	return count
}

func judgeCards(t *testing.T, m *wasm.Module, count map[string]int) {
	t.Helper()
	check := abi.Configured{Check: m.Description().Checks[0].Name, Fuel: 1_000_000}
	if err := m.Configure(t.Context(), check); err != nil {
		_, refused := errors.AsType[*wasm.SettingsError](err)
		_, fault := errors.AsType[*wasm.Fault](err)
		if !refused && !fault {
			t.Errorf("Configure: %T %v", err, err)
		}
	}
	err := m.Evaluate(context.Background(), evaluationTime, []abi.Configured{check}, batchOf(numbered...), func(_, _ int, results []byte, fault error) {
		if fault == nil {
			count["results"]++
			if err := abi.CheckResults(results); err != nil {
				t.Error(err)
			}
			return
		}
		f, ok := errors.AsType[*wasm.Fault](fault)
		if !ok || f.Detail == "" || results != nil {
			t.Errorf("fault %T %v", fault, fault)
			return
		}
		count["fault "+string(f.Kind)]++
	})
	if err != nil {
		t.Errorf("Evaluate: %T %v", err, err)
	}
}

// mutate returns a changed copy of a module.
func mutate(random *rand.Rand, module []byte) []byte {
	b := slices.Clone(module)
	if len(b) < 16 {
		return b
	}
	for range 1 + random.IntN(3) {
		switch random.IntN(8) {
		case 0:
			b = mutateSections(random, b)
		case 1: // cut off
			b = b[:8+random.IntN(len(b)-8)]
		case 2: // a number that is too large, or written in more bytes than it needs
			at := random.IntN(len(b))
			number := [...]string{"\x7f", "\xff\xff\xff\xff\x0f", "\x80\x80\x80\x80\x08", "\x81\x80\x80\x80\x00", "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "\x00"}
			b = slices.Replace(b, at, at+1, []byte(number[random.IntN(len(number))])...)
		case 3: // bytes of another place
			from, n, to := random.IntN(len(b)), random.IntN(40), random.IntN(len(b))
			b = slices.Insert(b, to, slices.Clone(b[from:min(from+n, len(b))])...)
		case 4:
			at := random.IntN(len(b))
			b = slices.Delete(b, at, min(at+1+random.IntN(10), len(b)))
		default: // most changes are small ones: they get furthest
			b[random.IntN(len(b))] ^= 1 << random.IntN(8)
		}
		if len(b) < 16 {
			return b
		}
	}
	return b
}

// mutateSections swaps, doubles or drops sections.
func mutateSections(random *rand.Rand, b []byte) []byte {
	var sections [][]byte
	for at := 8; at < len(b); {
		size, n := binary.Uvarint(b[at+1:])
		end := at + 1 + n + int(size)
		if n <= 0 || size > uint64(len(b)) || end > len(b) {
			sections = append(sections, b[at:])
			break
		}
		sections = append(sections, b[at:end])
		at = end
	}
	if len(sections) == 0 {
		return b
	}
	i, j := random.IntN(len(sections)), random.IntN(len(sections))
	switch random.IntN(3) {
	case 0:
		sections[i], sections[j] = sections[j], sections[i]
	case 1:
		sections = slices.Insert(sections, j, sections[i])
	case 2:
		sections = slices.Delete(sections, i, i+1)
	}
	out := slices.Clone(b[:8])
	for _, s := range sections {
		out = append(out, s...)
	}
	return out
}
