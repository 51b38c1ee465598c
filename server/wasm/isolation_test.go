package wasm_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/hostile"
)

var licence = abi.Configured{Check: "licence"}

// stateful returns the guests of testdata/hostile that try to remember, by name.
func stateful(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/hostile/state-*.wasm")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	guests := map[string][]byte{}
	for _, file := range files {
		guests[strings.TrimSuffix(filepath.Base(file), ".wasm")] = readGuest(t, "hostile/"+filepath.Base(file))
	}
	return guests
}

// helpless are guests that never can, for what they try to change does not change.
var helpless = []string{"state-fd-flags", "state-fd-close", "state-fd-renumber"}

// leaks evaluates cards in batches of the given size and returns how many showed what was before them.
// Cards that begin with t trap in one of the guests.
func leaks(t *testing.T, m *wasm.Module, isolation abi.Isolation, cards []string, size int) (n int) {
	t.Helper()
	for batch := range slices.Chunk(cards, size) {
		for _, s := range said(t, m, isolated(isolation, licence), batchOf(batch...)) {
			var card int
			if _, err := fmt.Sscanf(s, "0/%d", &card); err != nil {
				t.Fatal(err)
			}
			trapped := strings.HasSuffix(s, "! trap") && batch[card][0] != 't'
			if strings.HasSuffix(s, "leaks") || trapped {
				n++
			}
		}
	}
	return n
}

// clients are cards of many lengths.
func clients(random *rand.Rand, n int) []string {
	cards := make([]string, n)
	for i := range cards {
		cards[i] = strings.Repeat(string("abct"[random.IntN(4)]), 8+random.IntN(7000))
	}
	return cards
}

// No guest shows one client what it saw of another: of a record before when records are isolated, of a batch
// before when batches are, in any order and cut, after traps, and after the same module ran without isolation.
func TestNothingOfAClientReachesAnother(t *testing.T) {
	h := newHost(t, nil)
	random := rand.New(rand.NewPCG(3, 4))
	for name, guest := range stateful(t) {
		t.Run(name, func(t *testing.T) {
			m := load(t, h, guest)
			cards := clients(random, 60)
			could := 0
			for range 2 {
				for _, size := range []int{1, 2, 7, 60} {
					if n := leaks(t, m, abi.IsolateRecord, cards, size); n > 0 {
						t.Errorf("records isolated, batches of %d: %d cards saw others", size, n)
					}
				}
				if n := leaks(t, m, abi.IsolateBatch, cards, 1); n > 0 {
					t.Errorf("batches isolated: %d cards saw those of other batches", n)
				}
				for range 5 {
					could += leaks(t, m, abi.IsolateNone, cards, 2) + leaks(t, m, abi.IsolateNone, cards, 1)
				}
			}
			if can := !slices.Contains(helpless, name); can != (could > 0) {
				t.Errorf("without isolation %d cards saw others", could)
			}
		})
	}
}

// The trial names the checks that depend on what they judged before, but for one that waits for its end.
func TestDeterminism(t *testing.T) {
	h := newHost(t, nil)
	var cards [][]byte
	for _, c := range clients(rand.New(rand.NewPCG(5, 6)), 24) {
		cards = append(cards, []byte(c))
	}
	for name, guest := range stateful(t) {
		t.Run(name, func(t *testing.T) {
			d, err := load(t, h, guest).Determinism(t.Context(), licence, evaluationTime, cards)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Contains(helpless, name) || name == "state-bomb"
			if d.Deterministic != want || (d.Reason == "") != want || !want && !strings.Contains(d.Reason, "check licence: client ") {
				t.Errorf("got %+v", d)
			}
		})
	}
	t.Run("C", func(t *testing.T) {
		m := loadBuilt(t, buildC)
		for _, c := range allRules {
			if d, err := m.Determinism(t.Context(), c, evaluationTime, cards); err != nil || d != (abi.Determinism{Deterministic: true, FuelExact: true}) {
				t.Errorf("%s: %+v, %v", c.Check, d, err)
			}
		}
	})
	t.Run("faults", func(t *testing.T) {
		m := load(t, h, readGuest(t, "guest.wasm"))
		mixed := [][]byte{[]byte("t"), []byte("f"), []byte("x"), []byte("r"), []byte(".")}
		if d, err := m.Determinism(t.Context(), quality, evaluationTime, mixed); err != nil || !d.Deterministic {
			t.Errorf("%+v, %v", d, err)
		}
		var refused *wasm.SettingsError
		if _, err := m.Determinism(t.Context(), abi.Configured{Check: "quality", Settings: "{r}"}, evaluationTime, mixed); !errors.As(err, &refused) {
			t.Errorf("refused settings: %v", err)
		}
	})
}

// A variable of a Go guest is as forgotten as anything else, and its fuel is exact: it starts each record
// with the same heap.
func TestAGoGuestRemembersNothing(t *testing.T) {
	guest, err := buildGo()
	if err != nil {
		t.Fatal(err)
	}
	h := newHost(t, nil)
	m := load(t, h, guest)
	nosy := abi.Configured{Check: "tax-id", Settings: `{"nosy":true}`}
	cards := clients(rand.New(rand.NewPCG(7, 8)), 30)
	for isolation, size := range map[string]int{"record": 30, "batch": 1, "none": 30} {
		saw := 0
		for batch := range slices.Chunk(cards, size) {
			for _, s := range said(t, m, isolated(isolations[isolation], nosy), batchOf(batch...)) {
				if !strings.HasSuffix(s, "before*0") {
					saw++
				}
			}
		}
		if (saw > 0) != (isolation == "none") {
			t.Errorf("%s: %d cards saw others", isolation, saw)
		}
	}
	var list [][]byte
	for _, c := range cards {
		list = append(list, []byte(c))
	}
	d, err := m.Determinism(t.Context(), nosy, evaluationTime, list)
	if err != nil || d.Deterministic || !strings.Contains(d.Reason, "different results") {
		t.Errorf("nosy: %+v, %v", d, err)
	}
	if d, err := m.Determinism(t.Context(), abi.Configured{Check: "tax-id"}, evaluationTime, list); err != nil || !d.Deterministic {
		t.Errorf("honest: %+v, %v", d, err)
	}
	for _, settings := range []string{"", `{"waste":true}`} {
		checks := []abi.Configured{{Check: "tax-id", Settings: settings}}
		want := spends(t, m, checks, cards, len(cards))
		other := load(t, newHost(t, nil), guest)
		slices.Reverse(cards)
		for _, size := range []int{1, 7} {
			if got := spends(t, other, checks, cards, size); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("settings %q: other fuel in batches of %d", settings, size)
			}
		}
	}
}

// Calls of every isolation at the same time share what instances show, and each sees its own.
func TestIsolationForManyGoroutines(t *testing.T) {
	h := newHost(t, nil)
	var wg sync.WaitGroup
	for _, name := range []string{"state-memory", "state-grow", "state-trap", "state-table", "state-fd-close"} {
		m := load(t, h, readGuest(t, "hostile/"+name+".wasm"))
		for seed := range uint64(3) {
			wg.Go(func() {
				cards := clients(rand.New(rand.NewPCG(seed, 9)), 20)
				for range 3 {
					n := leaks(t, m, abi.IsolateRecord, cards, 6) + leaks(t, m, abi.IsolateBatch, cards, 1)
					if n > 0 {
						t.Errorf("%s: %d cards saw others", name, n)
					}
					leaks(t, m, abi.IsolateNone, cards, 20)
				}
			})
		}
	}
	wg.Wait()
}

// Who waits for an image that another call makes stops waiting when it is told to.
func TestWaitingForAnImageEnds(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "hostile/state-memory.wasm"))
	letGo := wasm.HoldImages(m)
	defer letGo()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- m.Evaluate(ctx, evaluationTime, isolated(abi.IsolateRecord, licence), batchOf("a"), nil)
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A module that the server cannot set back is started and configured for each record: the record pays.
func TestPreparingForARecordIsItsSpend(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "hostile/state-table.wasm"))
	bare, fault := spendOf(t, m, abi.Configured{Check: licence.Check, Isolation: abi.IsolateNone}, "a")
	if fault != nil {
		t.Fatal(fault)
	}
	spent, fault := spendOf(t, m, licence, "a")
	if fault != nil || spent <= bare {
		t.Errorf("spent %d with preparing and %d without, %v", spent, bare, fault)
	}
	for _, fuel := range []int64{1, spent - bare, spent - 1, spent} {
		c := licence
		c.Fuel = fuel
		got, fault := spendOf(t, m, c, "a")
		var over *wasm.Fault
		switch {
		case got != fuel:
			t.Errorf("of %d units %d were spent", fuel, got)
		case fuel == spent && fault != nil:
			t.Errorf("%d units: %v", fuel, fault)
		case fuel < spent && (!errors.As(fault, &over) || over.Kind != wasm.FaultFuel || !strings.Contains(over.Detail, "counts towards the client's budget")):
			t.Errorf("%d units: %v", fuel, fault)
		}
		if err := m.Configure(t.Context(), c); (err != nil) != (fuel < spent-bare) {
			t.Errorf("configured with %d units: %v", fuel, err)
		}
	}
}

// An image that is not kept is made again for each call that needs it, whose first record pays.
func TestMakingAnImageAgainIsASpend(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "large-images.wasm"))
	kept, _ := spendOf(t, m, licence, "a")
	if again, _ := spendOf(t, m, licence, strings.Repeat("b", 6000)); kept > 1000 || again < 1_000_000 {
		t.Errorf("spent %d with an image that is kept, %d with one that is not", kept, again)
	}
}

// A trial has no opinion of cards that only its own bound kept from being judged; faults at the rule's budget are
// as good as results.
func TestTrialsAreBounded(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "hostile/cpu-loop.wasm"))
	var cards [][]byte
	for range 24 {
		cards = append(cards, []byte(soleTrader))
	}
	c := abi.Configured{Check: hostile.Check, Fuel: 10_000_000}
	d, err := m.Determinism(t.Context(), c, evaluationTime, cards)
	if err != nil || d.Deterministic || !d.Undecided || !d.Failed || !strings.Contains(d.Reason, "none of the ") {
		t.Errorf("24 times 10,000,000 units four times: %+v, %v", d, err)
	}
	c.Fuel = 100_000
	if d, err := m.Determinism(t.Context(), c, evaluationTime, cards); err != nil || d.Undecided || !d.Deterministic {
		t.Errorf("24 times 100,000 units four times: %+v, %v", d, err)
	}
}
