package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// The committed files are what the generator writes.
func TestFilesAreGenerated(t *testing.T) {
	files, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what go generate writes", name)
		}
	}
}

// The table in README.md holds the figures of expected.json.
func TestReadmeHasTheFigures(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, made := range map[string]func() ([]byte, *expected, error){"messy.csv": messyCSV, "clients.xlsx": clientsXLSX, "contacts.vcf": contactsVCF, "clients.ndjson": clientsNDJSON} {
		_, says, err := made()
		if err != nil {
			t.Fatal(err)
		}
		clients := func(rule string) int { return says.Rules[rule].Clients }
		row := fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d (%d", name, says.Records, says.Clients, clients("main-manager"), clients("contact-information"),
			clients("contact-person"), clients("contact-job-title"), says.Rules["contact-job-title"].Findings)
		if !bytes.Contains(readme, []byte(row)) || !bytes.Contains(readme, []byte(fmt.Sprintf(" | %d |\n", clients("tax-id")))) {
			t.Errorf("README.md has no row %q", row)
		}
	}
}
