package cel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// badRules each do what is theirs alone to bear, on some of largeCards.
var badRules = []cel.Check{
	{Name: "arena", Type: "Quality", Require: `client.name + client.name + client.name + client.name == client.notes`, Path: "name",
		Message: map[string]string{"en": "{{ client.name + client.manager }} {{ size(client.contacts) }}"}},
	{Name: "arena-too", Type: "Segmentation", Label: `size(client.name + client.name + client.name) > 200000 ? string(size(client.name)) : ""`},
	{Name: "rows", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: "false", Path: "contacts[].name"},
	{Name: "large", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: "size(client.contacts) < 90",
		Message: map[string]string{"en": "{{ client.notes }}{{ client.id }}"}},
	{Name: "fails", Type: "Quality", Require: `10 / size(client.contacts) > 3`, Path: "contacts", Message: map[string]string{"en": "many"}},
	{Name: "fails-later", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: `10 / size(p.channels) > 3`, Path: "contacts[]"},
	{Name: "dear", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: `p.jobTitle != "" && client.tags.all(t, t != p.name)`, Fuel: 2000},
	{Name: "dear-rows", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: `size(p.name) < 9 && p.jobTitle != "boss"`, Fuel: 5000},
	{Name: "dear-match", Type: "Quality", Match: `client.contacts.all(a, client.contacts.all(b, a.id >= ""))`, Require: "client.id != 0", Fuel: 3000},
	{Name: "dear-call", Type: "Quality", Require: `client.name.contains(client.manager + "y") || client.notes.matches("a+b")`, Fuel: 150_000},
	{Name: "dearest", Type: "Quality", Require: `client.manager != ""`, Fuel: 1},
	{Name: "long-label", Type: "Segmentation", Label: `client.name + "\u0001"`},
}

func largeCards(t *testing.T) (cards [][]byte) {
	t.Helper()
	_, cards = vectors(t) // hostile ones too
	clients := testClients()
	for _, n := range []int{5, 80, 95, 150, 600, 1200, 45_000, 45_020, 170_000, 240_000, 90_000, 150_000} {
		c := &crm.Client{ID: int64(n), Kind: "company", Name: strings.Repeat("x", n), Manager: strings.Repeat("x", 3*min(1, 50_000/n)), Notes: strings.Repeat("ы", 70)}
		for i := range n % 5_000 {
			c.Contacts = append(c.Contacts, crm.Contact{ID: fmt.Sprint("c", i), Name: "Анна", JobTitle: []string{"", "директор"}[i%2]})
		}
		clients = append(clients, c)
	}
	for _, c := range clients {
		cards = append(cards, cardOf(t, c))
	}
	return cards
}

// A rule that ends in an error, costs too much, has too much to say or makes values without end does so alone: the
// good ones around it judge as they do by themselves.
func TestABadRuleSpoilsNoOther(t *testing.T) {
	var checks []cel.Check
	for i, bad := range badRules {
		good := fiveChecks[i%len(fiveChecks)]
		good.Name = fmt.Sprint(good.Name, "-", i)
		checks = append(checks, good, bad)
	}
	all := compareFused(t, newEnv(t), checks, largeCards(t))
	for i, c := range checks {
		if i%2 == 0 {
			continue
		}
		failed, said := 0, 0
		for _, s := range all[i] {
			if strings.Contains(string(s.rows), "\x04\x0b") { // an error row
				failed++
			} else if len(s.rows) > 0 {
				said++
			}
		}
		if c.Name != "rows" && c.Name != "large" && failed == 0 || c.Name != "dearest" && c.Name != "long-label" && said == 0 {
			t.Errorf("%s ends in an error on %d cards, and says something of %d: it shows nothing here", c.Name, failed, said)
		}
	}
}

// Of a card that there is too much to say of for one module, each rule says what it has by itself.
func TestTooMuchToSayIsLeftToTheRules(t *testing.T) {
	var checks []cel.Check
	for i := range 4 {
		checks = append(checks, cel.Check{Name: fmt.Sprint("rows-", i), Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: "false", Message: map[string]string{"en": "{{ p.name }}"}})
	}
	apart, fused, constants, closeAll := fuse(t, newEnv(t), checks)
	defer closeAll()
	few, many := &crm.Client{Contacts: make([]crm.Contact, 3)}, &crm.Client{Contacts: slices.Repeat([]crm.Contact{{Name: "Анна Петровна"}}, 950)}
	batch := batchOf(cardOf(t, few), cardOf(t, many), cardOf(t, few))
	all, left := judgedFused(t, fused, constants, checks, "1111", batch)
	if fmt.Sprint(left) != "[1]" {
		t.Fatalf("left cards %v, want the one with many contacts", left)
	}
	want := judgedApart(t, apart, checks, batch)
	if len(want[0][1].rows) < abi.MaxFusedBytes/4 {
		t.Fatalf("%d bytes of results", len(want[0][1].rows))
	}
	equal(t, checks, want, all, "1111", left)
}

func TestFuseBounds(t *testing.T) {
	if _, err := cel.Fuse(nil); err == nil {
		t.Error("no checks were fused")
	}
	one := compile(t, newEnv(t), fiveChecks[0])
	if _, err := cel.Fuse(make([]*cel.Compiled, cel.MaxFused+1)); err == nil || !strings.Contains(err.Error(), "1 to 128") {
		t.Error(err)
	}
	b, err := cel.Fuse([]*cel.Compiled{one})
	if err != nil {
		t.Fatal(err)
	}
	m := load(t, b.Wasm)
	if err := m.Configure(t.Context(), abi.Configured{Check: abi.FusedCheck, Settings: "11", Isolation: abi.IsolateNone}); err == nil || !strings.Contains(err.Error(), "a byte for each rule") {
		t.Error(err)
	}
}
