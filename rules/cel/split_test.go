package cel_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/rules/cel"
)

// facets are the fields that the tests take out: texts, and lists of texts.
var facets = map[string]bool{"manager": false, "stage": false, "tags": true}

func TestSplitFilter(t *testing.T) {
	for _, c := range []struct{ filter, taken, rest, residue string }{
		{`client.manager == "a"`, `manager [a]`, ``, ``},
		{`"a" != client.manager`, `not manager [a]`, ``, ``},
		{`client.stage in ["a", 'b']`, `stage [a b]`, ``, ``},
		{`!(client.stage == "a" || client.stage in ["b", ""])`, `not stage [a b ]`, ``, ``},
		{`has(client.stage) && !has(client.manager)`, `not stage [], manager []`, ``, ``},
		{`"vip" in client.tags && client.tags.exists(x, "eu" == x)`, `tags [vip], tags [eu]`, ``, ``},
		{"client.manager == 'x' &&\n  (client.stage) == \"\\u0061\" && client.unsubscribed", `manager [x], stage [a]`,
			"true                 &&\n   true                     && client.unsubscribed", `client.unsubscribed`},
		{`(client.name == "п && п" && (client.manager == "x"))`, `manager [x]`, `(client.name == "п && п" &&  true                   )`, `client.name == "п && п"`},
		{"client.manager == 'x' // && (\n && client.unsubscribed", `manager [x]`, "true                        \n && client.unsubscribed", `client.unsubscribed`},
		{"(client.manager == 'x' && has(client.name)) // )\n && client.unsubscribed", `manager [x]`, "has(client.name) && client.unsubscribed", `has(client.name) && client.unsubscribed`},
		{"client.`manager` == \"a\" && client.contacts.all(c, c.name != \"\")", `manager [a]`,
			"true                  && client.contacts.all(c, c.name != \"\")", `client.contacts.all(c, c.name != "")`},
	} {
		s := cel.SplitFilter(c.filter, facets)
		if got := takenOf(s); got != c.taken || s.Residue != c.residue || s.Rest != c.rest && strings.Join(strings.Fields(s.Rest), " ") != strings.Join(strings.Fields(c.rest), " ") {
			t.Errorf("%s\ntaken %s, want %s\nleft  %q\nwant  %q\nshown %s", c.filter, got, c.taken, s.Rest, c.rest, s.Residue)
		}
		if s.Rest != "" && strings.Contains(s.Rest, "true") && len(s.Rest) != len(c.filter) {
			t.Errorf("%s: what is left has moved: %q", c.filter, s.Rest)
		}
	}
}

// What looks like an equality and is none stays where it is.
func TestSplitFilterLeavesTheRest(t *testing.T) {
	for _, filter := range []string{
		`client.name == "a"`, `client.manager == client.stage`, `client.manager == "a" || client.stage == "b"`, `client.stage != "a" || client.stage != "b"`,
		`"" in client.tags`, `client.tags.exists(t, t != "a")`, `client.tags.exists(t, client.manager == "a")`, `client.tags.all(t, t == "a")`,
		`client.stage in []`, `client.stage in ["a", client.name]`, `client.manager in client.tags`, `client.contacts.exists(client, client.manager == "a")`,
		`client.manager == "a" ? true : false`, `client.properties.manager == "a"`, `client.manager < "a"`, `client.manager`, ``, `client.manager == "a" &&`,
	} {
		if s := cel.SplitFilter(filter, facets); len(s.Equalities) != 0 || s.Rest != filter || s.Residue != filter {
			t.Errorf("%s: %+v", filter, s)
		}
	}
}

func takenOf(s cel.Split) string {
	var words []string
	for _, q := range s.Equalities {
		words = append(words, strings.TrimPrefix(fmt.Sprintf("not %s %v", q.Field, q.Values), map[bool]string{false: "not "}[q.Not]))
	}
	return strings.Join(words, ", ")
}

// FuzzSplitFilter: what is left of a filter that compiles does so too.
func FuzzSplitFilter(f *testing.F) {
	f.Add(`client.manager == "a" && (has(client.stage) && 1 / size(client.tags) > 0)`)
	f.Add("((client.manager in ['a']) && // (\n true) && !('x' in client.tags)")
	env := newEnv(f)
	f.Fuzz(func(t *testing.T, filter string) {
		s := cel.SplitFilter(filter, facets)
		if _, err := env.CompileFilter(filter); err != nil || s.Rest == "" {
			return
		}
		for _, left := range []string{s.Rest, s.Residue} {
			if _, err := env.CompileFilter(left); err != nil {
				t.Fatalf("%q\nleft %q: %v", filter, left, err)
			}
		}
	})
}
