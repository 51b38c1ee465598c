package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// expectation is a check with settings and what it must give.
type expectation struct {
	check, settings string
	want            reference
}

func (e expectation) String() string {
	return e.check + strings.TrimSuffix(" "+shortened(e.settings, 100), " ")
}

// hold compares the bytes of results over the cards, in both isolations. A card that does not open must give an error.
func (e expectation) hold(t *testing.T, g guest, over []card) {
	t.Helper()
	e.holdWithin(t, g, over, abi.MaxFuel)
}

// holdWithin is hold with a budget of fuel.
func (e expectation) holdWithin(t *testing.T, g guest, over []card, fuel int64) {
	t.Helper()
	wrong, want := 0, make([][]byte, len(over))
	for i, c := range over {
		if client, opens := c.client(); opens {
			want[i] = pack(e.want(client))
		}
	}
	for name, isolation := range isolations {
		got := g.judge(t, []abi.Configured{{Check: e.check, Settings: e.settings, Isolation: isolation, Fuel: fuel}}, over)[0]
		for i, o := range got {
			if what := o.problem(over[i], want[i]); what != "" {
				if wrong++; wrong <= 3 {
					t.Errorf("%s, isolation %s, card %s: %s", e, name, over[i].name, what)
				}
			}
		}
	}
	if wrong > 3 {
		t.Errorf("%s: %d results are wrong", e, wrong)
	}
}

// problem says what is wrong with the outcome of a card, "" when nothing is.
func (o outcome) problem(c card, want []byte) string {
	_, opens := c.client()
	switch {
	case o.fault != nil:
		return "the fault " + o.fault.Error()
	case !opens && !saysWhyNot(o.results):
		return "it does not open, and gives " + shown(o.results)
	case opens && !bytes.Equal(o.results, want):
		return difference(o.results, want)
	}
	return ""
}

// saysWhyNot reports whether results are what a card that does not open must give.
func saysWhyNot(results []byte) bool {
	rows := parsed(results)
	if len(rows) != 1 || rows[0].Kind != abi.ResultError {
		return false
	}
	why, ok := strings.CutPrefix(rows[0].Error, "card: ")
	return ok && why != ""
}

func parsed(results []byte) (rows []abi.ResultRow) {
	_ = abi.ParseResults(results, func(r abi.ResultRow) error { // the host has checked them
		rows = append(rows, r)
		return nil
	})
	return rows
}

func shown(results []byte) string {
	if len(results) == 0 {
		return "nothing"
	}
	text, _ := json.Marshal(parsed(results))
	return string(text)
}

// difference shows the first row that differs.
func difference(got, want []byte) string {
	gotRows, wantRows := parsed(got), parsed(want)
	for i := range min(len(gotRows), len(wantRows)) {
		if !reflect.DeepEqual(gotRows[i], wantRows[i]) {
			return fmt.Sprintf("row %d is\n     %s\nwant %s", i, shortened(fmt.Sprintf("%+v", gotRows[i]), 1500), shortened(fmt.Sprintf("%+v", wantRows[i]), 1500))
		}
	}
	if len(gotRows) != len(wantRows) {
		return fmt.Sprintf("%d rows, want %d", len(gotRows), len(wantRows))
	}
	return fmt.Sprintf("the same rows in other bytes: fields in another order, or empty ones written\n     %s\nwant %s", shortened(fmt.Sprintf("%q", got), 600), shortened(fmt.Sprintf("%q", want), 600))
}

// shortened returns both ends of a text that is longer than about size bytes.
func shortened(text string, size int) string {
	if len(text) > size {
		return text[:size/2] + "…" + text[len(text)-size/2:]
	}
	return text
}

func TestConformance(t *testing.T) {
	host, log := newHost(t)
	for _, l := range languages {
		t.Run(l, func(t *testing.T) {
			t.Parallel()
			g := guest{l, load(t, host, l, "conformance"), log}
			for _, part := range []struct {
				name string
				run  func(*testing.T, guest)
			}{
				{"description", testDescription}, {"fields", testFields}, {"results", testResults}, {"labels", testLabels}, {"settings", testSettings},
				{"refusals", testRefusals}, {"host", testHost}, {"limits", testLimits}, {"faults", testFaults}, {"stale", testStale}, {"log", testLog}, {"cost", testCost}, {"determinism", testDeterminism},
			} {
				t.Run(part.name, func(t *testing.T) { part.run(t, g) })
			}
		})
	}
}

func testDescription(t *testing.T, g guest) {
	text, err := os.ReadFile("testdata/conformance.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := abi.ParseDescription(text)
	if err != nil {
		t.Fatal(err)
	}
	sameDescription(t, g.module.Description(), want)
}

// sameDescription compares descriptions as JSON, check by check.
func sameDescription(t *testing.T, got, want abi.Description) {
	t.Helper()
	name := func(c abi.CheckDescription) string { return c.Name }
	if names, wanted := mapped(got.Checks, name), mapped(want.Checks, name); !slices.Equal(names, wanted) {
		t.Fatalf("the checks are %q, want %q", names, wanted)
	}
	for i := range want.Checks {
		if g, w := plain(t, got.Checks[i]), plain(t, want.Checks[i]); g != w {
			t.Errorf("check %s is described as\n     %s\nwant %s", want.Checks[i].Name, g, w)
		}
	}
}

func mapped[T, U any](list []T, f func(T) U) (out []U) {
	for _, each := range list {
		out = append(out, f(each))
	}
	return out
}

// plain writes any JSON value so that equal ones are equal texts: keys sorted, numbers shortest.
func plain(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var any any
	if err := json.Unmarshal(text, &any); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(any); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func testFields(t *testing.T, g guest) {
	c := testCards(t)
	expectation{"fields", `{"text":true}`, fieldsWanted(true)}.hold(t, g, c.known())
	expectation{"fields", ``, fieldsWanted(false)}.hold(t, g, c.vectors)
	expectation{"fields", `{"text":false}`, fieldsWanted(false)}.hold(t, g, c.damaged)
}

func testResults(t *testing.T, g guest) {
	list := []expectation{
		{"results", ``, always(fullWanted())}, {"results", `{"kind":"none"}`, always()}, {"results", `{"kind":"full"}`, always(fullWanted())},
		{"results", `{"kind":"many"}`, always(manyWanted(1)...)},
		{"results", `{"kind":"suggest"}`, always(suggestionsWanted()...)}, {"results", `{"kind":"severity"}`, always(severitiesWanted()...)},
		{"results", `{"kind":"error"}`, always(finding("before", ""), failure("no rate for the currency"))},
	}
	for _, count := range []int{0, 2, 10, 11, 100, abi.MaxResultRows} {
		list = append(list, expectation{"results", fmt.Sprintf(`{"kind":"many","count":%d}`, count), always(manyWanted(count)...)})
	}
	for _, count := range []int{0, 1, 3, 4, 31, 63} {
		list = append(list, expectation{"results", fmt.Sprintf(`{"count":%d,"kind":"long"}`, count), always(longWanted(count))})
	}
	c := testCards(t)
	for _, e := range list {
		e.hold(t, g, append(slices.Clip(c.vectors), c.demo[:20]...))
	}
}

func testLabels(t *testing.T, g guest) {
	for _, label := range []string{"A", "B", "", "Ж", strings.Repeat("l", abi.MaxIdentBytes)} {
		expectation{"labels", fmt.Sprintf(`{"label":%q}`, label), labelWanted(label)}.hold(t, g, testCards(t).made[:200])
	}
	expectation{"labels", ``, labelWanted("A")}.hold(t, g, testCards(t).made)
}

func testHost(t *testing.T, g guest) {
	expectation{"host", ``, hostWanted}.hold(t, g, append(slices.Clip(testCards(t).made), testCards(t).demo[:500]...))
}

// What is too much for the host is a fault of its card and not of the next.
func testLimits(t *testing.T, g guest) {
	for s, kind := range map[string]wasm.FaultKind{
		`{"kind":"long","count":64}`:   wasm.FaultTooLarge,
		`{"kind":"many","count":1001}`: wasm.FaultInvalidResults, `{"kind":"many","count":2000}`: wasm.FaultTooLarge,
	} {
		faulty(t, g, abi.Configured{Check: "results", Settings: s, Fuel: abi.MaxFuel}, kind)
	}
}

func testFaults(t *testing.T, g guest) {
	for fault, kinds := range map[string][]wasm.FaultKind{
		"trap": {wasm.FaultTrap}, "loop": {wasm.FaultFuel}, "depth": {wasm.FaultDepth, wasm.FaultTrap, wasm.FaultFuel}, "memory": {wasm.FaultTrap, wasm.FaultFuel},
		"code": {wasm.FaultInvalidResults}, "utf8": {wasm.FaultInvalidResults}, "rows": {wasm.FaultInvalidResults},
	} {
		check := abi.Configured{Check: "faults", Settings: fmt.Sprintf(`{"fault":%q}`, fault)}
		if fault != "loop" {
			check.Fuel = abi.MaxFuel
		}
		faulty(t, g, check, kinds...)
	}
	faulty(t, g, abi.Configured{Check: "faults"}, wasm.FaultTrap)
}

// testStale holds that a finding that is described when the next has begun fails its card, and that the log says why.
func testStale(t *testing.T, g guest) {
	if g.language == "rust" {
		return // the compiler refuses it, as a doc test of the SDK shows
	}
	g.log.take(g.module.Digest())
	faulty(t, g, abi.Configured{Check: "results", Settings: `{"kind":"stale"}`}, wasm.FaultTrap)
	if g.log.take(g.module.Digest()) == "" {
		t.Error("a stale finding traps, and the log does not say why")
	}
}

// faulty runs a check that must end in a fault of one of the kinds for every card, and another check behind it on the
// same cards, which must not notice.
func faulty(t *testing.T, g guest, check abi.Configured, kinds ...wasm.FaultKind) {
	t.Helper()
	three := testCards(t).demo[:3]
	well := pack([]abi.ResultRow{fullWanted()})
	for name, isolation := range isolations {
		check.Isolation = isolation
		got := g.judge(t, []abi.Configured{check, {Check: "results", Isolation: isolation}}, three)
		for i := range three {
			if fault := got[0][i].fault; fault == nil || !slices.Contains(kinds, fault.Kind) {
				t.Errorf("%s %s, isolation %s, card %d: %s and the fault %v, want one of %q", check.Check, check.Settings, name, i, shortened(shown(got[0][i].results), 300), fault, kinds)
			}
			if what := got[1][i].problem(three[i], well); what != "" {
				t.Errorf("behind %s %s, isolation %s, card %d: %s", check.Check, check.Settings, name, i, what)
			}
		}
	}
}

func testLog(t *testing.T, g guest) {
	g.log.take(g.module.Digest())
	for name, isolation := range isolations {
		one := testCards(t).demo[:1]
		got := g.judge(t, []abi.Configured{{Check: "faults", Settings: `{"fault":"log"}`, Isolation: isolation}}, one)[0][0]
		if what := got.problem(one[0], pack([]abi.ResultRow{finding("logged", "name")})); what != "" {
			t.Errorf("isolation %s: %s", name, what)
		}
		text := g.log.take(g.module.Digest())
		if len(text) != abi.MaxLogBytes || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			t.Errorf("isolation %s: %d bytes in the log, want %d letters: %s", name, len(text), abi.MaxLogBytes, shortened(text, 300))
		}
	}
}

// testCost holds that ten times the results cost about ten times the fuel, not a hundred times: 1,000 findings are allowed, and
// must be affordable.
func testCost(t *testing.T, g guest) {
	for _, kind := range []struct {
		name      string
		few, many int
	}{{"many", 100, 1000}, {"long", 6, 60}} {
		few, many := g.spent(t, kind.name, kind.few), g.spent(t, kind.name, kind.many)
		if few <= 0 || many > 20*few {
			t.Errorf("results of kind %s: %d units of fuel for %d, %d for %d", kind.name, few, kind.few, many, kind.many)
		}
	}
}

// spent returns the fuel that the check results spends on a card that is not the first: that one bears the start of an instance.
func (g guest) spent(t *testing.T, kind string, count int) (units int64) {
	t.Helper()
	var batch abi.Batch
	for _, c := range testCards(t).demo[:2] {
		batch.Add(c.bytes)
	}
	check := abi.Configured{Check: "results", Settings: fmt.Sprintf(`{"kind":%q,"count":%d}`, kind, count), Fuel: abi.MaxFuel}
	err := g.module.Measure(t.Context(), evaluationTime, []abi.Configured{check}, &batch, abi.Receiver{
		Results: func(_, _ int, _ []byte, fault error) {
			if fault != nil {
				t.Errorf("%s %d: %v", kind, count, fault)
			}
		},
		Spent: func(_, _ int, fuel int64) { units = fuel },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of kind %s: %d units of fuel", count, kind, units)
	return units
}

// testDeterminism tries the checks as a server does when a module is uploaded.
func testDeterminism(t *testing.T, g guest) {
	var some [][]byte
	for _, c := range testCards(t).demo[:6] {
		some = append(some, c.bytes)
	}
	for check, with := range map[string]string{"fields": ``, "results": ``, "labels": ``, "settings": `{"name":"x"}`, "host": ``} {
		d, err := g.module.Determinism(t.Context(), abi.Configured{Check: check, Settings: with}, evaluationTime, some)
		if err != nil || !d.Deterministic || d.Undecided {
			t.Errorf("check %s: %+v, %v; its results must not depend on the cards before", check, d, err)
		}
	}
}
