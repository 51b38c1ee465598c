package assay_test

import (
	"fmt"
	"log"
	"os"

	"assay/sdk/go"
)

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
