package bench_test

import "testing"

// What a module writes is measured of so many clients as are invented unless somebody says otherwise. Those of the cases
// are among them: a rule that writes only when it finds something finds something of them alone.
func TestCasesComeBeforeInventedClients(t *testing.T) {
	p := open(t, project(t, map[string]string{
		"rule.yaml": `apiVersion: assay/v1
kind: Rule
metadata: {name: r}
spec:
  type: Quality
  forEach: {in: client.contacts, as: contact}
  require: contact.name != "of a case"
  path: contacts[].name
  message: {en: x}
`,
		"cases.yaml": `- {client: {contacts: [{name: of a case}]}, findings: [{path: "contacts[0].name"}]}
- {client: {contacts: [{name: Anna}, {name: of a case}]}, findings: [{path: "contacts[1].name"}]}
- {now: 2031-01-01T00:00:00Z, client: {contacts: [{name: Ivy}]}}
`,
	}))
	ofCases := measured(t, p, corpusOf(t, p, 0)).Rules[0]
	with := measured(t, p, corpusOf(t, p, 1000)).Rules[0]
	if ofCases.Findings != 2 || ofCases.Written.Max == 0 {
		t.Fatalf("of the cases: %d findings, %+v", ofCases.Findings, ofCases.Written)
	}
	if with.Findings != 2 || with.Written.Max != ofCases.Written.Max || with.Written.Sum != ofCases.Written.Sum {
		t.Errorf("with invented ones: %d findings, %+v; of the cases alone %+v", with.Findings, with.Written, ofCases.Written)
	}
}
