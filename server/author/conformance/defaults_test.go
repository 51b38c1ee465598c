package conformance_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/cases"
	"assay/server/engine"
	"assay/server/intake"
)

// defaults are the checks of the module defaults in their order, and what they must give.
var defaults = []expectation{
	{"main-manager", ``, func(c abi.Client) []abi.ResultRow { return unless(c.Manager() != "", "main-manager", "manager") }},
	{"contact-information", ``, func(c abi.Client) []abi.ResultRow { return unless(reachable(c), "contact-information", "channels") }},
	{"contact-person", ``, func(c abi.Client) []abi.ResultRow {
		return unless(c.Kind() != abi.ClientKindCompany || c.Contacts().Len() > 0, "contact-person", "contacts")
	}},
	{"contact-job-title", ``, jobTitleWanted},
	{"tax-id", ``, func(c abi.Client) []abi.ResultRow {
		business := c.Kind() == abi.ClientKindCompany || c.Kind() == abi.ClientKindSoleTrader
		return unless(!business || c.TaxID() != "", "tax-id", "taxId")
	}},
}

func unless(good bool, code, path string) []abi.ResultRow {
	if good {
		return nil
	}
	return []abi.ResultRow{finding(code, path)}
}

func reachable(c abi.Client) bool {
	any := func(channels abi.ChannelRows) bool {
		for i := range channels.Len() {
			if channels.At(i).Value() != "" {
				return true
			}
		}
		return false
	}
	for i := range c.Contacts().Len() {
		if any(c.Contacts().At(i).Channels()) {
			return true
		}
	}
	return any(c.Channels())
}

func jobTitleWanted(c abi.Client) (rows []abi.ResultRow) {
	for i := range c.Contacts().Len() {
		contact := c.Contacts().At(i)
		if contact.JobTitle() != "" {
			continue
		}
		row := finding("contact-job-title", fmt.Sprintf("contacts[%d].jobTitle", i))
		row.RowID = contact.ID()
		for _, nobody := range [][2]string{{"en", "A contact without a name"}, {"ru", "без имени"}, {"uk", "без імені"}} {
			row.Params = append(row.Params, abi.Param{Key: nobody[0], Value: cmp.Or(contact.Name(), nobody[1])})
		}
		rows = append(rows, row)
	}
	return rows
}

// The default checks in each language say what the built-in rules say, in their words: their results are those of the reference,
// byte by byte, which finds what the built-in rules find.
func TestDefaults(t *testing.T) {
	host, log := newHost(t)
	for _, e := range defaults {
		module, err := host.Load(t.Context(), builtInRule(t, e.check).Wasm)
		if err != nil {
			t.Fatal(err)
		}
		e.findsTheSame(t, guest{module: module, log: log})
	}
	for _, l := range languages {
		t.Run(l, func(t *testing.T) {
			t.Parallel()
			g := guest{l, load(t, host, l, "defaults"), log}
			sameDescription(t, g.module.Description(), defaultsDescription(t))
			for _, e := range defaults {
				t.Run(e.check, func(t *testing.T) {
					e.hold(t, g, testCards(t).vectors)
					e.hold(t, g, testCards(t).known())
					e.cases(t, g)
				})
			}
		})
	}
}

// defaultsDescription is made of the built-in manifests. A message of a module has no expressions: where a built-in one
// has an expression, there stands the parameter named as the language.
func defaultsDescription(t *testing.T) abi.Description {
	t.Helper()
	d := abi.Description{ABI: abi.ModuleVersion}
	for _, e := range defaults {
		texts := map[string]string{}
		for language, text := range ruleOf(t, e.check).Spec.Message {
			if before, rest, ok := strings.Cut(text, "{{"); ok {
				_, after, _ := strings.Cut(rest, "}}")
				text = before + "{{ " + language + " }}" + after
			}
			texts[language] = text
		}
		d.Checks = append(d.Checks, abi.CheckDescription{Name: e.check, Type: abi.TypeQuality, Messages: map[string]map[string]string{e.check: texts}})
	}
	return d
}

func builtInRule(t *testing.T, name string) builtin.Default {
	t.Helper()
	all := builtin.All()
	i := slices.IndexFunc(all, func(d builtin.Default) bool { return d.Name == name })
	if i < 0 || len(all) != len(defaults) {
		t.Fatalf("%d rules are built in, and %s is not or is one of them", len(all), name)
	}
	return all[i]
}

func ruleOf(t *testing.T, name string) *rules.Rule {
	t.Helper()
	object, err := rules.ParseOne(builtInRule(t, name).Manifest, rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return object.(*rules.Rule)
}

// findsTheSame compares code, path and row id of the reference with those of the committed module over all valid cards.
func (e expectation) findsTheSame(t *testing.T, builtIn guest) {
	t.Helper()
	over := testCards(t).known()
	wrong, found := 0, 0
	for i, o := range builtIn.judge(t, []abi.Configured{{Check: e.check}}, over)[0] {
		client, _ := over[i].client()
		got, want := identities(pack(e.want(client))), identities(o.results)
		found += len(want)
		if wrong < 3 && !slices.Equal(got, want) {
			wrong++
			t.Errorf("%s, card %s: the reference finds %q, the built-in rule %q", e.check, over[i].name, got, want)
		}
	}
	if found < 100 {
		t.Errorf("%s: %d findings in all: too few to show anything", e.check, found)
	}
}

func identities(results []byte) []string {
	return mapped(parsed(results), func(r abi.ResultRow) string { return r.Code + " " + r.Path + " " + r.RowID })
}

// cases runs the examples of the built-in rule.
func (e expectation) cases(t *testing.T, g guest) {
	t.Helper()
	d := builtInRule(t, e.check)
	examples, err := rules.ParseCases(d.Cases)
	if err != nil {
		t.Fatal(err)
	}
	messages := g.module.Description().Checks[g.module.Description().Check(e.check)].Messages
	written := intake.NewCards(engine.NewSet(0, nil, nil, nil), "RU", time.UTC)
	for _, c := range examples {
		bytes, err := cases.Card(c.Client, nil)
		if c.Raw {
			_, bytes, err = written.Card(c.Client, time.Now())
		}
		if err != nil {
			t.Fatalf("case %q: %v", c.Name, err)
		}
		results := g.judge(t, []abi.Configured{{Check: e.check}}, []card{{c.Name, bytes}})[0][0].results
		for _, what := range caseProblems(c, e.check, parsed(results), messages) {
			t.Errorf("case %q: %s", c.Name, what)
		}
	}
}

// caseProblems says how results differ from what a case expects.
func caseProblems(c rules.Case, name string, got []abi.ResultRow, messages map[string]map[string]string) (problems []string) {
	if len(got) != len(c.Findings) {
		return []string{fmt.Sprintf("%d findings, want %d", len(got), len(c.Findings))}
	}
	for _, want := range c.Findings {
		i := slices.IndexFunc(got, func(r abi.ResultRow) bool { return r.Path == want.Path })
		if i < 0 {
			problems = append(problems, "no finding at "+want.Path)
			continue
		}
		row := got[i]
		if row.Code != cmp.Or(want.Code, name) || want.RowID != "" && row.RowID != want.RowID {
			problems = append(problems, fmt.Sprintf("the finding at %s has code %q and row id %q", row.Path, row.Code, row.RowID))
		}
		for language, text := range want.Message {
			if said := rules.Render(messages[row.Code][language], parameters(row)); said != text {
				problems = append(problems, fmt.Sprintf("the finding at %s says in %s\n     %s\nwant %s", row.Path, language, said, text))
			}
		}
	}
	return problems
}

func parameters(row abi.ResultRow) func(string) (string, bool) {
	return func(key string) (string, bool) {
		i := slices.IndexFunc(row.Params, func(p abi.Param) bool { return p.Key == key })
		if i < 0 {
			return "", false
		}
		return row.Params[i].Value, true
	}
}
