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

// run calls assay_evaluate three times on one instance.
func run(t *testing.T, wasm []byte, metered bool) (o outcome) {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2))
	defer r.Close(ctx)
	mod, err := r.Instantiate(ctx, wasm)
	if err != nil {
		t.Fatalf("metered %v: %v\n%x", metered, err, wasm)
	}
	for i := range uint64(3) {
		if metered {
			mod.ExportedGlobal(instrument.ExportFuel).(api.MutableGlobal).Set(uint64(limits.Fuel))
			mod.ExportedGlobal(instrument.ExportStack).(api.MutableGlobal).Set(uint64(limits.Stack))
		}
		results, err := mod.ExportedFunction("assay_evaluate").Call(ctx, i, 2*i, 3*i)
		o.result += fmt.Sprint(results)
		if metered {
			o.fuel = int64(mod.ExportedGlobal(instrument.ExportFuel).Get())
			o.stack = int64(mod.ExportedGlobal(instrument.ExportStack).Get())
		}
		if err != nil {
			line, _, _ := strings.Cut(err.Error(), "\n")
			o.result += line
			break
		}
		if metered && o.stack != limits.Stack {
			t.Fatalf("%d bytes of stack were not given back\n%x", limits.Stack-o.stack, wasm)
		}
	}
	b, _ := mod.Memory().Read(0, mod.Memory().Size())
	o.memory = bytes.Clone(b)
	o.globals = fmt.Sprint(mod.ExportedGlobal("g").Get(), mod.ExportedGlobal("h").Get())
	return o
}

var limits = meter.Limits{Fuel: 300_000, Stack: 1 << 20}

// compare runs a module both ways and says whether it came to an end.
func compare(t *testing.T, wasm []byte) (ended bool) {
	t.Helper()
	m, err := instrument.Parse(wasm, instrument.Limits{})
	if err != nil {
		t.Fatalf("%v\n%x", err, wasm)
	}
	extension, err := meter.Rewrite(m, limits)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Append(extension)
	if err != nil {
		t.Fatal(err)
	}
	metered := run(t, out, true)
	if metered.fuel < 0 || metered.stack < 0 {
		if !strings.HasSuffix(metered.result, "unreachable") {
			t.Errorf("spent, and yet %s", metered.result)
		}
		return false
	}
	plain := run(t, wasm, false)
	if plain.result != metered.result || plain.globals != metered.globals || !bytes.Equal(plain.memory, metered.memory) {
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

// The generator is worth its while: most of what it makes comes to an end, and some does not.
func TestGeneratedModulesBehaveTheSame(t *testing.T) {
	random := rand.NewChaCha8([32]byte{2})
	ended, stopped := 0, 0
	for range 400 {
		seed := make([]byte, 800)
		_, _ = random.Read(seed)
		if compare(t, generate(seed)) {
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
