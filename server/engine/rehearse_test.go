package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/sdk/abi"
)

func TestARehearsalSaysWhatSpeaksAgainstARule(t *testing.T) {
	list := make([][]byte, 400)
	for i := range list {
		list[i] = cards(t, fmt.Sprintf(`{"id":%d}`, i+1))[0]
	}
	for name, c := range map[string]struct {
		fails func(int) bool
		fuel  int64
		want  string
	}{
		"well":             {func(int) bool { return false }, 100, "0 of 400, dear false, []"},
		"one in ten":       {func(r int) bool { return r%10 == 0 }, 100, "40 of 400, dear false, [client 10 client 20 client 30]"},
		"one in two":       {func(r int) bool { return r%2 == 0 }, 100, "88 of 176, dear false, [client 2 client 4 client 6]"}, // and no further
		"one in ten, dear": {func(r int) bool { return r%10 == 0 }, dearFuel, "3 of 32, dear true, [client 10 client 20 client 30]"},
		"slow":             {func(int) bool { return false }, dearFuel, "0 of 32, dear false, []"},
	} {
		p := newPatient(t, c.fails)
		p.fuel = c.fuel
		h, err := p.Rehearse(ctx, noon, list, 80)
		if err != nil {
			t.Fatal(err)
		}
		var shown []string
		for _, f := range h.Failures {
			who, _, _ := strings.Cut(f, ":")
			shown = append(shown, who)
		}
		if got := fmt.Sprintf("%d of %d, dear %v, %v", h.Failed, h.Judged, h.Dear, shown); got != c.want || h.Differs != "" || h.MostFuel != c.fuel || p.Stats().Evaluated != 0 {
			t.Errorf("%s: %s, want %s; differs %q, most fuel %d, evaluated %d", name, got, c.want, h.Differs, h.MostFuel, p.Stats().Evaluated)
		}
	}
	p := newPatient(t, func(int) bool { return true })
	if h, err := p.Rehearse(ctx, noon, nil, 0); err != nil || h.Judged != 0 || h.Dear {
		t.Errorf("on nobody: %+v, %v", h, err)
	}
}

// A module that says of a client what the place in the batch has to do with is found out.
func TestARehearsalFindsWhatDependsOnOtherClients(t *testing.T) {
	for name, c := range map[string]struct {
		say  func(card int) ([]byte, error)
		want string
	}{
		"the same for all": {func(int) ([]byte, error) {
			return abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultFinding, Code: "late"}), nil
		}, ""},
		"by the place": {func(card int) ([]byte, error) {
			if card != 3 {
				return nil, nil
			}
			return abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultFinding, Code: "late", Path: "name", Params: []abi.Param{{Key: "days", Value: "3"}}}), nil
		}, `client 20: it says late at name (days 3), and after other clients nothing`},
	} {
		g := newGuest(c.say)
		r := compile(t, g.compiler(t), "guest", moduleSpec("Quality", "plain", ""))
		list := make([][]byte, 20)
		for i := range list {
			list[i] = cards(t, fmt.Sprintf(`{"id":%d}`, i+1))[0]
		}
		if h, err := r.Rehearse(ctx, noon, list, 4); err != nil || h.Differs != c.want {
			t.Errorf("%s: %v, %q, want %q", name, err, h.Differs, c.want)
		}
	}
}
