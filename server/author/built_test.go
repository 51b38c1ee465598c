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
			"rule.c sdk/assay.h test_rule.h src/build/x.c banks.inc main.go rule.ts transform.mjs src/lib.rs Cargo.toml .cargo/config.toml asconfig.json assay.yaml",
			"test_rule.c src/tests.rs rule.test.ts rule.test.mjs tests/x.rs main_test.go Makefile words.txt table.json build/x.c" + others},
		{"of a command", "language: stdio\nmodule: built.wasm\nbuild: {command: [make]}\n",
			"Makefile rule.zig src/Rule.java words.txt table.json names.xml list.yaml .cargo/config.toml main.go LICENSES.csv READMES.txt rule_test.zig assay.yaml", "build/rule.o" + others},
		{"that holds files", "language: go\nmodule: built.wasm\n", "main.go embeds.go words.txt sdk/table.json test_tax.go tax.test.go test/tax.go build/tax.go LICENSES.csv assay.yaml", "main_test.go testdata/x.go" + others},
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

// TestWhatAModuleIsMadeOfIsFoundInEveryLanguage: a program that takes files into itself, or may, is made of them.
func TestWhatAModuleIsMadeOfIsFoundInEveryLanguage(t *testing.T) {
	for _, tt := range []struct{ language, file, text, taken string }{
		{"go", "a.go", "//go:embed words.txt", "words.txt"},
		{"go", "a.go", "//go:embed testdata/x.json", "testdata/x.json"},
		{"go", "a.go", "//go:embed texts", "texts/en.md"},
		{"go", "a.go", "//go:embed *", "notes.md"},
		{"go", "a.go", "//go:embed report.xml clients.ndjson", "clients.ndjson"},
		{"go", "a.go", "//go:embed report.xml", "report.xml"},
		{"go", "a.go", "//go:embed README.md", "README.md"},
		{"rust", "src/a.rs", `let w = include_str!("../words.txt");`, "words.txt"},
		{"rust", "src/a.rs", `include!("words.txt");`, "words.txt"},
		{"rust", "src/a.rs", `static D: Dir = include_dir!("$CARGO_MANIFEST_DIR/docs");`, "docs/x.md"},
		{"rust", "src/a.rs", `#[path = "table.txt"] mod table;`, "table.txt"},
		{"rust", "build.rs", `let all = std::fs::read("words.csv");`, "words.csv"},
		{"rust", "build.rs", `fs::read_dir("tests")`, "tests/x.rs"},
		{"rust", "Cargo.toml", "[package]\nbuild = \"make.rs\"\n", "words.csv"},
		{"rust", "src/lib.rs", "mod test_text; mod build;", "src/test_text.rs"},
		{"rust", "src/lib.rs", "mod test_text; mod build;", "src/build/mod.rs"},
		{"c", "a.c", "  # include \"words.txt\"", "words.txt"},
		{"c", "a.c", "#embed \"words.txt\"", "words.txt"},
		{"c", "a.c", "#include \"words.html\"", "words.html"},
		{"c", "a.c", "#include TABLE", "table"},
		{"c", "a.c", "#include \"table\"", "table"},
		{"c", "a.c", "#include\"table\"", "table"},
		{"c", "a.c", "#include <words.def>", "sdk/words.def"},
		{"c", "a.c", "asm(\".incbin \\\"words.bin\\\"\");", "words.bin"},
		{"assemblyscript", "asconfig.json", `{"options": {"transform": ["./words.mjs"]}}`, "words.txt"},
	} {
		before := map[string]string{"report.xml": "<testsuites></testsuites>"}[tt.taken]
		dir := folder(t, map[string]string{"assay.yaml": "language: " + tt.language + "\nmodule: built.wasm\n", "Cargo.toml": "", tt.file: tt.text, tt.taken: before})
		note(t, dir, taxID(t))
		write(t, dir, tt.taken, before+"\n")
		if got := why(t, dir); got != "was built before "+filepath.FromSlash(tt.taken)+" changed" {
			t.Errorf("%s, %s, %s: it %q", tt.language, tt.text, tt.taken, got)
		}
	}
	for _, tt := range []struct{ language, file, text, other string }{
		{"c", "a.c", "#include \"a.h\"\n#include <stdint.h>\n", "words.txt"},
		{"go", "a.go", "//go:embed words.txt", "README.md"},
		{"rust", "src/lib.rs", "#[cfg(test)]\nmod tests;", "src/tests.rs"},
		{"rust", "src/lib.rs", "", "words.txt"},
		{"rust", "src/build.rs", "", "words.txt"},
	} {
		dir := folder(t, map[string]string{"assay.yaml": "language: " + tt.language + "\nmodule: built.wasm\n", tt.file: tt.text, tt.other: "", "words.txt": ""})
		note(t, dir, taxID(t))
		write(t, dir, tt.other, "word")
		if got := why(t, dir); got != "" {
			t.Errorf("%s, %s: it %s, which nothing takes", tt.language, tt.text, got)
		}
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
