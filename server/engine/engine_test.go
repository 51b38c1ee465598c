package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/wasm"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

// compiler compiles on a real host for bases with a declared field `staff`.
func compiler(t testing.TB) *engine.Compiler {
	t.Helper()
	return newCompiler(t, loader(t))
}

// loader loads modules into a real host.
func loader(t testing.TB) engine.Loader {
	t.Helper()
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return func(ctx context.Context, bytes []byte) (engine.Module, error) {
		m, err := host.Load(ctx, bytes)
		return hosted{m}, err
	}
}

// hosted is a module of the host in the engine's terms.
type hosted struct{ *wasm.Module }

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Module.Measure(ctx, now, checks, batch, to)
}

func newCompiler(t testing.TB, load engine.Loader) *engine.Compiler {
	t.Helper()
	c, err := engine.NewCompiler(map[string]crm.FieldType{"staff": crm.FieldInteger}, load, func(_ context.Context, digest string) ([]byte, error) {
		if digest == missing {
			return nil, crm.ErrNotFound
		}
		return []byte("module"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func compile(t *testing.T, c *engine.Compiler, name, spec string) *engine.Rule {
	t.Helper()
	r, err := c.Compile(ctx, declared(t, name, spec))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return r
}

func declared(t *testing.T, name, spec string) *rules.Rule {
	t.Helper()
	o, err := rules.ParseOne([]byte("{apiVersion: assay/v1, kind: Rule, metadata: {name: "+name+"}, spec: "+spec+"}"), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return o.(*rules.Rule)
}

// cards encodes clients given as JSON.
func cards(t testing.TB, clients ...string) (list [][]byte) {
	t.Helper()
	for _, text := range clients {
		var c crm.Client
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			t.Fatal(err)
		}
		card, err := crm.EncodeCard(nil, &c)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, card)
	}
	return list
}

// judge evaluates the set and shows each client's results.
func judge(t *testing.T, set *engine.Set, list [][]byte) (shown []string) {
	t.Helper()
	batch := new(abi.Batch)
	for _, card := range list {
		batch.Add(card)
	}
	results, _, err := set.Evaluate(ctx, noon, batch)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range results {
		var words []string
		for _, r := range of {
			for _, f := range r.Findings {
				words = append(words, strings.TrimSpace(fmt.Sprint(r.Rule, ":", f.Code, " ", f.Path, " ", f.RowID)))
			}
			if r.Label != "" {
				words = append(words, r.Rule+"="+r.Label)
			}
			if r.Error != "" {
				words = append(words, r.Rule+"!"+r.Error)
			}
		}
		shown = append(shown, strings.Join(words, "; "))
	}
	return shown
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRulesJudgeABatchTogether(t *testing.T) {
	c := compiler(t)
	title := compile(t, c, "title", `{type: Quality, forEach: {in: client.contacts, as: c}, require: 'c.jobTitle != ""', path: 'contacts[].jobTitle', message: {en: no title}}`)
	size := compile(t, c, "size", `{type: Segmentation, label: 'client.companySize', reason: {en: "{{ client.name }}"}}`)
	ratio := compile(t, c, "ratio", `{type: Quality, require: '10 / client.fields.staff > 1', message: {en: small}}`)
	set := engine.NewSet(7, []*engine.Rule{title, size, ratio}, nil, nil)
	list := cards(t,
		`{"name":"A","companySize":"large","fields":{"staff":20},"contacts":[{"id":"c1","name":"Ann","jobTitle":"x"},{"id":"c2","name":"Bob"}]}`,
		`{"name":"B","fields":{"staff":2}}`,
		`{"name":"C","contacts":[{"id":"c9","name":"Eve"}]}`)
	list[0], list[1], list[2] = stored(t, list[0]), stored(t, list[1]), stored(t, list[2])
	got := judge(t, set, list)
	if !strings.Contains(got[2], "ratio!") || !strings.Contains(got[2], "zero") {
		t.Errorf("a division by zero said %q", got[2])
	}
	expect(t, []string{got[0], got[1]}, "ratio:ratio; size=large; title:title contacts[1].jobTitle c2", "")
	if !strings.Contains(got[2], "title:title contacts[0].jobTitle c9") {
		t.Errorf("the failure of one rule hides another: %q", got[2])
	}
	if s := set.Rule("ratio").Stats(); s.Evaluated != 3 || s.Errors != 1 || s.Last == nil {
		t.Errorf("stats %+v", s)
	}
	expect(t, judge(t, set.Only([]string{"size", "nobody"}), list), "size=large", "", "")
	if only := set.Only([]string{"size"}); only.Generation != 7 || only.Rule("title") != nil || set.Rule("title") != title {
		t.Error("Only is not the set, cut down")
	}
	one, _, err := set.EvaluateOne(ctx, noon, list[0])
	if err != nil || len(one) != 3 || len(one[1].Reason) != 1 || one[1].Reason[0] != (crm.Param{Key: "client.name", Value: "A"}) {
		t.Errorf("%+v, %v", one, err)
	}
}

// stored gives the number fields of a card the type that is declared.
func stored(t *testing.T, card []byte) []byte {
	t.Helper()
	c, err := crm.DecodeCard(card)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range c.Fields {
		c.Fields[name] = crm.Value{Type: crm.FieldInteger, Integer: int64(v.Number)}
	}
	if card, err = crm.EncodeCard(nil, c); err != nil {
		t.Fatal(err)
	}
	return card
}

func TestAFailingRuleKeepsItsPlaceAndSaysNothing(t *testing.T) {
	failing := engine.Failing(declared(t, "broken", `{type: Quality, require: 'client.name != ""', message: {en: x}}`))
	set := engine.NewSet(1, []*engine.Rule{failing}, nil, nil)
	expect(t, judge(t, set, cards(t, `{}`)), "")
	if set.Rule("broken") != failing || failing.Running() || failing.Close(ctx) != nil {
		t.Error("a rule that does not run is still declared")
	}
}

func TestFiltersMatch(t *testing.T) {
	c := compiler(t)
	f, err := c.Filter(ctx, `client.nextContactAt < now && 10 / size(client.tags) == 5`, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	notes := strings.Repeat("n", 4000) // more than one batch of them
	three := cards(t, `{"notes":"`+notes+`","nextContactAt":"2026-11-21T11:59:59Z","tags":["a","b"]}`,
		`{"notes":"`+notes+`","nextContactAt":"2026-11-21T12:00:01Z","tags":["a","b"]}`, `{"nextContactAt":"2026-11-21T11:00:00Z"}`)
	var list [][]byte
	for range 500 {
		list = append(list, three...)
	}
	matched := make([]bool, len(list))
	for i := range matched {
		matched[i] = true // what was there before is overwritten
	}
	var failed int
	if err := f.Match(ctx, noon, list, matched, func(card []byte, why string) {
		if failed++; !bytes.Equal(card, three[2]) || !strings.Contains(why, "division by zero") || !strings.Contains(why, "column 34") {
			t.Errorf("%d bytes failed: %s", len(card), why)
		}
	}); err != nil || failed != len(list)/3 {
		t.Fatal(failed, err)
	}
	for i := range matched {
		if matched[i] != (i%3 == 0) {
			t.Fatalf("card %d: %v", i, matched[i])
		}
	}
	var bad *crm.InvalidError
	if _, err := c.Filter(ctx, `client.nam == ""`, nil); !errors.As(err, &bad) || bad.Problems[0].Field != "filter" || !strings.Contains(bad.Problems[0].Message, "column") {
		t.Errorf("an unknown field: %v", err)
	}
}

func TestEqualitiesAreTakenOutOfAFilter(t *testing.T) {
	c := compiler(t)
	lists := map[string]bool{"manager": false, "tags": true}
	f, err := c.Filter(ctx, "client.manager == 'a' &&\n 10 / size(client.tags) == 5 && 'x' in client.tags", lists)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close(ctx) }()
	if got := fmt.Sprintf("%+v", f.Equalities); got != "[{Field:manager Values:[a] Not:false} {Field:tags Values:[x] Not:false}]" || f.Residue != "10 / size(client.tags) == 5" {
		t.Errorf("taken %s, left %s", got, f.Residue)
	}
	matched := make([]bool, 3)
	err = f.Match(ctx, noon, cards(t, `{"manager":"b","tags":["a","b"]}`, `{}`, `{"tags":["x"]}`), matched, func(_ []byte, why string) {
		if !strings.Contains(why, "line 2, column 5") { // where its author wrote it
			t.Error(why)
		}
	})
	if err != nil || fmt.Sprint(matched) != "[true false false]" {
		t.Errorf("the residue held for %v: %v", matched, err)
	}
	none, err := c.Filter(ctx, `client.manager != ""`, lists)
	if err != nil || none.Residue != "" || none.Close(ctx) != nil {
		t.Errorf("%+v, %v", none, err)
	}
	if _, err := c.Filter(ctx, `client.manager == "a" && client.nam == ""`, lists); err == nil || !strings.Contains(err.Error(), "column 32") {
		t.Errorf("an unknown field beside an equality: %v", err)
	}
}

const (
	known   = "sha256:0000000000000000000000000000000000000000000000000000000000000001"
	missing = "sha256:0000000000000000000000000000000000000000000000000000000000000002"
)

// guest is a foreign module: what it says of every card is given.
type guest struct {
	description abi.Description
	refuse      error // what Configure answers
	say         func(card int) ([]byte, error)
	fuel        func(card int) int64 // nil: it spends none
	closed      *int
	asked       *[]abi.Configured
	memory      func() int64 // nil: a page
	depends     bool         // on what it judged before
	undecided   bool         // whether it does
	failed      bool         // every client of the trial
	tooDear     bool         // for a client of the trial, in some order
}

func (g guest) Digest() string                                  { return known }
func (g guest) Description() abi.Description                    { return g.description }
func (g guest) Configure(context.Context, abi.Configured) error { return g.refuse }
func (g guest) Determinism(context.Context, abi.Configured, time.Time, [][]byte) (abi.Determinism, error) {
	return abi.Determinism{Deterministic: !g.depends && !g.undecided, Undecided: g.undecided, Failed: g.failed, TooDear: g.tooDear, Reason: "client 3"}, nil
}
func (g guest) Close(context.Context) error { *g.closed++; return nil }

func (g guest) Evaluate(_ context.Context, _ time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	*g.asked = append(*g.asked, checks...)
	for check := range checks {
		for card := range batch.Len() {
			if g.fuel != nil {
				to.Spent(check, card, g.fuel(card))
			}
			if packed, fault := g.say(card); len(packed) > 0 || fault != nil {
				to.Results(check, card, packed, fault)
			}
		}
		memory := int64(64 << 10)
		if g.memory != nil {
			memory = g.memory()
		}
		if to.Memory != nil {
			to.Memory(check, memory)
		}
		if to.Took != nil {
			to.Took(check, time.Millisecond)
		}
	}
	return nil
}

func newGuest(say func(card int) ([]byte, error)) guest {
	return guest{say: say, closed: new(int), asked: new([]abi.Configured), description: abi.Description{ABI: 1, Checks: []abi.CheckDescription{
		{Name: "licence", Type: abi.TypeQuality, Settings: json.RawMessage(`{"type":"object","properties":{"days":{"type":"integer","minimum":1}},"additionalProperties":false}`)},
		{Name: "plain", Type: abi.TypeQuality}, {Name: "size", Type: abi.TypeSegmentation},
		{Name: "odd", Type: abi.TypeQuality, Settings: json.RawMessage(`{"type":5}`)},
	}}}
}

func (g guest) compiler(t *testing.T) *engine.Compiler {
	return newCompiler(t, func(context.Context, []byte) (engine.Module, error) { return g, nil })
}

// A client that costs a filter its fuel does not match, and is told of.
func TestAFilterThatIsOutOfFuelDoesNotMatch(t *testing.T) {
	g := newGuest(func(card int) ([]byte, error) {
		if card == 1 {
			return nil, errors.New("out of fuel")
		}
		return abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultLabel, Label: "match"}), nil
	})
	f, err := g.compiler(t).Filter(ctx, `client.name != ""`, nil)
	if err != nil {
		t.Fatal(err)
	}
	matched, told := []bool{true, true, true}, ""
	list := cards(t, `{"name":"A"}`, `{"name":"B"}`, `{"name":"C"}`)
	err = f.Match(ctx, noon, list, matched, func(card []byte, why string) {
		told += fmt.Sprint(bytes.Equal(card, list[1]), " ", why)
	})
	if err != nil || fmt.Sprint(matched) != "[true false true]" || told != "true out of fuel" {
		t.Errorf("matched %v, told %q: %v", matched, told, err)
	}
}

func moduleSpec(kind, check, rest string) string {
	return "{type: " + kind + ", module: {digest: '" + known + "', check: " + check + "}" + rest + "}"
}

func TestModuleRulesAreCheckedAgainstTheModule(t *testing.T) {
	for _, c := range []struct{ spec, field, code string }{
		{moduleSpec("Quality", "licence", ", settings: {days: 30}"), "", ""},
		{moduleSpec("Quality", "licence", ""), "", ""},
		{moduleSpec("Quality", "nothing", ""), "spec.module.check", "unknown_check"},
		{moduleSpec("Quality", "''", ""), "spec.module.check", "unknown_check"},
		{moduleSpec("Quality", "size", ""), "spec.type", "wrong_type"},
		{moduleSpec("Quality", "plain", ", settings: {days: 30}"), "spec.settings", "unknown_settings"},
		{moduleSpec("Quality", "licence", ", settings: {days: 0}"), "spec.settings.days", "invalid_settings"},
		{moduleSpec("Quality", "licence", ", settings: {dayz: 3}"), "spec.settings.dayz", "invalid_settings"},
		{moduleSpec("Quality", "odd", ", settings: {}"), "spec.module.check", "bad_schema"},
		{strings.Replace(moduleSpec("Quality", "plain", ""), known, missing, 1), "spec.module.digest", "unknown_module"},
	} {
		g := newGuest(nil)
		r, err := g.compiler(t).Compile(ctx, declared(t, "r", c.spec))
		if c.code == "" {
			if err != nil || !r.UsesNow || r.Digest != known {
				t.Errorf("%s: %+v, %v", c.spec, r, err)
			}
			continue
		}
		var bad *crm.InvalidError
		if !errors.As(err, &bad) || bad.Problems[0].Field != c.field || bad.Problems[0].Code != c.code {
			t.Errorf("%s: got %v, want %s %s", c.spec, err, c.field, c.code)
		}
		if *g.closed != 1 && c.code != "unknown_module" {
			t.Errorf("%s: the module was closed %d times", c.spec, *g.closed)
		}
	}
	g := newGuest(nil)
	g.refuse = errors.New("days must be even")
	var bad *crm.InvalidError
	if _, err := g.compiler(t).Compile(ctx, declared(t, "r", moduleSpec("Quality", "licence", ", settings: {days: 3}"))); !errors.As(err, &bad) ||
		bad.Problems[0].Code != "refused_settings" || !strings.Contains(err.Error(), "days must be even") || *g.closed != 1 {
		t.Errorf("settings the module refuses: %v", err)
	}
}

// A module with one check need not have it named, and a check that tells no type goes with any rule and any settings.
func TestARuleNeedNotNameTheOnlyCheck(t *testing.T) {
	for _, c := range []struct{ checkType, spec, want string }{
		{"", "{type: Quality, module: {digest: '" + known + "'}, settings: {any: 1}}", ""},
		{"", "{type: Segmentation, module: {digest: '" + known + "', check: only}}", ""},
		{abi.TypeQuality, "{type: Quality, module: {digest: '" + known + "'}}", ""},
		{abi.TypeQuality, "{type: Segmentation, module: {digest: '" + known + "'}}", "wrong_type"},
		{abi.TypeQuality, "{type: Quality, module: {digest: '" + known + "'}, settings: {any: 1}}", "unknown_settings"},
		{"", "{type: Quality, module: {digest: '" + known + "', check: other}}", "unknown_check"},
	} {
		g := newGuest(func(int) ([]byte, error) { return nil, nil })
		g.description.Checks = []abi.CheckDescription{{Name: "only", Type: c.checkType}}
		r, err := g.compiler(t).Compile(ctx, declared(t, "r", c.spec))
		if c.want != "" {
			var bad *crm.InvalidError
			if !errors.As(err, &bad) || bad.Problems[0].Code != c.want {
				t.Errorf("%s: %v, want %s", c.spec, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.spec, err)
			continue
		}
		judge(t, engine.NewSet(1, []*engine.Rule{r}, nil, nil), cards(t, `{}`))
		if len(*g.asked) != 1 || (*g.asked)[0].Check != "only" {
			t.Errorf("%s: asked %+v", c.spec, *g.asked)
		}
	}
}

func TestOneModuleRunsManyRulesAndItsFaultsAreTheRecords(t *testing.T) {
	finding := abi.ResultRow{Kind: abi.ResultFinding, Code: "late", Path: "contracts[0]", RowID: "k1", Params: []abi.Param{{Key: "days", Value: "3"}}, Suggest: json.RawMessage(`"x"`)}
	g := newGuest(func(card int) ([]byte, error) {
		switch card {
		case 0:
			return nil, errors.New("unreachable executed")
		case 1:
			return abi.AppendResult(abi.AppendResult(nil, finding), finding), nil // twice: one finding
		case 2:
			return abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultLabel, Label: "big"}), nil // no word of a quality check
		case 3:
			return abi.AppendResult(abi.AppendResult(nil, finding), abi.ResultRow{Kind: abi.ResultError, Error: "no rate"}), nil
		}
		return nil, nil
	})
	c := g.compiler(t)
	set := engine.NewSet(1, []*engine.Rule{compile(t, c, "b", moduleSpec("Quality", "licence", ", settings: {days: 30}")), compile(t, c, "a", moduleSpec("Quality", "plain", ""))}, nil, nil)
	list := cards(t, `{}`, `{}`, `{}`, `{}`, `{}`)
	expect(t, judge(t, set, list), "a!unreachable executed; b!unreachable executed", "a:late contracts[0] k1; b:late contracts[0] k1",
		"a!a Quality check gave a label; b!a Quality check gave a label", "a!no rate; b!no rate", "")
	if asked := fmt.Sprint(*g.asked); asked != `[{plain  0 0 0 false 0} {licence {"days":30} 0 0 0 false 0}]` {
		t.Errorf("the module was asked %s, want both checks at once", asked)
	}
	if s := set.Rule("a").Stats(); s.Evaluated != 5 || s.Errors != 3 || s.Last.Text != "no rate" {
		t.Errorf("stats %+v", s)
	}
	if s := set.Rule("a").Trial().Stats(); s.Evaluated != 0 || s.Errors != 0 {
		t.Errorf("a trial begins with %+v", s)
	}
}
