package instrument_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

// plenty lets a guest do what it likes, and recurse as deep as the host lets it.
var plenty = meter.Limits{Fuel: 1 << 50, Stretch: 1000, Stack: 8 << 20}

// script is a test of the WebAssembly specification, as wazero carries it.
type script struct {
	Commands []command `json:"commands"`
}

type command struct {
	Type     string `json:"type"`
	Line     int    `json:"line"`
	Name     string `json:"name"`
	Filename string `json:"filename"`
	As       string `json:"as"`
	Action   struct {
		Type   string  `json:"type"`
		Field  string  `json:"field"`
		Module string  `json:"module"`
		Args   []value `json:"args"`
	} `json:"action"`
}

type value struct {
	Type  string `json:"type"`
	Lane  string `json:"lane_type"`
	Value any    `json:"value"`
}

// The specification's own suites do the same metered and unmetered: modules start or not, calls
// return the same or trap for the same reason, globals hold the same. What the results ought to be is the
// engine's concern.
func TestSpecificationSuitesBehaveTheSame(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil {
		t.Fatal(err)
	}
	suites := filepath.Join(strings.TrimSpace(string(dir)), "internal/integration_test/spectest")
	spectest, err := os.ReadFile(filepath.Join(suites, "testdata/spectest.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, version := range []string{"v1", "v2"} {
		files, err := filepath.Glob(filepath.Join(suites, version, "testdata/*.json"))
		if err != nil || len(files) < 70 {
			t.Fatalf("%s: %d scripts, %v", version, len(files), err)
		}
		for _, file := range files {
			t.Run(version+"/"+strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				var s script
				if err := json.Unmarshal(b, &s); err != nil {
					t.Fatal(err)
				}
				calls += runScript(t, filepath.Dir(file), s, spectest)
			})
		}
	}
	if calls < 40_000 {
		t.Errorf("only %d calls were compared", calls)
	}
	t.Logf("%d calls compared", calls)
}

// stage is a runtime with the modules of a script.
type stage struct {
	t       *testing.T
	runtime wazero.Runtime
	metered bool
	named   map[string]api.Module
	last    api.Module
	all     []api.Module
}

func newStage(t *testing.T, spectest []byte, metered bool) *stage {
	ctx := context.Background()
	s := &stage{t: t, runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2)), metered: metered, named: map[string]api.Module{}}
	t.Cleanup(func() { _ = s.runtime.Close(ctx) })
	if _, err := s.runtime.InstantiateWithConfig(ctx, spectest, wazero.NewModuleConfig()); err != nil {
		t.Fatal(err)
	}
	return s
}

func runScript(t *testing.T, dir string, s script, spectest []byte) (calls int) {
	plain, metered := newStage(t, spectest, false), newStage(t, spectest, true)
	for i := range s.Commands {
		c := &s.Commands[i]
		switch c.Type {
		case "module", "assert_uninstantiable", "assert_unlinkable", "assert_trap", "assert_return", "action", "assert_exhaustion":
		default:
			continue // texts that are no modules: TestSpecificationModules
		}
		if c.Filename == "" {
			calls++
			if c.Type == "assert_exhaustion" { // wazero's own end comes at 400 MB
				if got := metered.act(c); !strings.HasPrefix(got, "trap") {
					t.Errorf("line %d: %s, want a trap", c.Line, got)
				}
				continue
			}
			if want, got := plain.act(c), metered.act(c); got != want {
				t.Errorf("line %d: metered %s, unmetered %s", c.Line, got, want)
			}
			continue
		}
		wasm, err := os.ReadFile(filepath.Join(dir, c.Filename))
		if err != nil {
			t.Fatal(err)
		}
		as := ""
		if i+1 < len(s.Commands) && s.Commands[i+1].Type == "register" {
			as = s.Commands[i+1].As
		}
		if want, got := plain.instantiate(c, wasm, as), metered.instantiate(c, wasm, as); got != want {
			t.Errorf("line %d: metered %s, unmetered %s", c.Line, got, want)
		}
	}
	return calls
}

// instantiate says how it went.
func (s *stage) instantiate(c *command, wasm []byte, as string) string {
	ctx := context.Background()
	if s.metered {
		m, err := instrument.Parse(wasm, instrument.Limits{})
		if err != nil {
			return "refused"
		}
		m = instrument.WithStub(s.t, c.Filename, m)
		metered, err := meter.Rewrite(m, plenty)
		if err != nil {
			return err.Error()
		}
		if wasm, err = m.Append(metered); err != nil {
			return err.Error()
		}
	}
	compiled, err := s.runtime.CompileModule(ctx, wasm)
	if err != nil {
		return "refused"
	}
	mod, err := s.runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName(as))
	if err == nil && s.metered {
		if start := mod.ExportedFunction(instrument.ExportStart); start != nil {
			_, err = start.Call(ctx)
		}
	}
	if err != nil {
		return "does not start"
	}
	s.last = mod
	s.all = append(s.all, mod)
	if c.Name != "" {
		s.named[c.Name] = mod
	}
	return "ok"
}

// act does what a command says and says what came of it.
func (s *stage) act(c *command) string {
	m := s.last
	if c.Action.Module != "" {
		m = s.named[c.Action.Module]
	}
	if m == nil {
		return "no module"
	}
	if s.metered { // as the host does before each call
		for _, mod := range s.all {
			mod.ExportedGlobal(instrument.ExportFuel).(api.MutableGlobal).Set(uint64(plenty.Fuel))
			mod.ExportedGlobal(instrument.ExportStack).(api.MutableGlobal).Set(uint64(plenty.Stack))
		}
	}
	if c.Action.Type == "get" {
		return fmt.Sprint(m.ExportedGlobal(c.Action.Field).Get())
	}
	f := m.ExportedFunction(c.Action.Field)
	if f == nil {
		return "no function"
	}
	var args []uint64
	for _, a := range c.Action.Args {
		args = append(args, bitsOf(a)...)
	}
	results, err := f.Call(context.Background(), args...)
	if err != nil {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return "trap " + line
	}
	for i, t := range f.Definition().ResultTypes() {
		if t == 0x70 && results[i] != 0 && len(results) == len(f.Definition().ResultTypes()) {
			results[i] = 1 // an address of the runtime's
		}
	}
	return fmt.Sprint(results)
}

// bitsOf encodes an argument. NaNs stand for any of their kind, so one of them does.
func bitsOf(v value) []uint64 {
	if v.Type != "v128" {
		text, _ := v.Value.(string)
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			signed, _ := strconv.ParseInt(text, 10, 64)
			n = uint64(signed)
		}
		if strings.HasSuffix(v.Type, "32") {
			n = uint64(uint32(n))
		}
		if v.Type == "externref" && text != "null" {
			n++ // 0 is null
		}
		return []uint64{n}
	}
	lanes, _ := v.Value.([]any)
	width := 128 / len(lanes)
	bits := make([]uint64, 2)
	for i, lane := range lanes {
		n := bitsOf(value{Type: "i64", Value: lane})[0]
		if width < 64 {
			n &= 1<<width - 1
		}
		at := i * width
		bits[at/64] |= n << (at % 64)
	}
	return bits
}
