package engine_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/engine"
)

func TestFiguresTellWhatARuleUsed(t *testing.T) {
	spends := []int64{0, 1, 63, 64, 65, 1000, 1001, 5000, 123_456, 20_000_000, abi.MaxFuel}
	g := newGuest(func(card int) ([]byte, error) {
		switch card {
		case 3:
			return abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultFinding, Code: "late"}), nil
		case 9:
			return nil, errors.New("out of fuel")
		}
		return nil, nil
	})
	g.fuel = func(card int) int64 { return spends[card] }
	set := engine.NewSet(1, []*engine.Rule{compile(t, g.compiler(t), "a", moduleSpec("Quality", "plain", ""))}, nil, nil)
	judge(t, set, cards(t, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`, `{}`))
	s := set.Rule("a").Stats()
	if s.Evaluated != 11 || s.Findings != 1 || s.Errors != 1 || s.FailedFuel != 20_000_000 || s.Time != time.Millisecond || s.MemoryPeak != 64<<10 ||
		s.Last.Text != "out of fuel" || !s.Last.At.Equal(noon) {
		t.Errorf("figures %+v", s)
	}
	if want := (engine.Fuel{Records: 11, Sum: 120_130_650, P50: s.Fuel.P50, P99: abi.MaxFuel, Max: abi.MaxFuel}); s.Fuel != want || s.Fuel.P50 < 1000 || s.Fuel.P50 > 1031 {
		t.Errorf("fuel %+v, want about %+v", s.Fuel, want)
	}
}

// A fuel of any size is told within 3 %, whether it is spent in a batch or by a single card.
func TestFuelIsToldWithinThreePercent(t *testing.T) {
	for _, fuel := range []int64{0, 1, 5, 31, 32, 33, 63, 64, 65, 95, 96, 127, 128, 129, 1000, 4095, 4096, 1_234_567, 50_000_000, abi.MaxFuel - 1, abi.MaxFuel} {
		spend := fuel
		g := newGuest(func(int) ([]byte, error) { return nil, nil })
		g.fuel = func(int) int64 { return spend }
		set := engine.NewSet(1, []*engine.Rule{compile(t, g.compiler(t), "a", moduleSpec("Quality", "plain", ""))}, nil, nil)
		judge(t, set, cards(t, `{}`, `{}`))
		spend = abi.MaxFuel
		for range 2 { // so that the middle is not the most
			if _, _, err := set.EvaluateOne(ctx, noon, nil); err != nil {
				t.Fatal(err)
			}
		}
		f := set.Rule("a").Stats().Fuel
		if f.P50 < fuel || float64(f.P50) > float64(fuel)*1.0313 || f.Records != 4 || f.Max != abi.MaxFuel {
			t.Errorf("%d units: %+v", fuel, f)
		}
	}
}

// One of sixteen single cards is timed, and stands for the others.
func TestTheTimeOfSingleCardsIsToldInTheLongRun(t *testing.T) {
	g := newGuest(func(int) ([]byte, error) { return nil, nil })
	set := engine.NewSet(1, []*engine.Rule{compile(t, g.compiler(t), "a", moduleSpec("Quality", "plain", ""))}, nil, nil)
	const n = 16_000
	for range n {
		if _, _, err := set.EvaluateOne(ctx, noon, nil); err != nil {
			t.Fatal(err)
		}
	}
	s := set.Rule("a").Stats()
	if took := s.Time.Seconds(); s.Evaluated != n || took != n/1000 {
		t.Errorf("%d evaluations of a millisecond took %s", s.Evaluated, fmt.Sprint(s.Time))
	}
}

// The memory of each evaluation is told, of single cards that are not timed, too.
func TestTheMemoryOfEachCardIsTold(t *testing.T) {
	g := newGuest(func(int) ([]byte, error) { return nil, nil })
	size := int64(64 << 10)
	g.memory = func() int64 { return size }
	set := engine.NewSet(1, []*engine.Rule{compile(t, g.compiler(t), "a", moduleSpec("Quality", "plain", ""))}, nil, nil)
	for range 2 { // the first is timed
		if _, _, err := set.EvaluateOne(ctx, noon, nil); err != nil {
			t.Fatal(err)
		}
		if got := set.Rule("a").Stats().MemoryPeak; got != size {
			t.Errorf("a peak of %d bytes, want %d", got, size)
		}
		size *= 2
	}
}

// A panic in a module's evaluation leaves nothing to the next one's figures.
func TestAPanicLeavesNothing(t *testing.T) {
	broken := newGuest(func(int) ([]byte, error) { panic("broken") })
	broken.fuel = func(int) int64 { return 77 }
	good := newGuest(func(int) ([]byte, error) { return nil, nil })
	good.fuel = func(int) int64 { return 5 }
	sets := make([]*engine.Set, 2)
	for i, g := range []guest{broken, good} {
		sets[i] = engine.NewSet(1, []*engine.Rule{compile(t, g.compiler(t), "a", moduleSpec("Quality", "plain", ""))}, nil, nil)
	}
	for range 20 { // the pool forgets at times
		func() {
			defer func() { _ = recover() }()
			_, _, _ = sets[0].EvaluateOne(ctx, noon, nil)
		}()
		if _, _, err := sets[1].EvaluateOne(ctx, noon, nil); err != nil {
			t.Fatal(err)
		}
	}
	if f := sets[1].Rule("a").Stats().Fuel; f.Records != 20 || f.Sum != 100 {
		t.Errorf("figures %+v", f)
	}
}
