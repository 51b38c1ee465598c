package meter_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

//go:generate sh -c "for f in testdata/stretch/*.wat; do wat2wasm ${DOLLAR}f -o ${DOLLAR}{f%.wat}.wasm || exit 1; done"

// The guests of testdata/stretch say at address 0 that they run, and end when they read something at address 4: that the
// collector has been. It waits for all that runs, so that a guest that nothing stops ends on its budget, after some seconds.
func TestTheCollectorNeedNotWaitForAGuest(t *testing.T) {
	sources, err := filepath.Glob("testdata/stretch/*.wasm")
	if err != nil || len(sources) == 0 {
		t.Fatal("no modules", err)
	}
	patient := meter.Limits{Fuel: 1e11, Stretch: 250_000, Stack: 1 << 20}
	for _, source := range sources {
		t.Run(strings.TrimSuffix(filepath.Base(source), ".wasm"), func(t *testing.T) {
			wasm, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			r := wazero.NewRuntime(t.Context())
			defer r.Close(t.Context())
			mod, err := r.Instantiate(t.Context(), metered(t, wasm, patient))
			if err != nil {
				t.Fatal(err)
			}
			collected := make(chan struct{})
			go func() {
				defer close(collected)
				for runs := uint32(0); runs == 0; runs, _ = mod.Memory().ReadUint32Le(0) {
					runtime.Gosched()
				}
				runtime.GC()
				mod.Memory().WriteUint32Le(4, 1)
			}()
			if _, err := mod.ExportedFunction("run").Call(t.Context()); err != nil {
				t.Errorf("it ended before the collector did: %v", err)
			}
			<-collected
			reserve := mod.ExportedGlobal(instrument.ExportReserve).Get()
			t.Logf("%d stretches of %d", (uint64(patient.Fuel)-reserve)/uint64(patient.Stretch), patient.Fuel/patient.Stretch)
		})
	}
}

// What a guest does and spends is the same however long its stretches are.
func TestStretchesAreNotSeen(t *testing.T) {
	var one, many outcome
	for _, wasm := range generated(200) {
		for _, l := range []struct {
			stretch int64
			o       *outcome
		}{{limits.Fuel, &one}, {1, &many}} {
			stretched := limits
			stretched.Stretch = l.stretch
			*l.o = run(t, metered(t, wasm, stretched), &stretched)
		}
		if !one.equal(many) {
			t.Errorf("in one stretch %+v, in many %+v\n%x", one, many, wasm)
		}
	}
}

// metered puts a module together with its meter.
func metered(t *testing.T, wasm []byte, l meter.Limits) []byte {
	t.Helper()
	m, err := instrument.Parse(wasm, instrument.Limits{})
	if err != nil {
		t.Fatalf("%v\n%x", err, wasm)
	}
	extension, err := meter.Rewrite(m, l)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Append(extension)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// set gives a guest the limits of a call.
func set(mod api.Module, l *meter.Limits) {
	fuel, reserve := l.Budget(l.Fuel)
	for name, value := range map[string]int64{instrument.ExportFuel: fuel, instrument.ExportReserve: reserve, instrument.ExportStack: l.Stack} {
		mod.ExportedGlobal(name).(api.MutableGlobal).Set(uint64(value))
	}
}

// left is the fuel that is left.
func left(mod api.Module) int64 {
	return int64(mod.ExportedGlobal(instrument.ExportFuel).Get()) + int64(mod.ExportedGlobal(instrument.ExportReserve).Get())
}
