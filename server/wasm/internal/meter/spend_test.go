package meter_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

//go:generate sh -c "for f in testdata/spend/*.wat; do wat2wasm ${DOLLAR}f -o ${DOLLAR}{f%.wat}.wasm || exit 1; done"

// Every testdata/spend/*.wat says in its first line what its third run, with 2, spends.
func TestSpend(t *testing.T) {
	sources, err := filepath.Glob("testdata/spend/*.wat")
	if err != nil || len(sources) == 0 {
		t.Fatal("no modules", err)
	}
	for _, source := range sources {
		t.Run(strings.TrimSuffix(filepath.Base(source), ".wat"), func(t *testing.T) {
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			figure, _, _ := strings.Cut(strings.TrimPrefix(string(text), ";; "), ":")
			want, err := strconv.ParseInt(figure, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			wasm, err := os.ReadFile(strings.TrimSuffix(source, ".wat") + ".wasm")
			if err != nil {
				t.Fatal(err)
			}
			if got := limits.Fuel - run(t, metered(t, wasm, limits), &limits).fuel; got != want {
				t.Errorf("spent %d, want %d", got, want)
			}
		})
	}
}
