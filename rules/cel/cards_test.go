package cel_test

import (
	"os"
	"path/filepath"
	"testing"

	"assay/rules/cel"
	"assay/server/crm"
	"assay/server/wasm"
)

// readings are expressions that together read every kind of slot at every depth.
var readings = []string{
	`client.id`, `client.name`, `client.kind`, `client.manager`, `client.industries.exists(i, i != "")`, `size(client.tags)`, `client.unsubscribed`, `client.notes`,
	`client.completeness`, `client.activity.revenue`, `client.activity.interactions`, `has(client.id)`, `has(client.name)`, `has(client.birthday)`, `has(client.verifiedAt)`,
	`has(client.tags)`, `has(client.contacts)`, `has(client.kind)`, `has(client.activity.revenue)`, `has(client.unsubscribed)`,
	`client.contacts.exists(p, p.channels.exists(c, c.value != ""))`, `client.channels.all(c, c.state == "working" || c.type == "")`, `client.contacts.exists(c, has(c.birthday))`,
	`client.contacts.exists_one(c, c.jobTitle == "")`, `client.contacts[0].name`, `client.contacts[0].channels[0].type`, `client.addresses[0].city`, `client.contracts.exists(k, k.amount > 1.0)`,
	`client.requisites.exists(r, r.bic != "")`, `client.properties.exists(k, client.properties[k] == k)`, `"loyalty" in client.properties`, `client.properties.loyalty`, `size(client.properties)`,
	`client.fields.gln`, `client.fields.licenceUntil == client.birthday`, `client.fields.score`, `client.fields.staff`, `client.fields.vip`, `has(client.fields.seenAt)`, `has(client.fields.gln)`,
	`client.birthday < client.createdAt`, `client.contacts.exists(c, c.birthday < client.verifiedAt)`, `"vip" in client.tags`, `client.manager in client.managers`,
}

// TestCardsOfAllAges compares with the oracle on the conformance cards that can be decoded: cards
// with fewer and with more slots than this version has are among them.
func TestCardsOfAllAges(t *testing.T) {
	compilesMuch(t)
	o := newOracle(t, customFields...)
	c := &comparison{env: newEnv(t, customFields...), oracle: o}
	names, cards := vectors(t)
	used := 0
	for i, card := range cards {
		client, err := crm.DecodeCard(card)
		if err != nil {
			continue
		}
		used++
		t.Run(names[i], func(t *testing.T) {
			one := *c
			one.cards, one.acts = [][]byte{card}, []map[string]any{o.activation(client)}
			for _, expr := range readings {
				one.expr(t, expr)
			}
		})
	}
	if used < 8 {
		t.Errorf("only %d conformance cards can be decoded", used)
	}
}

func vectors(t testing.TB) (names []string, cards [][]byte) {
	t.Helper()
	names, err := filepath.Glob("../../sdk/abi/vectors/*.card")
	if err != nil || len(names) < 20 {
		t.Fatalf("no conformance cards: %v", err)
	}
	for i, name := range names {
		card, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		cards = append(cards, card)
		names[i] = filepath.Base(name)
	}
	return names, cards
}

// hostile is a check that reads a card in many ways.
func hostile(t testing.TB) *cel.Compiled {
	c := quality(`client.properties.all(k, client.properties[k] != k) && client.channels.all(c, c.checkedAt - now < duration("1h"))`+
		` && client.fields.seenAt + duration("1ns") > client.birthday && client.tags.all(t, t + client.name != client.notes)`,
		`{{ client.contacts[0].channels[0].value }} {{ client.kind }} {{ client.birthday }} {{ client.fields.gln }} {{ client.tags[1] }}`+
			`{{ client.fields.score }} {{ client.createdAt.getFullYear() }} {{ client.activity.revenue }} {{ client.fields.seenAt }} {{ contact.name }}`+
			`{{ client.name.reverse().trim() }} {{ client.name.replace("", client.legalForm) }} {{ client.tags.join(client.region).split("").join("-") }} {{ client.name.lastIndexOf(client.legalForm) }}`+
			`{{ client.name.indexOf("", client.id) }} {{ client.name.substring(1, 3) }} {{ client.name.charAt(1) }} {{ strings.quote(client.name) }} {{ client.legalForm.format([client.tags, client.properties, client.id]) }}`)
	c.ForEachIn, c.ForEachAs, c.Path = "client.contacts", "contact", "contacts[].name"
	return compile(t, newEnv(t, customFields...), c)
}

// FuzzHostileCards: whatever bytes a module is given as a card, it does not trap, and its
// results are well formed as long as the card's texts are.
func FuzzHostileCards(f *testing.F) {
	_, cards := vectors(f)
	for _, card := range cards {
		f.Add(card)
	}
	full := cardOf(f, fullClient())
	f.Add(full)
	for length := 0; length < len(full); length += 40 {
		f.Add(full[:length])
	}
	for i := 32; i < len(full); i += 29 {
		bent := append([]byte{}, full...)
		bent[i] ^= 0x85
		f.Add(bent)
	}
	modules := []*wasm.Module{load(f, hostile(f).Wasm)}
	for _, c := range fiveChecks {
		modules = append(modules, load(f, compile(f, newEnv(f), c).Wasm))
	}
	f.Fuzz(func(t *testing.T, card []byte) {
		for _, m := range modules {
			noTrap(t, m, card)
		}
	})
}
