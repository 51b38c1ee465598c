package meter_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

// outcome is all that running a module leaves behind.
type outcome struct {
	result  string
	memory  []byte
	globals string
	fuel    int64 // left; of a metered run
	stack   int64
}

func (o outcome) equal(p outcome) bool {
	return o.same(p) && o.fuel == p.fuel && o.stack == p.stack
}

// same is equal but for what a meter says.
func (o outcome) same(p outcome) bool {
	return o.result == p.result && o.globals == p.globals && bytes.Equal(o.memory, p.memory)
}

// run calls assay_evaluate three times on one instance, of a metered module under these limits.
func run(t *testing.T, wasm []byte, l *meter.Limits) (o outcome) {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2))
	defer r.Close(ctx)
	mod, err := r.Instantiate(ctx, wasm)
	if err != nil {
		t.Fatalf("metered %v: %v\n%x", l != nil, err, wasm)
	}
	for i := range uint64(3) {
		if l != nil {
			set(mod, l)
		}
		results, err := mod.ExportedFunction("assay_evaluate").Call(ctx, i, 2*i, 3*i)
		o.result += fmt.Sprint(results)
		if l != nil {
			o.fuel = left(mod)
			o.stack = int64(mod.ExportedGlobal(instrument.ExportStack).Get())
		}
		if err != nil {
			line, _, _ := strings.Cut(err.Error(), "\n")
			o.result += line
			break
		}
		if l != nil && o.stack != l.Stack {
			t.Fatalf("%d bytes of stack were not given back\n%x", l.Stack-o.stack, wasm)
		}
	}
	b, _ := mod.Memory().Read(0, mod.Memory().Size())
	o.memory = bytes.Clone(b)
	o.globals = fmt.Sprint(mod.ExportedGlobal("g").Get(), mod.ExportedGlobal("h").Get())
	return o
}

var limits = meter.Limits{Fuel: 300_000, Stretch: 1000, Stack: 1 << 20}

// compare runs a module both ways and says whether it came to an end.
func compare(t *testing.T, wasm []byte) (ended bool) {
	t.Helper()
	metered := run(t, metered(t, wasm, limits), &limits)
	if metered.fuel < 0 || metered.stack < 0 {
		if !strings.HasSuffix(metered.result, "unreachable") {
			t.Errorf("spent, and yet %s", metered.result)
		}
		return false
	}
	plain := run(t, wasm, nil)
	if !plain.same(metered) {
		t.Errorf("metered %s %s, unmetered %s %s, memory equal %v\n%x",
			metered.result, metered.globals, plain.result, plain.globals, bytes.Equal(plain.memory, metered.memory), wasm)
	}
	return true
}

// Any generated module does the same metered and unmetered, unless it is stopped.
func FuzzMeteredModulesBehaveTheSame(f *testing.F) {
	random := rand.NewChaCha8([32]byte{1})
	for range 8 {
		seed := make([]byte, 600)
		_, _ = random.Read(seed)
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed []byte) { compare(t, generate(seed)) })
}

// generated returns so many modules, the same each time.
func generated(n int) [][]byte {
	random := rand.NewChaCha8([32]byte{2})
	modules := make([][]byte, n)
	for i := range modules {
		seed := make([]byte, 800)
		_, _ = random.Read(seed)
		modules[i] = generate(seed)
	}
	return modules
}

// The generator is worth its while: most of what it makes comes to an end, and some does not.
func TestGeneratedModulesBehaveTheSame(t *testing.T) {
	ended, stopped := 0, 0
	for _, wasm := range generated(400) {
		if compare(t, wasm) {
			ended++
		} else {
			stopped++
		}
	}
	t.Logf("%d ended, %d were stopped", ended, stopped)
	if ended < 100 || stopped < 20 {
		t.Errorf("%d ended, %d were stopped", ended, stopped)
	}
}
