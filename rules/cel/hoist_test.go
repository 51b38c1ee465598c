package cel_test

import (
	"fmt"
	"testing"

	"assay/rules/cel"
	"assay/server/crm"
)

// TestWhatIsTheSameForEveryElement compares loops with parts that do not depend on their variables,
// values and errors of every kind, needed always, sometimes and never.
func TestWhatIsTheSameForEveryElement(t *testing.T) {
	clients := testClients()
	crowd := &crm.Client{Name: "name 7", Properties: map[string]string{"area": "name 50!"}, CreatedAt: at("2027-01-02T03:04:05.678Z")}
	for i := range 60 {
		crowd.Contacts = append(crowd.Contacts, crm.Contact{Name: fmt.Sprint("name ", i), Channels: []crm.Channel{{Value: fmt.Sprint(i)}, {Value: "7"}}})
	}
	c := newComparison(t, append(clients, crowd))
	c.all(t, []string{
		`client.contacts.exists_one(c, client.name + "!" == c.name + "!")`,
		`client.contacts.filter(c, c.name + "!" == client.name + "!").map(c, client.name + c.name)`,
		`client.contacts.all(c, c.channels.exists(h, h.value + client.name + c.name != client.name + c.name))`,
		`client.contacts.exists(c, c.channels.exists(h, (client.name + "/") + (c.name + "/") == h.value) || (client.name + "!").size() == (c.name + "x").size() - 20)`,
		`client.contacts.all(c, client.tags.map(t, t + "!").exists(t, t == c.name + "!") || client.tags.map(t, t + "!").size() < 4)`,
		`client.contacts.all(c, c.name != "" && client.properties["none"] == "")`,
		`client.contacts.exists(c, c.name == "name 30" || client.properties["none"] == c.name)`,
		`client.contacts.exists(c, client.properties["area"] == c.name + "!")`,
		`client.contacts.exists_one(c, client.properties.area == c.name + "!")`,
		`client.contacts.map(c, client.properties["area"])`, `client.contacts.map(c, c.name == "name 3", client.properties["none"])`, `client.contacts.map(c, c.name == "nobody", client.properties["none"])`,
		`client.tags.map(t, [client.name, client.region].map(n, n + "!"))`, `client.tags.map(t, {client.name: t, "x": client.tags})`, `client.tags.transformMap(i, t, client.name + "!")`, `client.tags.transformMapEntry(i, t, {client.name + t: client.tags.sort()})`,
		`client.contacts.map(c, client.fields.gln + client.fields.gln)`, `client.contacts.all(c, client.createdAt + duration("1ns") > c.birthday)`, `client.contacts.map(c, now - client.createdAt)`, `client.contacts.map(c, client.createdAt.getFullYear())`,
		`client.contacts.exists(c, c.name.matches(client.name + "$"))`, `client.contacts.all(c, client.name.matches(client.name + "(") || c.name != "")`,
		`cel.bind(x, client.name + "x", client.contacts.exists(c, x + x == c.name + x))`, `client.contacts.map(c, cel.bind(x, client.name + "x", x + c.name))`, `client.contacts.exists(c, cel.bind(x, client.properties["none"], c.name == "name 59"))`,
		`client.contacts.all(c, client.contacts[0].name + "!" != c.name)`, `client.contacts.all(c, client.contacts[9].name.startsWith("name"))`, `client.contacts.map(c, dyn(client.tags) == [c.name])`, `client.contacts.map(c, c.name in client.tags.map(t, t + "!"))`,
		`client.contacts.all(i, c, string(client.id) + c.name != "" || i < 0)`, `client.properties.all(k, v, client.name + k != v)`, `[1, 2, 3].all(x, [4, 5].exists(y, x + y > size(client.name)))`, `client.contacts.map(c, math.greatest(client.contracts.map(k, k.amount) + [0.0]))`,
		`[true, false].all(v, client.fields.?vip.optMap(x, x).orValue(v))`, `client.tags.all(t, client.?region.optMap(r, r + "!").orValue(t) != "")`, `client.contacts.map(c, client.?manager.orValue(c.name))`,
		`client.contacts.map(c, client.tags[?1].orValue(c.name + "!"))`, `client.tags.map(t, client.properties.?loyalty.optMap(x, (client.name + x).size()).orValue(t.size()))`, `client.tags.map(t, [?client.?region, ?optional.of(client.name + "!"), t])`,
		`client.tags.all(t, dyn(1) && client.fields.?vip.optMap(x, x).orValue(t == ""))`, `client.contacts.exists(c, client.tags[?9].value() == c.name || client.tags[?0].value() == "")`,
		`client.contacts.map(c, lists.range(3).map(i, lists.range(2).map(j, string(client.id) + string(i))))`, `client.contacts.filter(c, client.contacts.exists(d, d.name + "x" == client.name + "x")).size()`,
	})
}

// TestRowsNeedWhatIsTheSameOnce: what forEach needs for every row is an error of the rows that need it.
func TestRowsNeedWhatIsTheSameOnce(t *testing.T) {
	client := &crm.Client{Name: "N", Contacts: []crm.Contact{{ID: "a", Name: "x"}, {ID: "b", Name: "N!"}, {ID: "c", Name: ""}, {ID: "d", Name: "N!"}}}
	findings := func(require string) string {
		c := cel.Check{Name: "test", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "c", Path: "contacts[].name", Require: require,
			Message: map[string]string{"en": "{{ c.name + client.name }}"}}
		said := ""
		for _, r := range evaluate(t, c, client) {
			said += r.RowID + r.Path
			if r.Error != "" {
				said += "error"
			}
			for _, p := range r.Params {
				said += " " + p.Value + ";"
			}
		}
		return said
	}
	for require, want := range map[string]string{
		`client.name + "!" != c.name`:                                        `bcontacts[1].name N!N;dcontacts[3].name N!N;`,
		`c.name + "?" != client.name + "!?"`:                                 `bcontacts[1].name N!N;dcontacts[3].name N!N;`,
		`c.name == "x" || client.properties["none"] == c.name`:               `error`,
		`c.name != "" && (c.name == "x" || client.properties["none"] == "")`: `ccontacts[2].name N;error`,
		`c.name == "" || c.name != "" || client.properties["none"] == ""`:    ``,
	} {
		if got := findings(require); got != want {
			t.Errorf("%s: %q, want %q", require, got, want)
		}
	}
}
