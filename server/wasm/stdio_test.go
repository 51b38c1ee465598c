package wasm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// command is the check of a command without a description.
var command = []abi.Configured{{Check: abi.CommandCheck}}

var buildParrot, buildManager = stdioC("parrot"), stdioC("manager")

func stdioC(name string) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		out := filepath.Join(cacheDir, name+".wasm")
		text, err := exec.Command("clang", "--target=wasm32", "-O2", "-ffreestanding", "-nostdlib", "-Wall", "-Werror",
			"-Wl,--no-entry", "-o", out, "testdata/stdio/"+name+".c").CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("clang (Debian packages clang and lld): %w\n%s", err, text)
		}
		return os.ReadFile(out)
	})
}

var buildStdioGo = sync.OnceValues(func() ([]byte, error) {
	out := filepath.Join(cacheDir, "stdio-go.wasm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "./testdata/stdio/go")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the Go command: %w\n%s", err, text)
	}
	return os.ReadFile(out)
})

// eachCut runs a test with a start for each card, and with one for the whole batch: what is said of a card must
// not depend on it.
func eachCut(t *testing.T, guest []byte, test func(t *testing.T, m *wasm.Module, isolation abi.Isolation)) {
	t.Helper()
	for name, isolation := range map[string]abi.Isolation{"apart": abi.IsolateRecord, "together": abi.IsolateBatch} {
		t.Run(name, func(t *testing.T) { test(t, load(t, newHost(t, nil), guest), isolation) })
	}
}

// commandIn is command in this isolation.
func commandIn(isolation abi.Isolation) []abi.Configured {
	return []abi.Configured{{Check: abi.CommandCheck, Isolation: isolation}}
}

func built(t testing.TB, build func() ([]byte, error)) []byte {
	t.Helper()
	guest, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return guest
}

// Many evaluations may run one command at the same time.
func TestCommandsAtTheSameTime(t *testing.T) {
	eachCut(t, built(t, buildParrot), func(t *testing.T, m *wasm.Module, isolation abi.Isolation) {
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				mine := fmt.Sprintf("{\"label\":\"%d\"}\n", i)
				for range 20 {
					if got, want := said(t, m, commandIn(isolation), batchOf(mine, "hello\n", mine)), []string{fmt.Sprintf("0/0: label %d", i), "0/1! invalid_results", fmt.Sprintf("0/2: label %d", i)}; !reflect.DeepEqual(got, want) {
						t.Errorf("got %q, want %q", got, want)
					}
				}
			})
		}
		all.Wait()
	})
}

// A command sees the evaluation time and its settings in one line, whatever way they are written.
func TestCommandInGo(t *testing.T) {
	eachCut(t, built(t, buildStdioGo), func(t *testing.T, m *wasm.Module, isolation abi.Isolation) {
		checks := []abi.Configured{{Check: abi.CommandCheck, Isolation: isolation, Settings: "{\n  \"prefix\": \"of \\n\"\n}"}, {Check: abi.CommandCheck, Isolation: isolation}}
		var got []string
		err := m.Evaluate(t.Context(), evaluationTime, checks, batchOf("Anna", "panic", "exit", "loop", "sleep", "Пётр"), func(check, card int, results []byte, fault error) {
			if fault != nil {
				got = append(got, fmt.Sprintf("%d/%d %v", check, card, fault))
			}
			_ = abi.ParseResults(results, func(r abi.ResultRow) error {
				got = append(got, fmt.Sprintf("%d/%d %s %q", check, card, r.Code, r.Params))
				return nil
			})
		})
		if err != nil {
			t.Error(err)
		}
		var want []string
		for check, prefix := range []string{"of \n", ""} {
			params := func(name string) string {
				return fmt.Sprintf("%q", []abi.Param{{Key: "clock", Value: "2026-11-22T10:30:00.123Z"}, {Key: "name", Value: prefix + name}, {Key: "now", Value: "2026-11-22T10:30:00.123Z"}})
			}
			want = append(want, fmt.Sprintf("%d/0 tax-id %s", check, params("Anna")),
				fmt.Sprintf("%d/1 trap: the module exited with code 2: panic: this card is cursed", check),
				fmt.Sprintf("%d/2 trap: the module exited with code 3: enough of it", check),
				fmt.Sprintf("%d/3 fuel: _start spent more than its budget of 20000000 units of fuel", check),
				fmt.Sprintf("%d/4 tax-id %s", check, params("sleep")), fmt.Sprintf("%d/5 tax-id %s", check, params("Пётр")))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

// A read gives one line, however large its buffer is, and good cards share a run when they may.
func TestRunsOfACommand(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "stdio/counts.wasm"))
	for isolation, want := range map[abi.Isolation][]string{
		abi.IsolateRecord: {"0/0: n=1", "0/1: n=1", "0/2: n=1", "0/3: n=1", "0/4: n=1"},
		abi.IsolateBatch:  {"0/0: n=1", "0/1: n=2", "0/2: n=3", "0/3: n=4", "0/4: n=5"},
	} {
		if got := said(t, m, commandIn(isolation), batchOf("a", "b", "c", "d", "e")); !reflect.DeepEqual(got, want) {
			t.Errorf("isolation %d: got %q, want %q", isolation, got, want)
		}
	}
	// One that fails takes the others of its run with it, to runs of their own.
	if got, want := said(t, m, commandIn(abi.IsolateBatch), batchOf("a", "b", "!", "d")), []string{"0/0: n=1", "0/1: n=1", "0/2! bad_card", "0/3: n=1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("with a bad card: got %q, want %q", got, want)
	}
	err := m.Measure(t.Context(), evaluationTime, command, batchOf("a"), abi.Receiver{
		Took: func(check int, took time.Duration) {
			if check != 0 || took <= 0 {
				t.Errorf("check %d took %v", check, took)
			}
		},
		Memory: func(check int, bytes int64) {
			if check != 0 || bytes != 128<<10 {
				t.Errorf("check %d took %d bytes of memory", check, bytes)
			}
		}})
	if err != nil {
		t.Error(err)
	}
}

// The start has a budget of its own, and each card has the rule's.
func TestFuelOfACommand(t *testing.T) {
	loop := readGuest(t, "hostile-stdio/loop.wasm")
	eachCut(t, loop, func(t *testing.T, m *wasm.Module, isolation abi.Isolation) {
		spent := map[int]int64{}
		checks := []abi.Configured{{Check: abi.CommandCheck, Isolation: isolation, Fuel: 30_000}}
		err := m.Measure(t.Context(), evaluationTime, checks, batchOf(another, another, soleTrader, another), abi.Receiver{
			Spent: func(_, card int, fuel int64) {
				if _, twice := spent[card]; twice {
					t.Errorf("card %d is noted twice", card)
				}
				spent[card] = fuel
			},
			Results: func(_, card int, _ []byte, fault error) {
				if _, noted := spent[card]; !noted {
					t.Errorf("card %d has results before its spend", card)
				}
				if (card == 2) != (fault != nil) || fault != nil && !strings.Contains(fault.Error(), "_start spent more than its budget of 30000 units") {
					t.Errorf("card %d: %v", card, fault)
				}
			},
		})
		if err != nil {
			t.Error(err)
		}
		// A run of one card each, for one of them fails: each pays for its start.
		if start := spent[2] - 30_000; len(spent) != 4 || start <= 0 || spent[0] <= start || spent[0] != spent[1] || spent[1] != spent[3] {
			t.Errorf("spent %v", spent)
		}
	})
	before := readGuest(t, "hostile-stdio/start-loop.wasm")
	eachCut(t, before, func(t *testing.T, m *wasm.Module, isolation abi.Isolation) {
		noted := 0
		err := m.Measure(t.Context(), evaluationTime, commandIn(isolation), batchOf("a", "b"), abi.Receiver{
			Spent: func(_, card int, fuel int64) {
				if fuel != abi.CommandFuel {
					t.Errorf("card %d, which was not read, spent %d", card, fuel)
				}
				noted++
			},
			Results: func(_, _ int, _ []byte, fault error) {
				if want := fmt.Sprintf("budget of %d units of fuel, before it read a card", abi.CommandFuel); fault == nil || !strings.Contains(fault.Error(), want) {
					t.Errorf("%v, want something with %q", fault, want)
				}
			},
		})
		if err != nil || noted != 2 {
			t.Errorf("%d cards were noted, %v", noted, err)
		}
	})
}

// What the runs of one evaluation log is bounded together.
func TestLogOfACommand(t *testing.T) {
	var log bytes.Buffer
	h := newHost(t, slog.New(slog.NewTextHandler(&log, nil)))
	m := load(t, h, readGuest(t, "hostile-stdio/flood.wasm"))
	said(t, m, command, batchOf(soleTrader, soleTrader, soleTrader, soleTrader))
	if n := log.Len(); n == 0 || n > 10*abi.MaxLogBytes {
		t.Errorf("four floods left %d bytes of log", n)
	}
}

func withSections(module []byte, texts ...string) []byte {
	out := slices.Clone(module)
	for _, text := range texts {
		name := append(binary.AppendUvarint(nil, uint64(len(abi.DescriptionSection))), abi.DescriptionSection...)
		out = binary.AppendUvarint(append(out, 0), uint64(len(name)+len(text)))
		out = append(append(out, name...), text...)
	}
	return out
}

func TestDescriptionOfACommand(t *testing.T) {
	h := newHost(t, nil)
	parrot := built(t, buildParrot)
	const good = `{"abi":1,"checks":[{"name":"parrot","type":"Segmentation","labels":{"A":{}}}]}`
	m := load(t, h, withSections(parrot, good))
	if d := m.Description(); len(d.Checks) != 1 || d.Checks[0].Name != "parrot" || d.Checks[0].Type != abi.TypeSegmentation {
		t.Errorf("description %+v", d)
	}
	if got := said(t, m, []abi.Configured{{Check: "parrot"}, {Check: "stdio"}}, batchOf("{\"label\":\"A\"}\n")); !reflect.DeepEqual(got, []string{"0/0: label A", "1/0! refused"}) {
		t.Errorf("said %q", got)
	}
	if d := load(t, h, parrot).Description(); !reflect.DeepEqual(d, abi.Description{ABI: 1, Checks: []abi.CheckDescription{{Name: "stdio"}}}) {
		t.Errorf("without a section: %+v", d)
	}
	for name, sections := range map[string][]string{
		"twice":      {good, good},
		"empty":      {""},
		"not JSON":   {"parrot"},
		"two checks": {`{"abi":1,"checks":[{"name":"a","type":"Quality"},{"name":"b","type":"Quality"}]}`},
		"no type":    {`{"abi":1,"checks":[{"name":"a"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Load(t.Context(), withSections(parrot, sections...))
			wantLoadError(t, err, wasm.CodeBadDescription)
		})
	}
	// In a library the section means nothing.
	if d := load(t, h, withSections(readGuest(t, "guest.wasm"), good)).Description(); d.Checks[0].Name != "quality" {
		t.Errorf("description %+v", d)
	}
}

func TestSettingsOfACommand(t *testing.T) {
	m := loadBuilt(t, buildParrot)
	for name, test := range map[string]struct {
		configured abi.Configured
		want       string
	}{
		"none":          {abi.Configured{}, ""},
		"an object":     {abi.Configured{Settings: ` {"a": [1]} `}, ""},
		"limits":        {abi.Configured{Fuel: 100_000, Memory: 2 << 20}, ""},
		"other check":   {abi.Configured{Check: "other"}, "no check of this name"},
		"not JSON":      {abi.Configured{Settings: "{"}, "not JSON"},
		"a list":        {abi.Configured{Settings: "[1]"}, "want a JSON object"},
		"too large":     {abi.Configured{Settings: `{"a":"` + strings.Repeat("a", abi.MaxSettingsBytes) + `"}`}, "at most 65536 are allowed"},
		"little memory": {abi.Configured{Memory: 64 << 10}, "starts with"},
		"too much fuel": {abi.Configured{Fuel: abi.MaxFuel + 1}, "limits.fuel"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.configured.Check == "" {
				test.configured.Check = abi.CommandCheck
			}
			err := m.Configure(t.Context(), test.configured)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %q", err, test.want)
			}
			got := said(t, m, []abi.Configured{test.configured}, batchOf("{\"label\":\"A\"}\n", "{}"))
			switch {
			case test.want == "" && !reflect.DeepEqual(got, []string{"0/0: label A"}):
				t.Errorf("said %q", got)
			case test.want != "" && (len(got) != 2 || !strings.Contains(got[0], "!") || !strings.Contains(got[1], "!")):
				t.Errorf("said %q, want a fault of both cards", got)
			}
		})
	}
}

// A host that cannot write clients as JSON says what to build instead.
func TestAHostWithoutClientJSONRefusesCommands(t *testing.T) {
	h, err := wasm.New(t.Context(), wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(t.Context())
	_, err = h.Load(t.Context(), built(t, buildParrot))
	wantLoadError(t, err, wasm.CodeMissingExport)
	if !strings.Contains(err.Error(), "WASI command") {
		t.Error(err)
	}
}

func TestACommandThatIsClosed(t *testing.T) {
	m := loadBuilt(t, buildParrot)
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := m.Evaluate(t.Context(), evaluationTime, command, batchOf("{}\n"), func(_, _ int, _ []byte, fault error) { t.Error(fault) })
	if !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("evaluation: %v", err)
	}
	if err := m.Configure(t.Context(), command[0]); !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("configuration: %v", err)
	}
}
