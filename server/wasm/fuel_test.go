package wasm_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/hostile"
)

// spends evaluates cards in batches of the given size and returns what each check spent on each.
func spends(t *testing.T, m *wasm.Module, checks []abi.Configured, cards []string, batch int) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for len(cards) > 0 {
		n := min(batch, len(cards))
		seen := 0
		err := m.Measure(t.Context(), evaluationTime, checks, batchOf(cards[:n]...), abi.Receiver{Spent: func(check, card int, fuel int64) {
			seen++
			key := fmt.Sprintf("%d %q", check, cards[card])
			if before, ok := all[key]; ok && before != fuel || fuel <= 0 {
				t.Errorf("%.60s spent %d, and %d before", key, fuel, before)
			}
			all[key] = fuel
		}})
		if err != nil || seen != n*len(checks) {
			t.Fatalf("%d spends of %d, %v", seen, n*len(checks), err)
		}
		cards = cards[n:]
	}
	return all
}

// The spend of a record depends on the card, the check and the module: not on the records before
// it, the cut of the batch, the instance, or the host.
func TestFuelIsTheSameInAnyOrderAndBatch(t *testing.T) {
	var cards []string
	for i := range 60 {
		cards = append(cards, cardOf(uint64(i%4), strings.Repeat("m", i%3), strings.Repeat("7", i%12), "large", i%3,
			make([]person, i%5)...))
	}
	cards = append(cards, "", "not a card", strings.Repeat("\xff", 600))
	guests := map[string]func(h *wasm.Host) (*wasm.Module, []abi.Configured){
		"C": func(h *wasm.Host) (*wasm.Module, []abi.Configured) {
			guest, err := buildC()
			if err != nil {
				t.Fatal(err)
			}
			return load(t, h, guest), allRules
		},
	}
	for _, d := range builtin.All() {
		guests[d.Name] = func(h *wasm.Host) (*wasm.Module, []abi.Configured) {
			return load(t, h, d.Wasm), []abi.Configured{{Check: d.Name}}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for name, guest := range guests {
		t.Run(name, func(t *testing.T) {
			m, checks := guest(newHost(t, nil))
			want := spends(t, m, checks, cards, len(cards))
			for _, batch := range []int{1, 7, 64} {
				shuffled := append([]string(nil), cards...)
				random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				m, checks := guest(newHost(t, nil))
				if got := spends(t, m, checks, shuffled, batch); !maps.Equal(got, want) {
					t.Errorf("batches of %d spent something else", batch)
				}
			}
		})
	}
}

func spendOf(t *testing.T, m *wasm.Module, c abi.Configured, card string) (spent int64, fault error) {
	t.Helper()
	err := m.Measure(t.Context(), evaluationTime, []abi.Configured{c}, batchOf(card),
		abi.Receiver{Results: func(_, _ int, _ []byte, f error) { fault = f }, Spent: func(_, _ int, fuel int64) { spent = fuel }})
	if err != nil {
		t.Fatal(err)
	}
	return spent, fault
}

// A budget is exact: what a record spends suffices, one unit less does not.
func TestTheBudgetIsTheRules(t *testing.T) {
	card := cardOf(company, "ivanov", "1", "small", 0, person{"c1", "Anna", "", 1}, person{"c2", "Пётр", "", 0})
	t.Run("C", func(t *testing.T) {
		theBudgetIsTheRules(t, loadBuilt(t, buildC), "contact-job-title", card)
	})
	for _, long := range []string{"log-flood", "memory-touch", "memory-grow"} { // by the host, by loops, by sizes
		t.Run(long, func(t *testing.T) {
			m := load(t, newHost(t, nil), readGuest(t, "hostile/"+long+".wasm"))
			if spent := theBudgetIsTheRules(t, m, hostile.Check, soleTrader); spent < 4*wasm.StretchFuel {
				t.Errorf("it spends %d, not several stretches", spent)
			}
		})
	}
}

func theBudgetIsTheRules(t *testing.T, m *wasm.Module, name, card string) int64 {
	check := abi.Configured{Check: name}
	spent, fault := spendOf(t, m, check, card)
	if fault != nil {
		t.Fatal(fault)
	}
	check.Fuel = spent
	if again, fault := spendOf(t, m, check, card); fault != nil || again != spent {
		t.Errorf("with a budget of what it spends, %d: %d, %v", spent, again, fault)
	}
	check.Fuel = spent - 1
	over, fault := spendOf(t, m, check, card)
	var f *wasm.Fault
	if !errors.As(fault, &f) || f.Kind != wasm.FaultFuel || over != check.Fuel || !strings.Contains(f.Detail, fmt.Sprintf("%d units", check.Fuel)) {
		t.Errorf("with a unit less: %d, %v", over, fault)
	}
	for _, fuel := range []int64{-1, abi.MaxFuel + 1} {
		check.Fuel = fuel
		var refused *wasm.SettingsError
		if err := m.Configure(t.Context(), check); !errors.As(err, &refused) || !strings.Contains(refused.Text, "limits.fuel") {
			t.Errorf("%d units: %v", fuel, err)
		}
		if _, fault := spendOf(t, m, check, card); !errors.As(fault, &f) || f.Kind != wasm.FaultRefused {
			t.Errorf("%d units: %v", fuel, fault)
		}
	}
	return spent
}

// A record over budget is named at once and the records around it are judged, each once, though
// one crossing does not last for all of them.
func TestARecordOverBudgetIsNamed(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "hostile/cpu-loop.wasm"))
	cards := []string{another, another, soleTrader, another, soleTrader, soleTrader, another}
	want := "0/0: wicked; 0/1: wicked; 0/2! fuel; 0/3: wicked; 0/4! fuel; 0/5! fuel; 0/6: wicked"
	for _, fuel := range []int64{0, 100, abi.MaxFuel} {
		if got := strings.Join(said(t, m, []abi.Configured{{Check: hostile.Check, Fuel: fuel}}, batchOf(cards...)), "; "); got != want {
			t.Errorf("%d units: %s, want %s", fuel, got, want)
		}
	}
}

// Records that each spend much share a batch over several crossings.
func TestABatchIsCutIntoSlices(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	var cards, want []string
	for i := range 40 { // results of 60,000 bytes fill the area for them, too
		cards = append(cards, large(uint32(60_000+i)), ".", "o")
		want = append(want, fmt.Sprintf("0/%d: boom v*%d", 3*i, 60_000+i))
	}
	cards, want = append(cards, "e"), append(want, "0/120: m=121")
	total := int64(0)
	var got []string
	err := m.Measure(t.Context(), evaluationTime, isolated(abi.IsolateNone, quality), batchOf(cards...), abi.Receiver{Results: func(_, card int, results []byte, fault error) {
		_ = abi.ParseResults(results, func(r abi.ResultRow) error {
			got = append(got, fmt.Sprintf("0/%d: %s", card, short(r)))
			return nil
		})
	}, Spent: func(_, _ int, fuel int64) { total += fuel }})
	if err != nil || strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("%v\ngot  %q\nwant %q", err, got, want)
	}
	if total < 100_000_000 {
		t.Errorf("%d units spent, too few for several slices", total)
	}
}

// A rule's limit of memory is that of its instances; rules of one module may have several.
func TestMemoryIsLimitedByTheRule(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	roomy, tight := quality, quality
	tight.Memory = 8 << 16
	checks := []abi.Configured{roomy, tight, roomy}
	big := strings.Repeat("f", 1<<20)
	got := said(t, m, checks, batchOf(big))
	if want := "0/0: boom; 1/0! no_memory; 2/0: boom"; strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, isolation := range isolations { // a card that grows the memory, as far as it may
		err := m.Measure(t.Context(), evaluationTime, isolated(isolation, roomy, tight, roomy), batchOf("g"), abi.Receiver{
			Memory: func(check int, memory int64) {
				if within := memory <= tight.Memory; within != (check == 1) {
					t.Errorf("isolation %d, check %d: %d bytes of memory", isolation, check, memory)
				}
			}})
		if err != nil {
			t.Error(err)
		}
	}
	tight.Memory = 1 << 16 // less than the module starts with
	var fault *wasm.Fault
	if err := m.Configure(t.Context(), tight); !errors.As(err, &fault) || fault.Kind != wasm.FaultStartFailed || !strings.Contains(fault.Detail, "192 KiB") {
		t.Errorf("got %v", err)
	}
	tight.Memory = 1 << 32
	var refused *wasm.SettingsError
	if err := m.Configure(t.Context(), tight); !errors.As(err, &refused) || !strings.Contains(refused.Text, "limits.memory") {
		t.Errorf("got %v", err)
	}
}

// A recursion bomb costs less than 32 MB: of the native stack and of all that it was copied from
// while it grew, none of which the collector has taken yet.
func TestARecursionBombCostsLittle(t *testing.T) {
	bombs, err := filepath.Glob("testdata/hostile/depth-*.wasm")
	if err != nil || len(bombs) < 5 {
		t.Fatal(bombs, err)
	}
	h := newHost(t, nil)
	for _, file := range bombs {
		m := load(t, h, readGuest(t, "hostile/"+filepath.Base(file)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, fault := spendOf(t, m, abi.Configured{Check: hostile.Check}, soleTrader)
		runtime.ReadMemStats(&after)
		var f *wasm.Fault
		if !errors.As(fault, &f) || f.Kind != wasm.FaultDepth {
			t.Errorf("%s: %v", file, fault)
		}
		cost := (after.TotalAlloc - before.TotalAlloc) >> 20
		if cost >= 32 {
			t.Errorf("%s: %d MiB were allocated", filepath.Base(file), cost)
		}
		t.Logf("%s: %d MiB", filepath.Base(file), cost)
	}
}
