package cel_test

import (
	"slices"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// fiveChecks are the default checks.
var fiveChecks = []cel.Check{
	{Name: "main-manager", Type: "Quality", Require: `client.manager != ""`, Path: "manager",
		Message: map[string]string{"en": "No main manager."}},
	{Name: "contact-information", Type: "Quality", Path: "channels",
		Require: `client.channels.exists(c, c.value != "") || client.contacts.exists(p, p.channels.exists(c, c.value != ""))`,
		Message: map[string]string{"en": "No contact information."}},
	{Name: "contact-person", Type: "Quality", Match: `client.kind == "company"`, Require: `size(client.contacts) > 0`,
		Path: "contacts", Message: map[string]string{"en": "No contact person."}},
	{Name: "contact-job-title", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "contact",
		Require: `contact.jobTitle != ""`, Path: "contacts[].jobTitle",
		Message: map[string]string{"en": "{{ contact.name }} has no job title", "ru": "У {{contact.name}} не указана должность"}},
	{Name: "tax-id", Type: "Quality", Match: `client.kind in ["company", "soleTrader"]`, Require: `client.taxId != ""`,
		Path: "taxId", Message: map[string]string{"en": "No tax id."}},
}

func finding(code, path string) abi.ResultRow {
	return abi.ResultRow{Kind: abi.ResultFinding, Code: code, Path: path}
}

func TestFiveChecks(t *testing.T) {
	env := newEnv(t)
	clients := []*crm.Client{
		{},
		{Kind: "company"},
		{Kind: "soleTrader", Manager: "ivanov", TaxID: "500100732259"},
		{Kind: "company", Manager: "ivanov", TaxID: "7707083893", Contacts: []crm.Contact{
			{ID: "c1", Name: "Анна", JobTitle: "бухгалтер"},
			{ID: "c2", Name: "Борис", Channels: []crm.Channel{{ID: "h1", Type: "phone", Value: "+79120000000"}}},
			{Name: "В"},
		}},
	}
	titleless := func(index, id, name string) abi.ResultRow {
		r := finding("contact-job-title", "contacts["+index+"].jobTitle")
		r.RowID, r.Params = id, []abi.Param{{Key: "contact.name", Value: name}}
		return r
	}
	want := map[string][][]abi.ResultRow{
		"main-manager":        {{finding("main-manager", "manager")}, {finding("main-manager", "manager")}, nil, nil},
		"contact-information": {{finding("contact-information", "channels")}, {finding("contact-information", "channels")}, {finding("contact-information", "channels")}, nil},
		"contact-person":      {nil, {finding("contact-person", "contacts")}, nil, nil},
		"contact-job-title":   {nil, nil, nil, {titleless("1", "c2", "Борис"), titleless("2", "", "В")}},
		"tax-id":              {nil, {finding("tax-id", "taxId")}, nil, nil},
	}
	var cards [][]byte
	for _, c := range clients {
		cards = append(cards, cardOf(t, c))
	}
	for _, c := range fiveChecks {
		t.Run(c.Name, func(t *testing.T) {
			compiled := compile(t, env, c)
			got := run(t, load(t, compiled.Wasm), cards...)
			for i := range clients {
				if !slices.EqualFunc(got[i], want[c.Name][i], sameRow) {
					t.Errorf("client %d: got %+v, want %+v", i, got[i], want[c.Name][i])
				}
			}
			t.Logf("%d bytes", len(compiled.Wasm))
		})
	}
}

func sameRow(a, b abi.ResultRow) bool {
	return a.Kind == b.Kind && a.Code == b.Code && a.Path == b.Path && a.RowID == b.RowID && a.Label == b.Label &&
		a.Error == b.Error && a.Severity == b.Severity && string(a.Suggest) == string(b.Suggest) && slices.Equal(a.Params, b.Params)
}
