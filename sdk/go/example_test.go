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
	Months int `json:"months" title:"Months of silence" default:"3" minimum:"1"`
}

// Silent is a rule: clients that were not spoken to for long. It is declared with its texts; a module needs
// func main() {} besides, and nothing else.
var Silent = assay.Quality("silent", silent).
	Message("silent", assay.Texts{
		"en": "Not spoken to since {{ date }}",
		"uk": "Немає контактів від {{ date }}",
	})

func silent(s *Settings, client assay.Client, report *assay.Report) {
	last := client.LastInteractionAt()
	if client.HasLastInteractionAt() && assay.Now()-last > int64(s.Months)*30*assay.Day {
		report.Finding("silent").Path("activity.lastInteractionAt").ParamDate("date", last)
	}
}

// A check, and a test of it that runs natively.
func Example() {
	client := assaytest.Client{Name: "Acme", LastInteractionAt: "2026-05-04T09:00:00Z"}
	var t testing.T // that of the test
	got := assaytest.Run(&t, Silent, `{"months": 6}`, client, "2026-11-22T10:00:00Z")
	for _, f := range got.Findings {
		fmt.Println(f.Code, f.Path, f.Params["date"])
	}
	// Output: silent activity.lastInteractionAt 2026-05-04
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
