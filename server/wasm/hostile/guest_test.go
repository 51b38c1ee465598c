package hostile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm/hostile"
)

func TestReadTakesThePromiseFromTheFirstLine(t *testing.T) {
	tests := map[string]struct {
		want  hostile.Promise
		tries string
	}{
		";; fuel, wicked: turns for ever":                 {hostile.Promise{SoleTrader: "fuel", Other: hostile.Wicked}, "turns for ever"},
		";; start_failed: says: no":                       {hostile.Promise{Refused: "start_failed"}, "says: no"},
		";; wicked or trap, nothing: depends on the time": {hostile.Promise{SoleTrader: "wicked or trap", Other: hostile.Nothing}, "depends on the time"},
	}
	for line, test := range tests {
		g, err := readOne(t, line+"\n(module)")
		if err != nil || g.Promise != test.want || g.Tries != test.tries || g.Check != "any" || string(g.Wasm) != "binary" {
			t.Errorf("%s: %+v, %v", line, g, err)
		}
	}
	for _, line := range []string{"", "(module)", ";; does harm", "fuel, wicked: no comment"} {
		if g, err := readOne(t, line); err == nil || !strings.Contains(err.Error(), "guest.wat") {
			t.Errorf("%q: %+v, %v", line, g, err)
		}
	}
	if _, err := hostile.Read(t.TempDir(), "any"); err == nil {
		t.Error("a folder without guests is a catalogue")
	}
}

func readOne(t *testing.T, source string) (hostile.Guest, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"guest.wat": source, "guest.wasm": "binary"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	guests, err := hostile.Read(dir, "any")
	if err != nil {
		return hostile.Guest{}, err
	}
	return guests[0], nil
}

// A guest is known by its name, to those who read what became of it.
func TestCatalogue(t *testing.T) {
	guests, err := hostile.Catalogue("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	checks, names := map[string]int{}, map[string]bool{}
	for _, g := range guests {
		if names[g.Name] {
			t.Errorf("two guests are %s", g.Name)
		}
		names[g.Name] = true
		checks[g.Check]++
	}
	if len(checks) != 2 || checks[hostile.Check] < 140 || checks[abi.CommandCheck] < 30 {
		t.Errorf("guests by check: %v", checks)
	}
}

func TestOutcomes(t *testing.T) {
	either := hostile.Outcome("wicked or trap")
	if !either.Admits("wicked") || !either.Admits("trap") || either.Admits("wick") || either.Faults() || either.Certain() {
		t.Error("of two outcomes")
	}
	if !hostile.Outcome("trap").Faults() || hostile.Nothing.Faults() || !hostile.Wicked.Certain() {
		t.Error("of one outcome")
	}
}
