package author_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/author"
)

// tried tries all cases of a project.
func tried(t *testing.T, p *author.Project) []*author.Outcome {
	t.Helper()
	outcomes, err := p.Try(t.Context(), time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC), p.Cases)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func TestTry(t *testing.T) {
	dir := folder(t, map[string]string{
		"rule.yaml": rule("due", `{type: Quality, require: 'client.nextContactAt > now', path: nextContactAt, cases: [{client: {nextContactAt: "2027-02-01T00:00:00Z"}}]}`),
		"cases.yaml": `
- client: {nextContactAt: "2027-02-01T00:00:00Z"}
- client: {nextContactAt: "2027-02-01T00:00:00Z"}
  now: 2027-03-01T00:00:00Z
  findings: [{path: nextContactAt}]
- client: {nextContactAt: "2027-02-01T00:00:00Z"}
  fuel: 1
`})
	outcomes := tried(t, open(t, dir, author.Options{}))
	var passed []bool
	for _, o := range outcomes {
		passed = append(passed, o.Passed())
		if o.Verdict.Fuel < 2 || o.Unstable != "" {
			t.Errorf("%s: took %d units, unstable %q", o.Where(), o.Verdict.Fuel, o.Unstable)
		}
	}
	if len(passed) != 4 || !passed[0] || !passed[1] || !passed[2] || passed[3] {
		t.Errorf("passed %v", passed)
	}
	if first := outcomes[0]; filepath.Base(first.File) != "rule.yaml" || first.Line != 5 || first.Title() != "case 1" {
		t.Errorf("the case of the manifest is %s, %s", first.Where(), first.Title())
	}
}

func TestCasesHaveSettingsOfTheirOwn(t *testing.T) {
	dir := folder(t, map[string]string{
		"rule.yaml": rule("silent", "{library: silent, settings: {days: 30}}"),
		"cases.yaml": `
- client: {activity: {lastInteractionAt: "2027-01-10T00:00:00Z"}}
- client: {activity: {lastInteractionAt: "2027-01-10T00:00:00Z"}}
  settings: {days: 7}
  findings: [{}]
`})
	for _, o := range tried(t, open(t, dir, author.Options{})) {
		if !o.Passed() {
			t.Errorf("%s: %v", o.Where(), o.Differences)
		}
	}
	write(t, dir, "cases.yaml", "- client: {}\n  settings: {day: 7}\n")
	refused(t, dir, `cases.yaml: line 2, column 19: [0].settings.day: there is no such setting; did you mean "days"?`)
	write(t, dir, "rule.yaml", rule("cel", "{type: Quality, require: 'true'}"))
	refused(t, dir, "the rule cel is written in CEL and has no settings; remove them")
}

// refused opens what cannot be opened.
func refused(t *testing.T, dir, want string) {
	t.Helper()
	p, err := author.Open(t.Context(), dir, author.Options{CacheDir: t.TempDir()})
	if err == nil {
		_ = p.Close(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestModulesAreAsTheirSourcesSay(t *testing.T) {
	dir := folder(t, map[string]string{
		"rule.yaml":  rule("tax-id", "{type: Quality, module: {path: built.wasm}}") + "---\n" + rule("another", "{type: Quality, module: {path: built.wasm, check: tax-id}}"),
		"assay.yaml": "language: go\nmodule: built.wasm\n", "main.go": "", "sdk/card.go": "",
	})
	refused(t, dir, "built.wasm is not built yet: run `assay rule build "+dir+"`")
	note(t, dir, taxID(t))
	open(t, dir, author.Options{})
	write(t, dir, "sdk/card.go", "package sdk")
	refused(t, dir, "built.wasm was built before sdk/card.go changed: run `assay rule build "+dir+"`")
	reads := 0
	open(t, dir, author.Options{Module: func(_ context.Context, at, file string) ([]byte, error) {
		if reads++; at != dir || file != filepath.Join(dir, "built.wasm") {
			t.Errorf("%s of %s is read", file, at)
		}
		return taxID(t), nil
	}})
	if reads != 1 {
		t.Errorf("one module is read %d times", reads)
	}
}

func TestALookSeesWhatChanges(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: go\nmodule: built.wasm\n", "cases.yaml": "", "src/main.go": ""})
	for _, name := range []string{"cases.yaml", "src/main.go"} {
		file := filepath.Join(dir, name)
		before := author.LookAt(dir)
		touch(t, dir, name)
		after := author.LookAt(dir)
		if after[file] == before[file] {
			t.Errorf("%s has changed", name)
		}
		if before.Renew(file); after[file] != before[file] {
			t.Errorf("%s is renewed", name)
		}
	}
}

// clock gives every touched file a later time than all before.
var clock = time.Now().Add(time.Hour)

func touch(t *testing.T, dir, name string) {
	t.Helper()
	clock = clock.Add(time.Second)
	if err := os.Chtimes(filepath.Join(dir, name), clock, clock); err != nil {
		t.Fatal(err)
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	good := rule("a", "{type: Quality, require: 'true'}")
	for _, tt := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{"rule.yaml": "spec: {}"}, "rule.yaml: line 1, column 1: this is no manifest"},
		{map[string]string{"rule.yaml": good, "b.yaml": good}, "metadata.name: Rule a is declared in"},
		{map[string]string{"rule.yaml": good, "gln.yaml": "apiVersion: assay/v1\nkind: Feild\n"}, `gln.yaml: line 2, column 7: kind: "Feild" is not a kind; did you mean "Field"?`},
		{map[string]string{"rule.yaml": rule("a", "{type: Quality, module: {path: none.wasm}}")}, "none.wasm does not exist"},
		{map[string]string{"rule.yaml": rule("a", "{type: Quality, module: {path: none.wasm}}"), "none.wasm": "\x00asm"}, "spec.module: the module is refused: not_wasm"},
		{map[string]string{"rule.yaml": good, "cases.yaml": "- client: {}\n  label: A\n"}, "[0].label: a Quality rule gives no label; expect findings"},
		{map[string]string{"rule.yaml": rule("a", "{type: Segmentation, label: '\"A\"', cases: [{client: {nam: x}, label: A}]}")}, "rule.yaml: line 5, column 61: spec.cases[0].client.nam: a client has nothing of this name"},
		{map[string]string{"gln.yaml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: gln}\nspec: {type: string}\n"}, "there is no rule in"},
	} {
		refused(t, folder(t, tt.files), tt.want)
	}
}

func TestAModuleWithoutAManifest(t *testing.T) {
	file := filepath.Join("..", "wasm", "testdata", "guest.wasm")
	p := open(t, file, author.Options{})
	if p.Rule("quality") == nil || p.Rule("segment") == nil || p.Rule("segment").Spec.Type != rules.Segmentation {
		t.Errorf("the rules are %v", p.Rules)
	}
	if p := open(t, file, author.Options{Check: "segment"}); len(p.Rules) != 1 {
		t.Errorf("%d rules of one check", len(p.Rules))
	}
	_, err := author.Open(t.Context(), file, author.Options{CacheDir: t.TempDir(), Check: "none"})
	if wrong, ok := errors.AsType[*author.Error](err); !ok || !strings.Contains(wrong.Error(), `the module has no check "none"; it has quality, segment`) {
		t.Error(err)
	}
	_, err = author.Open(t.Context(), file, author.Options{CacheDir: t.TempDir(), Check: "quality", Settings: []byte(`{"a":1}`)})
	if err == nil || !strings.Contains(err.Error(), "check quality: settings: the check has no settings; leave them out") {
		t.Error(err)
	}
	if _, err := author.Open(t.Context(), filepath.Join("..", "wasm", "testdata", "load", "no-evaluate.wasm"), author.Options{CacheDir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "the module is refused: missing_export") {
		t.Error(err)
	}
}

func TestModulesLog(t *testing.T) {
	var text strings.Builder
	p := open(t, filepath.Join("..", "wasm", "testdata", "load", "start-log.wasm"), author.Options{Log: slog.New(slog.NewTextHandler(&text, nil))})
	if len(p.Rules) == 0 || !strings.Contains(text.String(), "module log") {
		t.Errorf("%d rules, the log is %q", len(p.Rules), text.String())
	}
}
