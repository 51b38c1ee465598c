package cel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/server/crm"
)

// TestListsMeanWhatCELSays compares the lists extension with cel-go's interpreter on every test client.
func TestListsMeanWhatCELSays(t *testing.T) {
	compilesMuch(t)
	c := newComparison(t, testClients())
	for group, list := range listExpressions {
		t.Run(group, func(t *testing.T) { c.all(t, list) })
	}
}

// Lists of every kind that lists have in a module.
var listsOfAllKinds = []string{`[]`, `[3, 1, 2, 1]`, `client.tags`, `client.tags + client.industries`, `client.contacts`, `client.contacts.map(k, k.name)`,
	`client.contracts.map(k, k.amount)`, `[client.kind, "b", "a"]`, `[now, client.birthday, client.createdAt]`, `[duration("2h"), duration("90m")]`, `[true, client.unsubscribed, false]`,
	`[2u, uint(client.id)]`, `[b"b", b"", b"a"]`, `["яблоко", "ё", "е", "𝄞", "e\u0301", "é", "", "Z"]`, `[-0.0, 0.0, 1.5, -1e300]`, `client.properties.map(k, k).filter(k, k == "area")`}

var listExpressions = map[string][]string{
	"slice": append(pairs(listsOfAllKinds, []string{"0, 0", "0, 2", "1, 2", "2, 1", "-1, 1", "0, -1", "1, 100", "100, 100", "9223372036854775807, 9223372036854775807",
		"-9223372036854775808, 2", "4294967296, 4294967297", "client.completeness, client.id"}, `%s.slice(%s)`),
		`client.contacts.slice(0, 1)[0].name`, `client.contacts.slice(1, 3).exists(k, k.jobTitle != "")`, `client.tags.slice(0, 1).map(t, t + "!")`, `[1, 2, 3].slice(1, 3)[0] + 1`,
		`dyn("abc").slice(0, 1)`, `client.tags.slice(0, 2) + client.tags.slice(1, 2)`, `client.tags.slice(0, 1).size()`),
	"reverse": append(over(listsOfAllKinds, `%s.reverse()`), `client.contacts.reverse().map(k, k.name)`, `client.tags.reverse().reverse() == client.tags`, `dyn(1).reverse()`,
		`dyn(client.name).reverse()`, `dyn(client.tags).reverse()`, `dyn(client.contacts.map(k, k.name)).reverse()[0]`, `dyn({}).reverse()`, `[dyn("яб"), dyn([1, 2])].map(x, x.reverse())`, `{"a": client.name}["a"].reverse() + "x"`),
	"distinct": append(over(slices.DeleteFunc(slices.Clone(listsOfAllKinds), func(s string) bool { return s == "client.contacts" }), `%s.distinct()`), `[1, dyn(1u), dyn(1.0), 2, dyn("1"), dyn([1]), dyn([1.0]), dyn(null), dyn(null)].distinct()`, `[0.0 / 0.0, 0.0 / 0.0].distinct()`, `[{"a": 1}, {"a": 1}].distinct()`, `(client.tags + client.tags).distinct()`, `dyn(1).distinct()`),
	"sort": {`[].sort()`, `[3, 1, 2, 1].sort()`, `client.tags.sort()`, `(client.tags + client.industries).sort()`, `client.contacts.map(k, k.name).sort()`, `client.contracts.map(k, k.amount).sort()`,
		`[client.kind, "b", "a"].sort()`, `[now, client.birthday, now + duration("1ns"), client.createdAt].sort()`, `[duration("2h"), duration("90m")].sort()`, `[true, client.unsubscribed, false].sort()`,
		`[2u, 18446744073709551615u, uint(client.id)].sort()`, `[b"b", b"", b"a", b"\xff"].sort()`, `["яблоко", "ё", "е", "𝄞", "e\u0301", "é", "", "Z", "\uffff"].sort()`,
		`[1.0, 0.0 / 0.0, 0.5, -1.0].sort()`, `[0.0 / 0.0, 2.0, 0.0 / 0.0, 1.0].sort()`, `[0.0, -0.0, 0.0].sort()`, `[9223372036854775807, -9223372036854775808, 0].sort()`,
		`dyn([dyn(1), dyn("a")]).sort()`, `dyn([dyn(1), dyn(1u)]).sort()`, `dyn([dyn(null)]).sort()`, `dyn([dyn([1])]).sort()`, `dyn([dyn({})]).sort()`, `dyn([dyn(null), dyn(null)]).sort()`, `dyn([dyn(1), dyn(null)]).sort()`, `dyn(7).sort()`, `dyn([dyn("a")]).sort()`,
		`lists.range(40).map(i, i * 7 % 41).sort()`, `lists.range(100).map(i, string(i * 37 % 101)).sort()`, `lists.range(25).map(i, double(i) * -1.5).sort()`, `lists.range(13).reverse().sort()`, `lists.range(24).reverse().sort()`, `lists.range(26).sort()`},
	"sortBy": {`client.contacts.sortBy(k, k.name).map(k, k.name)`, `client.contacts.sortBy(k, k.birthday).map(k, k.name)`, `client.contacts.sortBy(k, size(k.channels)).map(k, k.name)`, `client.tags.sortBy(t, size(t))`, `client.tags.sortBy(t, -size(t))`,
		`client.tags.sortBy(t, 1 / (size(t) - 3))`, `[3, 1, 2].sortBy(i, i == 2)`, `[].sortBy(i, i)`, `lists.range(30).sortBy(i, i * 7 % 31)`, `client.contracts.sortBy(k, k.amount)[0].number`, `["b", "a"].sortBy(t, dyn(t == "a" ? dyn(1) : dyn("x")))`,
		`(client.tags + client.industries).sortBy(t, client.name + t)`, `client.contacts.map(k, k.channels).sortBy(l, l.size()).size()`, `[1, 2, 3].sortBy(i, dyn(null))`, `client.contacts.filter(k, k.name != "").sortBy(k, k.jobTitle).map(k, k.name)`, `client.properties.map(k, k).sortBy(k, client.properties[k])`},
	"flatten": {`[[1, 2], [], [3]].flatten()`, `[client.tags, client.industries, client.managers].flatten()`, `client.contacts.map(k, k.channels).flatten().map(h, h.value)`, `client.contacts.map(k, k.channels).flatten().exists(h, h.state == "dead")`, `[[[1], [2]], [[3]]].flatten()`,
		`[dyn(1), dyn([2, dyn([3, dyn([4])])])].flatten(0)`, `[dyn(1), dyn([2, dyn([3, dyn([4])])])].flatten(1)`, `[dyn(1), dyn([2, dyn([3, dyn([4])])])].flatten(2)`, `[dyn(1), dyn([2, dyn([3, dyn([4])])])].flatten(9223372036854775807)`,
		`[dyn(1)].flatten(-1)`, `[dyn([1])].flatten(client.completeness)`, `[dyn(null), dyn({"a": [1]}), dyn("x")].flatten(3)`, `dyn([1, 2]).flatten()`, `dyn(1).flatten()`, `dyn([]).flatten(-1)`, `[client.contacts, client.contacts].flatten().map(k, k.name)`, `[[1], [2]].flatten().map(i, i + 1)`},
	"range": {`lists.range(0)`, `lists.range(5)`, `lists.range(-1)`, `lists.range(1000001)`, `lists.range(9223372036854775807)`, `lists.range(size(client.tags)).map(i, client.tags[i])`, `lists.range(client.completeness).size()`, `lists.range(10000).filter(i, i % 5000 == 1)`, `lists.range(dyn("a"))`},
	"membership": append(append(append(
		pairs(memberships, memberships, `%s.hasAll(%s)`), pairs(memberships, memberships, `%s.hasAny(%s)`)...), pairs(memberships, memberships, `%s.hasExactly(%s)`)...), pairs(memberships, memberships, `%s.hasOnly(%s)`)...),
}

var memberships = []string{`dyn(client.tags)`, `dyn(["vip"])`, `dyn([])`, `dyn(["spring", "vip", "vip"])`, `dyn([1, dyn(2.0)])`, `dyn("vip")`, `dyn([dyn(1u)])`}

// TestListsInsideOfLoops: what a function makes is given up with the turn of the loop, not before.
func TestListsInsideOfLoops(t *testing.T) {
	client := &crm.Client{Kind: "company", Tags: []string{"b", "a"}}
	for i := range 100 {
		client.Contacts = append(client.Contacts, crm.Contact{Name: fmt.Sprint("name ", i), Channels: []crm.Channel{{Value: strings.Repeat("x", i%7)}, {Value: "y"}}})
	}
	c := newComparison(t, []*crm.Client{client})
	c.all(t, []string{
		`client.contacts.all(k, lists.range(500).reverse()[0] == 499 && (client.tags + [k.name]).sort()[0] == "a")`,
		`client.contacts.exists_one(k, k.channels.map(h, h.value).sort().reverse().distinct().slice(0, 1)[0] == "none")`,
		`client.contacts.map(k, k.channels.sortBy(h, size(h.value))).flatten().map(h, size(h.value)).sort().slice(190, 200)`,
		`client.contacts.sortBy(k, size(k.channels[0].value)).slice(0, 12).map(k, size(k.channels[0].value))`,
		`client.contacts.map(k, k.name).sort().slice(50, 80)`,
	})
}

// TestEqualKeysKeepTheirOrder: cel-go does not say in which order they come, here it is the list's.
func TestEqualKeysKeepTheirOrder(t *testing.T) {
	c := newComparison(t, testClients()[:1])
	values, failures := c.values(t, `lists.range(100).sortBy(i, i % 3) == lists.range(100).filter(i, i % 3 == 0) + lists.range(100).filter(i, i % 3 == 1) + lists.range(100).filter(i, i % 3 == 2)`)
	if values[0] != "b1" || failures[0] != "" {
		t.Errorf("gives %s %s", values[0], failures[0])
	}
}

// TestListsAreBounded: a list that does not fit into the memory of a record is an error.
func TestListsAreBounded(t *testing.T) {
	c := newComparison(t, testClients()[:1])
	for _, expr := range []string{`lists.range(100000).size()`, `lists.range(30000).reverse().reverse().size()`, `[lists.range(30000), lists.range(30000)].flatten().size()`} {
		if _, failures := c.values(t, expr); !strings.Contains(failures[0], "exceed 1 MiB") {
			t.Errorf("%s: %q", expr, failures[0])
		}
	}
}

func (c *comparison) values(t tester, expr string) (values, failures []string) {
	t.Helper()
	module, err := c.env.CompileValue(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return valuesOfModule(t, module, c.cards...)
}
