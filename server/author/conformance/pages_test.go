package conformance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/server/author/project"
)

// sdkPages are the programs that the pages of the SDKs show, each with cases that show what it does. That of Rust is an example of
// its crate, which `cargo test` runs.
var sdkPages = []sdkPage{
	{project.Go, "stale", "go", "main.go", "", `
- now: 2026-11-22T10:00:00Z
  settings: {months: 3}
  client: {verifiedAt: "2026-08-04T09:00:00Z"}
  findings: [{code: stale, path: verifiedAt, message: {en: Not verified since 2026-08-04}}]
- now: 2026-11-22T10:00:00Z
  client: {verifiedAt: "2026-08-04T09:00:00Z"}
`},
	{project.AssemblyScript, "contracts", "ts", "rule.ts", "", `
- client: {contracts: [{id: k1, number: "7"}, {id: k2}]}
  findings: [{code: no-number, path: "contracts[1].number", rowId: k2, message: {en: Contract k2 has no number, uk: Договір k2 не має номера}}]
- client: {contracts: [{id: k1, number: "7"}]}
`},
	{project.C, "licence", "c", "rule.c", `
---
apiVersion: assay/v1
kind: Field
metadata: {name: licenceUntil}
spec: {type: date, label: {en: Licence until}}
`, `
- now: 2026-12-01T00:00:00Z
  client: {fields: {licenceUntil: "2026-12-31"}}
  findings: [{code: expires, path: fields.licenceUntil, message: {en: The licence ends on 2026-12-31.}}]
- now: 2026-12-01T00:00:00Z
  client: {fields: {licenceUntil: "2027-12-31"}}
`},
}

type sdkPage struct {
	language project.Language
	check    string // that the program declares
	block    string // what the page calls the language
	source   string // the file of a project that the program stands for
	more     string // manifests beside that of the rule
	cases    string
}

// What the page of an SDK shows as a whole program is one: it builds as it stands there, and does what it says.
func TestThePagesOfTheSDKs(t *testing.T) {
	noteSources(t, sdkDir)
	for _, page := range sdkPages {
		t.Run(string(page.language), func(t *testing.T) {
			t.Parallel()
			dir := newProject(t, page.language, page.check, map[string]string{
				"rule.yaml": strings.ReplaceAll(guideBlock(t, "The manifest", "yaml"), "job-title", page.check) + page.more,
				page.source: page.program(t), "cases.yaml": page.cases,
			})
			passes(t, dir)
		})
	}
}

// program returns the first block of the page.
func (p sdkPage) program(t *testing.T) string {
	t.Helper()
	file := filepath.Join(sdkDir, string(p.language), "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), "\n```"+p.block+"\n")
	block, _, closed := strings.Cut(block, "\n```\n")
	if !found || !closed {
		t.Fatalf("%s has no block of %s", file, p.block)
	}
	return block + "\n"
}

// newProject makes a project as `assay rule new` does, writes files over its own, and builds it. It returns its folder.
func newProject(t testing.TB, language project.Language, name string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if _, err := project.Create(dir, name, language); err != nil {
		t.Fatal(err)
	}
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if language == project.AssemblyScript {
		modules, err := filepath.Abs(filepath.Join(sdkDir, "assemblyscript", "node_modules"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if _, err := p.Build(t.Context(), project.Options{Said: &said}); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	return dir
}

// passes holds that the cases of a project pass, of which there are at least two.
func passes(t *testing.T, dir string) {
	t.Helper()
	p := openProject(t, dir)
	outcomes, err := p.Try(t.Context(), time.Now(), p.Cases)
	if err != nil {
		t.Fatal(err)
	}
	if len(outcomes) < 2 {
		t.Errorf("%d cases were tried", len(outcomes))
	}
	for _, o := range outcomes {
		if !o.Passed() {
			t.Errorf("case %q: %+v %s", o.Title(), o.Differences, o.Unstable)
		}
	}
}
