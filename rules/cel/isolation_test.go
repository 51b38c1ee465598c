package cel_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/wasm"
)

// outcomes evaluates the module's check on the cards and shows what came of each, its cost included.
func outcomes(t *testing.T, m *wasm.Module, isolation abi.Isolation, size int, cards [][]byte) []string {
	t.Helper()
	shown := make([]string, len(cards))
	for start := 0; start < len(cards); start += size {
		part := cards[start:min(start+size, len(cards))]
		checks := []abi.Configured{{Check: m.Description().Checks[0].Name, Isolation: isolation, OwnCost: true}}
		err := m.Measure(context.Background(), evaluationTime, checks, batchOf(part...), abi.Receiver{
			Spent: func(_, card int, fuel int64) { shown[start+card] = fmt.Sprint(fuel) },
			Results: func(_, card int, results []byte, fault error) {
				shown[start+card] += fmt.Sprintf(" %x %v", results, fault)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return shown
}

// The modules of this compiler keep nothing between records: it makes no difference whether they are set
// back before each, and how the records are cut. This is why rules in CEL run without isolation.
func TestModulesKeepNothing(t *testing.T) {
	env := newEnv(t)
	checks := append([]cel.Check{
		{Name: "arena", Type: "Quality", Require: `client.name + client.name + client.name + client.name == client.notes`, Path: "name",
			Message: map[string]string{"en": "{{ client.name + client.manager }} {{ size(client.contacts) }}"}},
		{Name: "rows", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "p", Require: "false", Message: map[string]string{"en": "{{ client.id }} {{ p.name }}"}},
		{Name: "fails", Type: "Quality", Require: `10 / size(client.contacts) > 3`, Path: "contacts", Message: map[string]string{"en": "many"}},
		{Name: "label", Type: "Segmentation", Label: `client.kind + "-" + client.companySize`},
	}, fiveChecks...)
	_, cards := vectors(t) // hostile ones too
	clients := testClients()
	for _, n := range []int{5, 170_000, 240_000, 90_000, 150_000} { // all but two exceed the room for texts
		clients = append(clients, &crm.Client{Name: strings.Repeat("x", n), Contacts: make([]crm.Contact, n/500)})
	}
	for _, c := range clients {
		cards = append(cards, cardOf(t, c))
	}
	for _, c := range checks {
		t.Run(c.Name, func(t *testing.T) {
			m := load(t, compile(t, env, c).Wasm)
			want := outcomes(t, m, abi.IsolateRecord, len(cards), cards)
			for name, isolation := range map[string]abi.Isolation{"batch": abi.IsolateBatch, "none": abi.IsolateNone} {
				for _, size := range []int{len(cards), 7, 1} {
					for i, got := range outcomes(t, m, isolation, size, cards) {
						if got != want[i] {
							t.Errorf("%s, batches of %d, client %d: got %s, apart %s", name, size, i, got, want[i])
						}
					}
				}
			}
			d, err := m.Determinism(t.Context(), abi.Configured{Check: c.Name, OwnCost: true}, evaluationTime, cards)
			if err != nil || !d.Deterministic || !d.FuelExact {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}
