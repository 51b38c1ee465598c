package author_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author"
)

// TestWhatAModuleIsMadeOf: a source that is newer than the module asks for a build, and nothing else does.
func TestWhatAModuleIsMadeOf(t *testing.T) {
	wasm, err := os.ReadFile(filepath.Join(builtin, "tax-id", "tax-id.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, yaml, sources, others string }{
		{"of a language", "language: c\nmodule: built.wasm\n",
			"rule.c sdk/assay.h main.go rule.ts transform.mjs src/lib.rs Cargo.toml .cargo/config.toml asconfig.json assay.yaml",
			"rule_test.c test_rule.c src/tests.rs rule.test.ts rule.test.mjs tests/x.rs main_test.go sdk/assay_test.h README.md cases.yaml rule.yaml Makefile .git/x.go node_modules/x.js base.json"},
		{"of a command", "language: stdio\nmodule: built.wasm\nbuild: {command: [make]}\n",
			"Makefile rule.zig src/Rule.java words.txt table.json names.xml list.yaml .cargo/config.toml main.go assay.yaml",
			"rule_test.zig README README.md LICENSE cases.yaml rule.yaml fields.yml base.json report.xml clients.ndjson cost.pprof .gitignore .git/x other.wasm target/x.o data/assay.db data/admin-token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			texts := map[string]string{"assay.yaml": tt.yaml, "rule.yaml": rule("tax-id", "{type: Quality, module: {path: built.wasm}}"), "cases.yaml": "- client: {taxId: x}\n",
				"base.json": "{\n  \"version\": 1,\n  \"assay\": \"dev\"\n}", "fields.yml": "apiVersion: assay/v1\nkind: Field\nmetadata: {name: gln}\nspec: {type: string}\n",
				"report.xml": "<?xml version=\"1.0\"?>\n<testsuites></testsuites>"}
			for name := range strings.FieldsSeq(tt.sources + " " + tt.others) {
				if _, has := texts[name]; !has {
					texts[name] = ""
				}
			}
			dir := folder(t, texts)
			write(t, dir, "built.wasm", string(wasm))
			for other := range strings.FieldsSeq(tt.others) {
				touch(t, dir, "built.wasm")
				touch(t, dir, other)
				if outdated, err := open(t, dir, author.Options{Stale: true}).Outdated(); err != nil || len(outdated) > 0 {
					t.Errorf("%s asks for a build: %v, %v", other, outdated, err)
				}
			}
			for source := range strings.FieldsSeq(tt.sources) {
				touch(t, dir, "built.wasm")
				touch(t, dir, source)
				refused(t, dir, "built.wasm is older than "+source+": run `assay rule build")
			}
		})
	}
}
