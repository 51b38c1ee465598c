package bench_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"assay/server/author/bench"
)

// project writes the files of a folder of rules.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const ruleHead = "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: r}\nspec: {type: Quality, message: {en: x}, require: '"

// Rules about days, about how long a client has been there and about fields of their own find something among the invented clients, and do not
// find it of all: what they look at is there and is missing, on both sides of what they ask.
func TestInventedClientsHaveWhatRulesLookAt(t *testing.T) {
	for require, files := range map[string]map[string]string{
		`!client.contracts.exists(c, has(c.endsOn) && c.endsOn >= now && c.endsOn < now + duration("720h"))`: nil,
		`!has(client.nextContactAt) || client.nextContactAt > now`:                                           nil,
		`!has(client.verifiedAt) || client.verifiedAt > now - duration("720h")`:                              nil,
		`client.createdAt > now - duration("8760h")`:                                                         nil,
		`client.fields.licence != "" `:                                                                       {"field.yaml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: licence}\nspec: {type: string}\n"},
		// Of another type than the demo's field of that name.
		`client.fields.licenceUntil`: {"field.yaml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: licenceUntil}\nspec: {type: bool}\n"},
		`client.fields.ends > now`:   {"field.yaml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: ends}\nspec: {type: date}\n"},
		// With the values that the cases show.
		`client.fields.grade != "B"`:                                        {"field.yaml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: grade}\nspec: {type: string}\n", "cases.yaml": "- {client: {fields: {grade: A}}}\n- {client: {fields: {grade: B}}}\n"},
		`!("tone" in client.properties) || client.properties.tone == "low"`: {"cases.yaml": "- {client: {properties: {tone: low}}}\n- {client: {properties: {tone: high}}}\n"},
		// A closed dictionary: a server has no client with another value.
		`client.region == "Kyiv"`: {"dictionary.yaml": "apiVersion: assay/v1\nkind: Dictionary\nmetadata: {name: regions}\nspec: {of: region, values: [{value: Kyiv}, {value: Lviv}]}\n"},
	} {
		t.Run(require, func(t *testing.T) {
			all := map[string]string{"rule.yaml": ruleHead + require + "'}\n"}
			for name, text := range files {
				all[name] = text
			}
			p := open(t, project(t, all))
			const count = 300
			r := measured(t, p, corpusOf(t, p, count)).Rules[0]
			if r.Findings < count/100 || r.Findings > count*99/100 || r.Errors > 0 {
				t.Errorf("%d findings, %d errors: %s", r.Findings, r.Errors, r.Error)
			}
		})
	}
}

// What a server gives no client the invented ones have not either: it would be figures of clients that there cannot be.
func TestInventedClientsHaveNoActivity(t *testing.T) {
	p := open(t, project(t, map[string]string{"rule.yaml": ruleHead + `client.activity.interactions == 0 && client.activity.purchases == 0 && client.activity.revenue == 0.0 &&
      !has(client.activity.lastInteractionAt) && !has(client.activity.firstPurchaseAt) && !has(client.activity.lastPurchaseAt)'}` + "\n"}))
	if r := measured(t, p, corpusOf(t, p, 300)).Rules[0]; r.Findings > 0 || r.Errors > 0 {
		t.Errorf("%d of 300 have some; %s", r.Findings, r.Error)
	}
}

// Clients of cases are judged at the time of their case, and equal ones at one time once.
func TestCasesAreJudgedAtTheirTime(t *testing.T) {
	const contract = "client: {contracts: [{endsOn: 2030-05-05}]}"
	p := open(t, project(t, map[string]string{
		"rule.yaml": ruleHead + `!client.contracts.exists(c, c.endsOn < now)'}` + "\n",
		"cases.yaml": "- {name: over, now: 2031-01-01T00:00:00Z, " + contract + ", findings: [{}]}\n" +
			"- {name: not yet, now: 2029-01-01T00:00:00Z, " + contract + "}\n" +
			"- {name: over again, now: 2031-01-01T00:00:00Z, " + contract + ", findings: [{}]}\n" +
			"- {name: at no time, " + contract + "}\n",
	}))
	c := corpusOf(t, p, 0)
	r := measured(t, p, c).Rules[0]
	if c.Count != 3 || r.Findings != 1 || r.Silent() || r.Time.Clients != 1 {
		t.Errorf("%d clients, %d findings, %d timed", c.Count, r.Findings, r.Time.Clients)
	}
	later, err := bench.OwnCorpus(p, bench.DefaultNow.Add(time.Hour), 0)
	if err != nil || later.Digest == c.Digest {
		t.Errorf("the same digest at another time; %v", err)
	}
	quiet := open(t, project(t, map[string]string{"rule.yaml": ruleHead + "true'}\n"}))
	if r := measured(t, quiet, corpusOf(t, quiet, 10)).Rules[0]; !r.Silent() {
		t.Errorf("%+v says something", r)
	}
}
