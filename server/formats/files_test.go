package formats_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"assay/server/crm"
	"assay/server/formats"
)

// The files of examples/clients hold what their generator says they hold.
func TestExampleFiles(t *testing.T) {
	dir := filepath.Join("..", "..", "examples", "clients")
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]struct {
		Records, Clients int
		Refused          []struct{ Line int }
		Rules            map[string]struct{ Clients, Findings int }
	}
	if err := json.Unmarshal(text, &files); err != nil {
		t.Fatal(err)
	}
	for name, format := range map[string]string{"messy.csv": formats.CSV, "clients.xlsx": formats.XLSX, "contacts.vcf": formats.VCard, "clients.ndjson": formats.NDJSON} {
		t.Run(name, func(t *testing.T) {
			want := files[name]
			file, err := os.Open(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = file.Close() }()
			got := read(t, file, formats.Options{Format: format, Merge: true})
			if got.err != nil {
				t.Fatal(got.err)
			}
			var refused []int
			for _, r := range want.Refused {
				refused = append(refused, r.Line)
			}
			for _, e := range got.errs {
				if !slices.Contains(refused, e.Line) {
					t.Errorf("refused: %v", e)
				}
			}
			findings := map[string][2]int{}
			stored := 0
			for i, doc := range got.docs {
				if slices.Contains(refused, got.lines[i]) {
					if format != formats.NDJSON { // whose lines are judged by intake
						t.Errorf("line %d is not refused: %s", got.lines[i], doc)
					}
					continue
				}
				stored++
				var c crm.Client
				if err := json.Unmarshal([]byte(doc), &c); err != nil {
					t.Fatalf("line %d: %v", got.lines[i], err)
				}
				judge(&c, findings)
			}
			if stored != want.Clients {
				t.Errorf("%d clients, want %d", stored, want.Clients)
			}
			for rule, w := range want.Rules {
				if f := findings[rule]; f != [2]int{w.Clients, w.Findings} {
					t.Errorf("%s: %d clients, %d findings, want %d and %d", rule, f[0], f[1], w.Clients, w.Findings)
				}
			}
		})
	}
}

// judge counts clients and findings of the five default rules, in plain Go.
func judge(c *crm.Client, findings map[string][2]int) {
	missing := func(s string) bool {
		return slices.Contains([]string{"", "-", "—", "нет", "н/д", "?", " "}, s)
	}
	reachable, untitled := false, 0
	for _, ch := range c.Channels {
		reachable = reachable || !missing(ch.Value)
	}
	for _, p := range c.Contacts {
		for _, ch := range p.Channels {
			reachable = reachable || !missing(ch.Value)
		}
		if missing(p.JobTitle) {
			untitled++
		}
	}
	find := func(rule string, violated bool, n int) {
		if f := findings[rule]; violated {
			findings[rule] = [2]int{f[0] + 1, f[1] + n}
		}
	}
	find("main-manager", missing(c.Manager), 1)
	find("contact-information", !reachable, 1)
	find("contact-person", (c.Kind == "company" || c.Kind == "") && len(c.Contacts) == 0, 1)
	find("contact-job-title", untitled > 0, untitled)
	find("tax-id", c.Kind != "person" && missing(c.TaxID), 1)
}
