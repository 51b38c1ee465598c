package assay_test

import (
	"fmt"
	"log"
	"os"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

// Settings of the check below. The schema is derived from the fields and their tags.
type Settings struct {
	Months int `json:"months" title:"Months without a look" default:"6" minimum:"1"`
}

// Stale is a rule: data that nobody has verified for long. It is declared with its texts; a module needs
// func main() {} besides, and nothing else.
var Stale = assay.Quality("stale", stale).
	Message("stale", assay.Texts{
		"en": "Not verified since {{ date }}",
		"uk": "Не перевірено від {{ date }}",
	})

func stale(s *Settings, client assay.Client, report *assay.Report) {
	last := client.VerifiedAt()
	if client.HasVerifiedAt() && assay.Now()-last > int64(s.Months)*30*assay.Day {
		report.Finding("stale").Path("verifiedAt").ParamDate("date", last)
	}
}

// A check, and a test of it that runs natively.
func Example() {
	client := assaytest.Client{Name: "Acme", VerifiedAt: "2026-05-04T09:00:00Z"}
	var t testing.T // that of the test
	got := assaytest.Run(&t, Stale, `{"months": 6}`, client, "2026-11-22T10:00:00Z")
	for _, f := range got.Findings {
		fmt.Println(f.Code, f.Path, f.Params["date"])
	}
	// Output: stale verifiedAt 2026-05-04
}

// A check opens the card it was given and looks at what it needs.
func ExampleOpen() {
	card, err := os.ReadFile("../abi/vectors/good-small.card")
	if err != nil {
		log.Fatal(err)
	}
	client, err := assay.Open(card)
	if err != nil {
		log.Fatal(err)
	}
	if client.Kind() != assay.ClientKindCompany {
		return
	}
	contacts := client.Contacts()
	for i := range contacts.Len() {
		if contact := contacts.At(i); contact.JobTitle() == "" {
			fmt.Printf("contacts[%d]: %s has no job title\n", i, contact.Name())
		}
	}
	// Output: contacts[1]: Bob has no job title
}
