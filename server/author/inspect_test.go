package author_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/wasm"
)

func inspect(t *testing.T, path string) *author.Inspection {
	t.Helper()
	list, err := author.Inspect(t.Context(), path, author.Options{CacheDir: t.TempDir()})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d modules (%v)", len(list), err)
	}
	return list[0]
}

func TestTheSectionAndTheModuleAgree(t *testing.T) {
	module, err := os.ReadFile(filepath.Join(builtin, "tax-id", "tax-id.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	said := `{"abi":1,"checks":[{"name":"tax-id","type":"Quality","messages":{"tax-id":{"en":"No tax id. Add it.","ru":"Не указан ИНН. Укажите его.","uk":"Не вказано податковий номер (ЄДРПОУ або РНОКПП). Вкажіть його."}}}]}`
	for _, tt := range []struct{ section, want string }{
		{"", "absent"},
		{said, "agrees"},
		{strings.Replace(said, "Add it", "Fill it in", 1), "differs from what the module says of itself"},
		{"{}", "is wrong: abi is 0, want 1"},
	} {
		with := module
		if tt.section != "" {
			if with, err = abi.WithCustomSection(module, abi.DescriptionSection, []byte(tt.section)); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(t.TempDir(), "m.wasm")
		if err := os.WriteFile(file, with, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := inspect(t, file).Section; got != tt.want {
			t.Errorf("%s: %s", tt.section, got)
		}
	}
}

func TestEveryModuleCanBeInspected(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "wasm", "testdata", "load", "*.wasm"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d modules (%v)", len(files), err)
	}
	for _, file := range files {
		i := inspect(t, file)
		switch {
		case i.Digest == "" || i.Size == 0:
			t.Errorf("%s: nothing is known of it", file)
		case i.Refused != nil && (i.Refused.Code == "" || i.Refused.Detail == ""):
			t.Errorf("%s is refused, and nobody knows why", file)
		case i.Refused == nil && (i.Cost == nil || i.Determinism == nil || len(i.Checks) == 0):
			t.Errorf("%s is good, and what it costs is not said", file)
		}
		over := slices.ContainsFunc(i.Limits, func(f wasm.Figure) bool { return f.Value > f.Most })
		limited := i.Refused != nil && slices.Contains([]string{"limit_exceeded", "memory_limit"}, i.Refused.Code)
		if over != limited {
			t.Errorf("%s: a figure is too large: %v, and the refusal is %+v", file, over, i.Refused)
		}
	}
}

func TestAModuleThatRemembersIsSaidTo(t *testing.T) {
	i := inspect(t, filepath.Join("..", "wasm", "testdata", "hostile", "keeps-memory.wasm"))
	if d := i.Determinism; d == nil || !d.Tried || d.Deterministic || !strings.Contains(d.Reason, "got different results after different clients") {
		t.Errorf("it remembers, and is said to be %+v", d)
	}
	if i := inspect(t, filepath.Join("..", "wasm", "testdata", "hostile", "state-table.wasm")); !strings.Contains(i.Keeps, "table.set") {
		t.Errorf("it changes a table, and is said to keep %q", i.Keeps)
	}
}

func TestSettingsAsPeopleReadThem(t *testing.T) {
	dir := folder(t, map[string]string{"rule.yaml": rule("a", "{library: pattern, settings: {field: name, pattern: x}}")})
	if i := inspect(t, dir); i.File != "" || !slices.Equal(i.Rules, []string{"a"}) || i.Determinism == nil {
		t.Errorf("the module of a rule of the library: %+v", i)
	}
}
