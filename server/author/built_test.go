package author_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author"
)

// note writes the module of a folder, built from what is there now.
func note(t *testing.T, dir string, wasm []byte) {
	t.Helper()
	sources, err := author.SourcesOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	noted, err := sources.NotedIn(wasm)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "built.wasm", string(noted))
}

// why says why the module of a folder is not what its sources make.
func why(t *testing.T, dir string) string {
	t.Helper()
	stale, err := author.Stale(dir, filepath.Join(dir, "built.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if stale == nil {
		return ""
	}
	return stale.Why
}

// TestWhatAModuleIsMadeOf: a source that changes asks for a build, and nothing else does.
func TestWhatAModuleIsMadeOf(t *testing.T) {
	const others = " README.md cases.yaml rule.yaml .git/x.go node_modules/x.js target/x.o other.wasm rule.c~ base.json report.xml clients.ndjson cost.pprof .gitignore .git/x fields.yml data/assay.db data/admin-token rule_test.c README LICENSE"
	for _, tt := range []struct{ name, yaml, sources, others string }{
		{"of a language", "language: c\nmodule: built.wasm\n",
			"rule.c sdk/assay.h banks.inc main.go rule.ts transform.mjs src/lib.rs Cargo.toml .cargo/config.toml asconfig.json assay.yaml",
			"test_rule.c src/tests.rs rule.test.ts rule.test.mjs tests/x.rs main_test.go sdk/assay_test.h Makefile words.txt table.json" + others},
		{"of a command", "language: stdio\nmodule: built.wasm\nbuild: {command: [make]}\n",
			"Makefile rule.zig src/Rule.java words.txt table.json names.xml list.yaml .cargo/config.toml main.go assay.yaml", "rule_test.zig" + others},
		{"that holds files", "language: go\nmodule: built.wasm\n", "main.go embeds.go words.txt sdk/table.json assay.yaml", "main_test.go" + others},
	} {
		t.Run(tt.name, func(t *testing.T) {
			texts := map[string]string{"assay.yaml": tt.yaml, "rule.yaml": rule("tax-id", "{type: Quality, module: {path: built.wasm}}"), "cases.yaml": "- client: {taxId: x}\n",
				"base.json": "{\n  \"version\": 1,\n  \"assay\": \"dev\"\n}", "fields.yml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: gln}\nspec: {type: string}\n",
				"report.xml": "<?xml version=\"1.0\"?>\n<testsuites></testsuites>", "embeds.go": "//go:embed words.txt\n"}
			if tt.name != "that holds files" {
				delete(texts, "embeds.go")
			}
			for name := range strings.FieldsSeq(tt.sources + " " + tt.others) {
				if _, has := texts[name]; !has {
					texts[name] = ""
				}
			}
			dir := folder(t, texts)
			note(t, dir, taxID(t))
			for other := range strings.FieldsSeq(tt.others) {
				write(t, dir, other, texts[other]+"\n")
				if got := why(t, dir); got != "" {
					t.Errorf("%s asks for a build: it %s", other, got)
				}
			}
			for source := range strings.FieldsSeq(tt.sources) {
				write(t, dir, source, texts[source]+"\n")
				refused(t, dir, "built.wasm was built before "+filepath.FromSlash(source)+" changed: run `assay rule build")
				write(t, dir, source, texts[source])
			}
			if got := why(t, dir); got != "" {
				t.Errorf("with the sources that it was built from it %s", got)
			}
		})
	}
}

// TestWhatAModuleIsMadeOfIsFoundInEveryLanguage: a program that takes files into itself is made of them.
func TestWhatAModuleIsMadeOfIsFoundInEveryLanguage(t *testing.T) {
	for name, line := range map[string]string{"a.go": "//go:embed words.txt", "a.rs": `let w = include_str!("../words.txt");`, "b.rs": `include!("words.txt");`,
		"a.c": "  # include \"words.txt\"", "b.c": "#embed \"words.txt\"", "c.c": "#include \"words.html\""} {
		dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: built.wasm\n", name: line, "words.txt": ""})
		note(t, dir, taxID(t))
		write(t, dir, "words.txt", "word")
		if got := why(t, dir); got != "was built before words.txt changed" {
			t.Errorf("%s: it %s", name, got)
		}
	}
	dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: built.wasm\n", "a.c": "#include \"a.h\"\n#include <x.txt>\n", "words.txt": ""})
	note(t, dir, taxID(t))
	write(t, dir, "words.txt", "word")
	if got := why(t, dir); got != "" {
		t.Errorf("it %s, which nothing includes", got)
	}
}

// TestTimesSayNothing of a module that says what it was built from: in a copy all files are new, in any order.
func TestTimesSayNothing(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: built.wasm\n", "rule.c": "int a;", "old.c": "int b;"})
	note(t, dir, taxID(t))
	touch(t, dir, "rule.c")
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	touch(t, copied, "rule.c")
	for _, place := range []string{dir, copied} {
		if got := why(t, place); got != "" {
			t.Errorf("it %s", got)
		}
	}
	write(t, dir, "rule.c", "int c;")
	touch(t, dir, "built.wasm")
	if got := why(t, dir); got != "was built before rule.c changed" {
		t.Errorf("newer than its sources, and built from others: it %s", got)
	}
	write(t, copied, "more.c", "int d;")
	if got := why(t, copied); got != "was built before more.c changed" {
		t.Errorf("with one source more: it %s", got)
	}
	for _, name := range []string{"more.c", "old.c"} {
		if err := os.Remove(filepath.Join(copied, name)); err != nil {
			t.Fatal(err)
		}
	}
	if got := why(t, copied); got != "was built from a source that is gone" {
		t.Errorf("with one source less: it %s", got)
	}
}

// TestModulesFromElsewhere: of a module that does not say what it was built from, times decide; of one that the project does not build, nothing does.
func TestModulesFromElsewhere(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: built.wasm\n", "rule.c": ""})
	if got := why(t, dir); got != "is not built yet" {
		t.Errorf("without a module: it %s", got)
	}
	write(t, dir, "built.wasm", string(taxID(t)))
	touch(t, dir, "built.wasm")
	if got := why(t, dir); got != "" {
		t.Errorf("it is newer than its sources, and %s", got)
	}
	touch(t, dir, "rule.c")
	if got := why(t, dir); got != "is older than rule.c" {
		t.Errorf("it %s", got)
	}
	write(t, dir, "other.wasm", string(taxID(t)))
	touch(t, dir, "rule.c")
	if stale, err := author.Stale(dir, filepath.Join(dir, "other.wasm")); stale != nil || err != nil {
		t.Errorf("of a module of others: %v, %v", stale, err)
	}
	if _, err := author.ReadModule(dir, filepath.Join(dir, "none.wasm")); err == nil || !strings.HasSuffix(err.Error(), "none.wasm does not exist; what is built here, as assay.yaml says, is built.wasm") {
		t.Errorf("of one that nobody builds: %v", err)
	}
}

func TestAModuleThatNobodyBuilds(t *testing.T) {
	for _, tt := range []struct{ project, want string }{
		{"language: c\nmodule: built.wasm\n", "none.wasm does not exist; what is built here, as assay.yaml says, is built.wasm"},
		{"language: cel\n", "none.wasm does not exist"},
	} {
		dir := folder(t, map[string]string{"assay.yaml": tt.project, "rule.yaml": rule("tax-id", "{type: Quality, module: {path: none.wasm}}")})
		refused(t, dir, "rule.yaml: line 5, column 34: spec.module.path: "+filepath.Join(dir, tt.want))
	}
}

// taxID is a module of one check.
func taxID(t *testing.T) []byte {
	t.Helper()
	wasm, err := os.ReadFile(filepath.Join(builtin, "tax-id", "tax-id.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}
