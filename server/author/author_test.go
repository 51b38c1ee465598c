package author_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/crm"
)

const builtin = "../../rules/builtin"

// open opens what lies at a path, until the test ends.
func open(t *testing.T, path string, o author.Options) *author.Project {
	t.Helper()
	o.CacheDir = t.TempDir()
	p, err := author.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// folder writes files into a new folder and returns it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// said is what the rules of a project say of a client.
func said(t *testing.T, p *author.Project, client string) string {
	t.Helper()
	card, err := p.Card([]byte(client))
	if err != nil {
		t.Fatal(err)
	}
	var batch abi.Batch
	batch.Add(card)
	var words []string
	for _, r := range p.Rules {
		verdicts, err := r.Judge(t.Context(), time.Now(), &batch)
		if err != nil {
			t.Fatal(err)
		}
		v := verdicts[0]
		for _, f := range v.Findings {
			words = append(words, f.Rule+" "+f.Code+" "+f.Path)
		}
		if v.Label != "" {
			words = append(words, v.Label)
		}
	}
	return strings.Join(words, ", ")
}

func TestOpen(t *testing.T) {
	for _, path := range []string{"tax-id", "tax-id/rule.yaml", "tax-id/tax-id.wasm"} {
		p := open(t, filepath.Join(builtin, path), author.Options{})
		if got := said(t, p, `{"kind":"company"}`); got != "tax-id tax-id taxId" {
			t.Errorf("%s: says %q", path, got)
		}
		if got := said(t, p, `{"kind":"company","taxId":"7707083893"}`); got != "" {
			t.Errorf("%s: says %q of a client that has one", path, got)
		}
		if len(p.Cases) == 0 {
			t.Errorf("%s: no cases", path)
		}
	}
}

// A raw client is what a write of it stores, by the region of the Options, at the time of evaluation.
func TestRawCases(t *testing.T) {
	at := time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)
	dir := folder(t, map[string]string{
		"rule.yaml": rule("any", `{type: Quality, require: 'true'}`),
		"cases.yaml": `- raw: true
  client: {name: " Anna ", manager: "-", taxId: " 32855961 ", birthday: "16.06.1990", contacts: [{name: "?"}], channels: [{type: phone, value: "(044) 123-45-67"}]}
- raw: true
  now: 2027-01-31T09:30:00Z
  client: {name: B}
`,
	})
	p := open(t, dir, author.Options{Region: "UA"})
	read := func(i int) *crm.Client {
		card, err := p.Cases[i].Card(at)
		if err != nil {
			t.Fatal(err)
		}
		c, err := crm.DecodeCard(card)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := read(0)
	if c.Name != "Anna" || c.Manager != "" || c.TaxID != "32855961" || c.Birthday.String() != "1990-06-16" || len(c.Contacts) != 0 ||
		c.Channels[0].Value != "+380441234567" || c.Channels[0].ID == "" || c.CreatedAt != crm.TimeOf(at) {
		t.Errorf("%+v", c)
	}
	if c := read(1); c.CreatedAt != crm.TimeOf(p.Cases[1].Now) {
		t.Errorf("%+v", c)
	}
}

// What a write would refuse is told with its place.
func TestRawCasesThatNobodyCouldStore(t *testing.T) {
	dir := folder(t, map[string]string{
		"rule.yaml":  rule("any", `{type: Quality, require: 'true'}`),
		"cases.yaml": "- raw: true\n  client:\n    name: A\n    birthday: soon\n",
	})
	_, err := author.Open(t.Context(), dir, author.Options{CacheDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "cases.yaml: line 4, column 15: [0].client.birthday: ") {
		t.Errorf("%v", err)
	}
}

const head = "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: %s}\nspec:\n"

func rule(name, spec string) string { return fmt.Sprintf(head, name) + "  " + spec + "\n" }

func TestFieldsBesideTheRuleAreDeclared(t *testing.T) {
	dir := folder(t, map[string]string{
		"rule.yaml":      rule("gln", `{type: Quality, require: 'size(client.fields.gln) == 13', path: fields.gln}`),
		"fields/no.yaml": "apiVersion: assay/v1\nthis is read by nobody",
		"gln.yaml":       "apiVersion: assay/v1\nkind: Field\nmetadata: {name: gln}\nspec: {type: string, label: {en: GLN}, requiredFor: 'true'}\n",
		"package.json":   `{"name": "x"}`,
		"other.yaml":     "anything: of another tool",
	})
	p := open(t, dir, author.Options{})
	if got := said(t, p, `{}`); got != "field-gln field-gln fields.gln, gln gln fields.gln" {
		t.Errorf("says %q", got)
	}
	if owner := p.Rule("field-gln").Owner; owner != "gln" {
		t.Errorf("the field's rule belongs to %q", owner)
	}
}
