package main

import (
	"errors"
	"strings"
	"testing"
)

// everything is a figure of 1 for each that the parts measure.
func everything() figures {
	f := figures{"import/Assay": 1, "import/PocketBase": 1, "growth/report p99": 1, slope + "memory": 1}
	for _, c := range contenders {
		f["evaluation/"+c.name] = 1
	}
	return f
}

// A contender that is renamed must be renamed in the aims.
func TestAimsAreAboutWhatIsMeasured(t *testing.T) {
	f := everything()
	for _, a := range aims {
		if v, err := a.of(f); v != 1 || err != nil {
			t.Errorf("%s: %v, %v", a.what, v, err)
		}
		if alike, err := a.counting(f); a.alike != nil && alike != "1×" || err != nil {
			t.Errorf("%s, both counting: %v, %v", a.what, alike, err)
		}
	}
	delete(f, "evaluation/OPA")
	if _, err := aimsTable(f, false); err == nil || !strings.Contains(err.Error(), "evaluation/OPA") {
		t.Errorf("an aim about what its part does not measure: %v", err)
	}
}

func TestVerdicts(t *testing.T) {
	f := everything()
	f["evaluation/OPA"], f["evaluation/SQLite, JSON text"] = 100, 24.9
	delete(f, "import/Assay")
	delete(f, "import/PocketBase")
	f[slope+"opening"] = 12
	table, err := aimsTable(f, false)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"OPA": "met", "SQLite": "missed", "Fused": "met", "Import": "not measured", "The steepest": "missed"}
	for _, row := range table.rows {
		for name, verdict := range want {
			if strings.HasPrefix(row[0], name) && row[4] != verdict {
				t.Errorf("%v, want %q", row, verdict)
			}
		}
	}
	if !strings.HasSuffix(table.about, "The steepest is that of opening.") {
		t.Error(table.about)
	}
	if _, err := f.get("import/Assay"); !errors.As(err, new(absent)) {
		t.Errorf("a figure of a part that was not measured: %v", err)
	}
}
