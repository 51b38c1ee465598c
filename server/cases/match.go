package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
)

// Match says for each expected finding which of the findings it is, -1 for none. It is the one that is as expected,
// or else one of which so much is that people would say something of it is wrong, rather than that it is another.
func Match(r *engine.Rule, want []rules.CaseFinding, got []crm.Finding) []int {
	match := make([]int, len(want))
	for i := range match {
		match[i] = -1
	}
	for _, alike := range []func(*rules.CaseFinding, *crm.Finding) bool{
		func(w *rules.CaseFinding, g *crm.Finding) bool { return compareFinding(r, w, g) == nil },
		func(w *rules.CaseFinding, g *crm.Finding) bool { return codeOf(r, w) == g.Code && w.Path == g.Path },
		func(w *rules.CaseFinding, g *crm.Finding) bool {
			return codeOf(r, w) == g.Code && w.RowID != "" && w.RowID == g.RowID
		},
		func(w *rules.CaseFinding, g *crm.Finding) bool {
			return w.Path != "" && w.Path == g.Path && (w.RowID == "" || w.RowID == g.RowID)
		},
		func(w *rules.CaseFinding, g *crm.Finding) bool {
			return codeOf(r, w) == g.Code && w.Path == "" && w.RowID == ""
		},
	} {
		pair(match, want, got, alike)
	}
	return match
}

// pair gives expected findings that have no match the first that is alike and nobody's.
func pair(match []int, want []rules.CaseFinding, got []crm.Finding, alike func(*rules.CaseFinding, *crm.Finding) bool) {
	for i := range want {
		for j := range got {
			if match[i] < 0 && !slices.Contains(match, j) && alike(&want[i], &got[j]) {
				match[i] = j
			}
		}
	}
}

// codeOf is the code that is expected: that of the rule when none is given.
func codeOf(r *engine.Rule, want *rules.CaseFinding) string { return cmp.Or(want.Code, r.Name) }

// wanted tells what is expected of a finding, besides its name.
func wanted(f *rules.CaseFinding) string {
	return details(f.RowID, string(f.Severity), string(f.Suggest), rules.Text(f.Message, "en"))
}

// found tells what a finding is, besides its name.
func found(r *engine.Rule, f *crm.Finding) string {
	return details(f.RowID, string(Severity(r, f)), string(f.Suggest), Message(r, f, "en"))
}

func details(rowID, severity, suggest, message string) string {
	var parts []string
	for _, part := range []struct{ format, value string }{{"row %s", rowID}, {"%s", severity}, {"%q", message}, {"suggests %s", suggest}} {
		if part.value != "" {
			parts = append(parts, fmt.Sprintf(part.format, part.value))
		}
	}
	return strings.Join(parts, ", ")
}
