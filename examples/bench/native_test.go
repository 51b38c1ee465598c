package main

import (
	"encoding/json"
	"reflect"
	"testing"

	"assay/server/crm"
)

// odd are clients that the invented base has none of: a contact without a name, and one with nothing at all.
var odd = []string{
	`{"id":1,"kind":"company","name":"ООО «Ромашка»","contacts":[{"id":"c1"},{"id":"c2","name":"Петров Иван"}]}`,
	`{"id":2,"kind":"person","name":"Светлова Анна","manager":"ivanov","channels":[{"id":"h1","type":"phone","value":"+74957480113"}]}`,
	`{"id":3,"kind":"soleTrader","channels":[{"id":"h1","type":"phone","value":""}]}`,
}

func oddCards(t *testing.T) (cards [][]byte) {
	t.Helper()
	for _, text := range odd {
		var c crm.Client
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			t.Fatal(err)
		}
		card, err := crm.EncodeCard(nil, &c)
		if err != nil {
			t.Fatal(err)
		}
		cards = append(cards, card)
	}
	return cards
}

// The openers hold what they open to the results of the checks in Go.
func TestRulesGiveTheResultsOfTheChecksInGo(t *testing.T) {
	cards := oddCards(t)
	for name, open := range map[string]bool{"fused": true, "apart": false} {
		e, err := openRules(open)(t.Context(), &base{dir: t.TempDir(), cards: cards}, cards)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := openNativeClients(t.Context(), nil, cards); err != nil {
		t.Error(err)
	}
}

func TestTheReportOfAChangedRule(t *testing.T) {
	b := &base{cards: oddCards(t)}
	before, err := expected(b, false)
	if err != nil {
		t.Fatal(err)
	}
	after, err := expected(b, true)
	if err != nil {
		t.Fatal(err)
	}
	if before.Violating != 2 || after.Violating != 3 {
		t.Errorf("%d clients have findings before and %d after, not 2 and 3", before.Violating, after.Violating)
	}
	if want := (pageRule{Name: "contact-job-title", Clients: 1, Findings: 2}); before.Rules[contactJobTitle] != want {
		t.Errorf("the figures are %+v, not %+v", before.Rules[contactJobTitle], want)
	}
	if want := (pageRule{Name: "main-manager", Clients: 3, Findings: 3}); after.Rules[mainManager] != want {
		t.Errorf("the figures of the changed rule are %+v, not %+v", after.Rules[mainManager], want)
	}
	got := after.Items[1].Findings
	want := []pageFinding{{Rule: "main-manager", Path: "manager", Message: "No main manager. Assign one."}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the client without a source has %+v, not %+v", got, want)
	}
	if err := samePage(after, before); err == nil {
		t.Error("two reports that differ pass for the same")
	}
}
