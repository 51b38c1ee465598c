// Package assaytest runs checks natively under go test, without WebAssembly and without a server:
//
//	func TestNoManager(t *testing.T) {
//		client := assaytest.Client{Kind: assay.ClientKindCompany, Contacts: []assaytest.Contact{{ID: "c1", Name: "Anna"}}}
//		got := assaytest.Run(t, NoManager, `{"strict": true}`, client, "2026-11-22T10:00:00Z")
//		if len(got.Findings) != 1 || got.Findings[0].Path != "manager" {
//			t.Errorf("got %+v", got)
//		}
//	}
//
// [Run] writes the client as a card, gives the check its settings as a manifest has them, in JSON, and reads the results as the host
// does. Results that the host would refuse fail the test, as do settings the check refuses ([Refusal] tests these). A panic of the check
// is that of the test.
//
// In place of the host stands a stub: the evaluation time is the test's, patterns, zones and numbers are
// those of Go's packages, and an international phone number is one by its count of digits. A national one fails the test, for the
// plans of countries are the server's: give an answer with a [Host], or show it in cases.yaml, which `assay rule test` runs in the
// server's own host. Not exact are patterns that are too large when compiled, which are valid here, and zones, which are
// those of this machine's database. Runs take turns, in parallel tests too.
package assaytest
