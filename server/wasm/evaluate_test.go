package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/hostile"
)

var (
	evaluationTime = time.Date(2026, 11, 22, 10, 30, 0, 123_000_000, time.UTC)
	quality        = abi.Configured{Check: "quality"}
	segment        = abi.Configured{Check: "segment"}
)

// isolations are all there are.
var isolations = map[string]abi.Isolation{"record": abi.IsolateRecord, "batch": abi.IsolateBatch, "none": abi.IsolateNone}

// isolated returns the checks with that isolation.
func isolated(i abi.Isolation, checks ...abi.Configured) []abi.Configured {
	checks = slices.Clone(checks)
	for k := range checks {
		checks[k].Isolation = i
	}
	return checks
}

// The test guest does what the first byte of a card says; the host does not look into cards.
func batchOf(cards ...string) *abi.Batch {
	b := new(abi.Batch)
	for _, c := range cards {
		b.Add([]byte(c))
	}
	return b
}

// large is a card that makes the guest answer with n bytes and a row around them.
func large(n uint32) string {
	return string(binary.LittleEndian.AppendUint32([]byte("b..."), n))
}

// said is what one evaluation yielded, in short: "check/card: row, row" or "check/card! fault".
func said(t testing.TB, m *wasm.Module, checks []abi.Configured, batch *abi.Batch) []string {
	t.Helper()
	var out []string
	err := m.Evaluate(context.Background(), evaluationTime, checks, batch, func(check, card int, results []byte, fault error) {
		if fault != nil {
			var f *wasm.Fault
			if !errors.As(fault, &f) || results != nil {
				t.Errorf("fault %v with results %v", fault, results)
				return
			}
			out = append(out, fmt.Sprintf("%d/%d! %s", check, card, f.Kind))
			return
		}
		var rows []string
		if err := abi.ParseResults(results, func(r abi.ResultRow) error {
			rows = append(rows, short(r))
			return nil
		}); err != nil {
			t.Errorf("card %d: %v", card, err)
		}
		out = append(out, fmt.Sprintf("%d/%d: %s", check, card, strings.Join(rows, ", ")))
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

func short(r abi.ResultRow) string {
	switch r.Kind {
	case abi.ResultFinding:
		if len(r.Params) > 0 {
			return fmt.Sprintf("%s %s*%d", r.Code, r.Params[0].Key, len(r.Params[0].Value))
		}
		return r.Code
	case abi.ResultLabel:
		return "label " + r.Label
	case abi.ResultMeasure:
		return fmt.Sprintf("%s=%d", r.Measure, r.Value)
	default:
		return "error " + r.Error
	}
}

func TestEvaluate(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	one := []abi.Configured{quality}
	tests := map[string]struct {
		checks []abi.Configured
		cards  []string
		want   []string
	}{
		"no cards":               {one, nil, nil},
		"no checks":              {nil, []string{"f"}, nil},
		"nothing to say":         {one, []string{".", "."}, nil},
		"only cards that speak":  {one, []string{".", "f", ".", "f"}, []string{"0/1: boom", "0/3: boom"}},
		"every check, one copy":  {[]abi.Configured{quality, segment}, []string{"f", "."}, []string{"0/0: boom", "1/0: label big"}},
		"trap in the middle":     {one, []string{"f", "t", "f"}, []string{"0/0: boom", "0/1! trap", "0/2: boom"}},
		"trap first and last":    {one, []string{"t", "f", "t"}, []string{"0/0! trap", "0/1: boom", "0/2! trap"}},
		"traps in a row":         {one, []string{"t", "t", "t", "f"}, []string{"0/0! trap", "0/1! trap", "0/2! trap", "0/3: boom"}},
		"trap, then next check":  {[]abi.Configured{quality, segment}, []string{"f", "t"}, []string{"0/0: boom", "0/1! trap", "1/0: label big", "1/1! trap"}},
		"endless recursion":      {one, []string{"f", "r", "f"}, []string{"0/0: boom", "0/1! depth", "0/2: boom"}},
		"exit":                   {one, []string{"f", "x", "f"}, []string{"0/0: boom", "0/1! trap", "0/2: boom"}},
		"wild pointer":           {one, []string{"f", "p", "f"}, []string{"0/0: boom", "0/1! bad_pointer", "0/2: boom"}},
		"pointer that wraps":     {one, []string{"f", "q", "f"}, []string{"0/0: boom", "0/1! bad_pointer", "0/2: boom"}},
		"too long":               {one, []string{"f", "l", "f"}, []string{"0/0: boom", "0/1! too_large", "0/2: boom"}},
		"not UTF-8":              {one, []string{"f", "u", "f"}, []string{"0/0: boom", "0/1! invalid_results", "0/2: boom"}},
		"row cut off":            {one, []string{"f", "m", "f"}, []string{"0/0: boom", "0/1! invalid_results", "0/2: boom"}},
		"memory grows":           {one, []string{"g", "g", "f"}, []string{"0/0: boom", "0/1: boom", "0/2: boom"}},
		"log at a wild pointer":  {one, []string{"O", "f"}, []string{"0/0! trap", "0/1: boom"}},
		"unknown call":           {one, []string{"y", "f"}, []string{"0/0! trap", "0/1: boom"}},
		"match at wild pointer":  {one, []string{"z", "f"}, []string{"0/0! trap", "0/1: boom"}},
		"results overflow":       {one, []string{large(30000), large(30000), large(30000), "f"}, []string{"0/0: boom v*30000", "0/1: boom v*30000", "0/2: boom v*30000", "0/3: boom"}},
		"results overflow a lot": {one, []string{large(65000), large(65000), large(65511), "f"}, []string{"0/0: boom v*65000", "0/1: boom v*65000", "0/2: boom v*65511", "0/3: boom"}},
		"results over the limit": {one, []string{"f", large(65512), "f"}, []string{"0/0: boom", "0/1! too_large", "0/2: boom"}},
		"overflow, then a trap":  {one, []string{large(50000), large(50000), "t", "f"}, []string{"0/0: boom v*50000", "0/1: boom v*50000", "0/2! trap", "0/3: boom"}},
		"now":                    {one, []string{"n"}, []string{fmt.Sprintf("0/0: m=%d", evaluationTime.UnixMilli())}},
		"wall clock":             {one, []string{"w"}, []string{fmt.Sprintf("0/0: m=%d", evaluationTime.UnixNano())}},
		"refused settings":       {[]abi.Configured{{Check: "quality", Settings: "{r"}, segment}, []string{"f", "f"}, []string{"0/0! refused", "0/1! refused", "1/0: label big", "1/1: label big"}},
		"settings that trap":     {[]abi.Configured{{Check: "quality", Settings: "{t"}, segment}, []string{"f"}, []string{"0/0! trap", "1/0: label big"}},
		"no such check":          {[]abi.Configured{{Check: "nothing"}, segment}, []string{"f"}, []string{"0/0! refused", "1/0: label big"}},
		"match":                  {one, []string{"a\x02......b+xabbby", "a\x02......b+xaccy", "a\x01......(x"}, []string{"0/0: m=1", "0/1: m=0", "0/2: m=-1"}},
	}
	for name, test := range tests {
		for isolation, i := range isolations {
			t.Run(name+"/"+isolation, func(t *testing.T) {
				if got := said(t, m, isolated(i, test.checks...), batchOf(test.cards...)); !reflect.DeepEqual(got, test.want) {
					t.Errorf("got  %q\nwant %q", got, test.want)
				}
			})
		}
	}
}

// The cards of a guest's promise.
var (
	soleTrader = cardOf(2, "ivanov", "500100732259", "", 1)
	another    = cardOf(company, "ivanov", "7707083893", "large", 1, person{"c1", "Anna", "", 1})
)

// Every guest of the catalogue keeps its promise, whatever the order of the cards and however often it is
// asked. An honest module is evaluated in between: it must not notice.
func TestHostileGuests(t *testing.T) {
	h := newHost(t, nil)
	honest := load(t, h, readGuest(t, "guest.wasm"))
	for _, g := range catalogue(t) {
		t.Run(g.Name, func(t *testing.T) {
			m, err := h.Load(t.Context(), g.Wasm)
			if g.Refused != "" {
				wantLoadError(t, err, wasm.LoadCode(g.Refused))
			} else if err != nil {
				t.Fatal(err)
			} else {
				for _, isolation := range []abi.Isolation{abi.IsolateNone, abi.IsolateBatch, abi.IsolateRecord, abi.IsolateNone, abi.IsolateBatch, abi.IsolateRecord} {
					if isolation != abi.IsolateRecord && g.Other == hostile.Clean { // what these look for is there
						continue
					}
					// What one call leaves behind must not spoil the next.
					check := abi.Configured{Check: g.Check, Isolation: isolation}
					wantOutcomes(t, m, check, []string{soleTrader, another}, []hostile.Outcome{g.SoleTrader, g.Other})
					wantOutcomes(t, m, check, []string{another, soleTrader, another}, []hostile.Outcome{g.Other, g.SoleTrader, g.Other})
				}
			}
			if got := said(t, honest, []abi.Configured{quality}, batchOf("f")); !reflect.DeepEqual(got, []string{"0/0: boom"}) {
				t.Errorf("the honest module said %q", got)
			}
		})
	}
}

// catalogue is all hostile guests.
func catalogue(t testing.TB) []hostile.Guest {
	t.Helper()
	all, err := hostile.Catalogue("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// wantOutcomes evaluates cards with a guest of the catalogue.
func wantOutcomes(t *testing.T, m *wasm.Module, check abi.Configured, cards []string, want []hostile.Outcome) {
	t.Helper()
	got := make([]string, len(cards))
	err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{check}, batchOf(cards...), func(_, card int, results []byte, fault error) {
		if f, ok := errors.AsType[*wasm.Fault](fault); ok {
			got[card] = string(f.Kind)
			return
		}
		codes := map[string]bool{}
		_ = abi.ParseResults(results, func(r abi.ResultRow) error {
			codes[short(r)] = true
			return nil
		})
		got[card] = strings.Join(slices.Collect(maps.Keys(codes)), " and ")
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range cards {
		if got[i] == "" {
			got[i] = string(hostile.Nothing)
		}
		if !want[i].Admits(got[i]) {
			t.Errorf("card %d of %d: %s, want %s", i, len(cards), got[i], want[i])
		}
	}
}

// What a guest writes over the host's notes in its memory makes a fault of the records whose notes they
// are, and of no other.
func TestNotesOverwrittenAreAFaultOfTheirRecords(t *testing.T) {
	h := newHost(t, nil)
	cards := batchOf(another, another, soleTrader, another)
	for name, want := range map[string]string{
		"table":              "0/0! bad_pointer; 0/1: wicked; 0/2: wicked; 0/3: wicked",
		"results-of-results": "0/0: wicked; 0/1: wicked; 0/2: wicked; 0/3: wicked",
		"results-later":      "0/0! invalid_results; 0/1! invalid_results; 0/2: wicked; 0/3: wicked",
	} {
		m := load(t, h, readGuest(t, "hostile/"+name+".wasm"))
		if got := strings.Join(said(t, m, isolated(abi.IsolateNone, abi.Configured{Check: hostile.Check}), cards), "; "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestFaultsSayWhatHappened(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	tests := map[string]string{
		"t": "unreachable",
		"r": "too deep",
		"x": "exit_code(3): hello",
		"y": "there is no function 99",
		"O": "outside the module's memory",
		"p": "outside the module's memory",
		"l": "65537 bytes",
		"u": "not valid UTF-8",
	}
	for card, want := range tests {
		err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{quality}, batchOf(card), func(_, _ int, _ []byte, fault error) {
			if fault == nil || !strings.Contains(fault.Error(), want) || strings.Contains(fault.Error(), "\n") {
				t.Errorf("card %s: %v, want something with %q in one line", card, fault, want)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// What a guest said before it trapped is in its fault, one line of it: a panic of Rust, C or AssemblyScript is a
// message to the log and a trap. What it said of other records is not.
func TestATrapSaysWhatTheGuestLoggedLast(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	rust := "Ethread 'main' panicked at src/main.rs:2:5:\nseven\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
	cards := []string{"kone", "t", "Kseven", "Kpanicked at src/lib.rs:3:5:\nseven\x1b\xff", "t", "Efirst\nlast\n", rust, "kagain", "K", "K" + strings.Repeat("é", 400), "t"}
	want := []string{"", "", ": seven", ": panicked at src/lib.rs:3:5: seven", "", ": last", ": seven", "", "", ": " + strings.Repeat("é", 250), ""}
	for _, isolation := range []abi.Isolation{abi.IsolateNone, abi.IsolateBatch, abi.IsolateRecord} {
		got := make([]string, len(cards))
		err := m.Evaluate(t.Context(), evaluationTime, isolated(isolation, quality), batchOf(cards...), func(_, card int, _ []byte, fault error) {
			if fault != nil {
				_, got[card], _ = strings.Cut(fault.Error(), "unreachable in $13")
			}
		})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v, %v:\ngot  %q\nwant %q", isolation, err, got, want)
		}
	}
}

// A guest counts the records it evaluated. Nothing is evaluated twice, results that overflow
// included, and a record after a trap meets a fresh instance.
func TestEachRecordIsEvaluatedOnce(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	got := said(t, m, isolated(abi.IsolateNone, quality), batchOf(large(60000), large(60000), large(60000), "e", "t", ".", "e"))
	want := []string{"0/0: boom v*60000", "0/1: boom v*60000", "0/2: boom v*60000", "0/3: m=4", "0/4! trap", "0/6: m=2"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAnInstanceIsConfiguredOnceForEqualSettings(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	checks := isolated(abi.IsolateNone, segment, abi.Configured{Check: "segment", Settings: `{"a":1}`}, segment)
	for range 2 {
		got := said(t, m, checks, batchOf("h"))
		if want := []string{"0/0: m=257", "1/0: m=258", "2/0: m=257"}; !reflect.DeepEqual(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestClocksMoveAndSleepsReturnAtOnce(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	var at []int64
	err := m.Evaluate(t.Context(), evaluationTime, isolated(abi.IsolateNone, quality), batchOf("c", "c", "s", "c"), func(_, _ int, results []byte, fault error) {
		if fault != nil {
			t.Error(fault)
			return
		}
		_ = abi.ParseResults(results, func(r abi.ResultRow) error {
			at = append(at, r.Value)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(at) != 4 || at[1] <= at[0] || at[2] < at[1]+int64(time.Second) || at[3] <= at[2] || at[3] > at[2]+int64(time.Second) {
		t.Errorf("monotonic clock read %v", at)
	}
}

func TestRandomnessIsTheSameInEveryEvaluation(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	first := said(t, m, []abi.Configured{quality}, batchOf("d", "d"))
	if second := said(t, m, []abi.Configured{quality}, batchOf("d", "d")); !reflect.DeepEqual(first, second) {
		t.Errorf("%q, then %q", first, second)
	}
	if len(first) != 2 || first[0][2:] == first[1][2:] {
		t.Errorf("random numbers %q", first)
	}
}

func TestLogIsBounded(t *testing.T) {
	var out bytes.Buffer
	m := load(t, newHost(t, slog.New(slog.NewTextHandler(&out, nil))), readGuest(t, "guest.wasm"))
	said(t, m, []abi.Configured{quality}, batchOf("o", "o"))
	lines := strings.Count(out.String(), "text=hello")
	if want := abi.MaxLogBytes / len("hello"); lines != want {
		t.Errorf("%d lines, want %d", lines, want)
	}
	if !strings.Contains(out.String(), m.Digest()) {
		t.Error("the log does not name the module")
	}
	out.Reset()
	said(t, m, []abi.Configured{quality}, batchOf("x"))
	if !strings.Contains(out.String(), "text=hello") {
		t.Errorf("standard error is not in the log: %q", out.String())
	}
}

func TestEvaluateStopsWhenItsContextEnds(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	ctx, cancel := context.WithCancel(t.Context())
	yields := 0
	err := m.Evaluate(ctx, evaluationTime, []abi.Configured{quality, segment}, batchOf("f"), func(int, int, []byte, error) {
		yields++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || yields != 1 {
		t.Errorf("%v after %d yields", err, yields)
	}
	if err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{quality}, batchOf("f"), func(int, int, []byte, error) { yields++ }); err != nil || yields != 2 {
		t.Errorf("afterwards: %v, %d yields", err, yields)
	}
}

func TestYieldMayEvaluate(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	var inner []string
	err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{quality}, batchOf("f"), func(_, _ int, results []byte, _ error) {
		before := append([]byte(nil), results...)
		inner = said(t, m, []abi.Configured{segment}, batchOf("f", "t"))
		if !bytes.Equal(before, results) {
			t.Error("results changed during yield")
		}
	})
	if want := []string{"0/0: label big", "0/1! trap"}; err != nil || !reflect.DeepEqual(inner, want) {
		t.Errorf("%q, %v", inner, err)
	}
}

func TestModuleIsForManyGoroutines(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "guest.wasm"))
	shared := batchOf("f", ".", "t", large(40000), large(40000), "p", "g")
	want := said(t, m, []abi.Configured{quality, segment}, shared)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				if got := said(t, m, []abi.Configured{quality, segment}, shared); !reflect.DeepEqual(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
				if err := m.Configure(context.Background(), abi.Configured{Check: "quality", Settings: `{r}`}); err == nil {
					t.Error("settings were not refused")
				}
			}
		})
	}
	wg.Wait()
}

// Close while others evaluate: each gets its answer or ErrClosed, and nothing breaks.
func TestCloseDuringEvaluation(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "guest.wasm"))
	started := make(chan struct{})
	closed := make(chan struct{})
	go func() {
		<-started
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
		close(closed)
	}()
	err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{quality, segment}, batchOf("f"), func(check, _ int, _ []byte, fault error) {
		if fault != nil {
			t.Error(fault)
		}
		if check == 0 {
			close(started)
			<-closed
		}
	})
	if err != nil {
		t.Error(err)
	}
	if err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{quality}, batchOf("f"), func(int, int, []byte, error) {}); !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// A batch that grows from call to call and is larger than the module's whole memory at first.
func TestBatchesOfAllSizes(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	for _, n := range []int{1, 15, 16, 17, 100, 1000, 3} {
		cards := make([]string, n)
		for i := range cards {
			cards[i] = "." + strings.Repeat("x", 600+i%7)
		}
		cards[n-1] = "f" + cards[n-1]
		want := []string{fmt.Sprintf("0/%d: boom", n-1)}
		if got := said(t, m, []abi.Configured{quality}, batchOf(cards...)); !reflect.DeepEqual(got, want) {
			t.Errorf("%d cards: got %q, want %q", n, got, want)
		}
	}
}

func TestABatchThatDoesNotFitIsAFaultOfItsRecords(t *testing.T) {
	h, err := wasm.New(t.Context(), wasm.Config{MemoryPages: 8})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(context.Background())
	m := load(t, h, readGuest(t, "guest.wasm"))
	huge := "f" + strings.Repeat("x", 1<<20)
	got := said(t, m, isolated(abi.IsolateNone, quality, segment), batchOf("f", huge))
	if want := []string{"0/0! no_memory", "0/1! no_memory", "1/0! no_memory", "1/1! no_memory"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	got = said(t, m, []abi.Configured{quality, segment}, batchOf("f", huge))
	if want := []string{"0/0: boom", "0/1! no_memory", "1/0: label big", "1/1! no_memory"}; !reflect.DeepEqual(got, want) {
		t.Errorf("apart: got %q", got)
	}
	if got := said(t, m, isolated(abi.IsolateNone, quality), batchOf("f")); !reflect.DeepEqual(got, []string{"0/0: boom"}) {
		t.Errorf("afterwards %q", got)
	}
}

func TestSteadyEvaluationAllocatesNothing(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	batch := batchOf("f", ".", "n", "f")
	checks := append(isolated(abi.IsolateNone, quality), segment, quality)
	checks = append(checks, isolated(abi.IsolateBatch, segment, quality)...)
	yield := func(_, _ int, _ []byte, fault error) {
		if fault != nil {
			t.Error(fault)
		}
	}
	ctx := t.Context()
	evaluate := func() {
		if err := m.Evaluate(ctx, evaluationTime, checks, batch, yield); err != nil {
			t.Error(err)
		}
	}
	evaluate()
	if n := testing.AllocsPerRun(100, evaluate); n > 0 {
		t.Errorf("%v allocations a call", n)
	}
}
