package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
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

// Whatever day it is until 2031, the rules that `assay rule new` makes find something in clients.ndjson: a contract that
// ends within 30 days, and an important client whom nobody plans to get in touch with.
func TestClientsTripTheRulesOfNewProjects(t *testing.T) {
	text, _, err := clientsNDJSON()
	if err != nil {
		t.Fatal(err)
	}
	var ends []time.Time
	unplanned := 0
	for line := range bytes.Lines(text) {
		var c struct {
			Importance    string
			NextContactAt time.Time
			Contracts     []struct{ StartsOn, EndsOn string }
		}
		if json.Unmarshal(line, &c) != nil {
			continue // one that is wrong on purpose
		}
		if c.Importance == "high" && c.NextContactAt.Year() < 2027 {
			unplanned++
		}
		for _, contract := range c.Contracts {
			day, err := time.Parse(time.DateOnly, contract.EndsOn)
			if err != nil || contract.StartsOn >= contract.EndsOn {
				t.Errorf("a contract from %s to %s: %v", contract.StartsOn, contract.EndsOn, err)
			}
			ends = append(ends, day)
		}
	}
	if unplanned < 10 {
		t.Errorf("%d important clients without a plan", unplanned)
	}
	for day := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2031; day = day.AddDate(0, 0, 1) {
		if !slices.ContainsFunc(ends, func(end time.Time) bool { return !end.Before(day) && end.Before(day.AddDate(0, 0, 30)) }) {
			t.Fatalf("no contract ends within 30 days of %s", day.Format(time.DateOnly))
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
