package cases

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
)

// What a difference is about.
const (
	Missing    = "missing"    // a finding that was expected and not found
	Unexpected = "unexpected" // a finding that was found and not expected
	Value      = "value"      // something has another value
)

// Difference is one way in which a rule does not say what a case expects.
type Difference struct {
	Kind    string `json:"kind"`
	Finding string `json:"finding,omitempty"` // which: "contact-job-title at contacts[0].jobTitle"; "" when it is about the client
	Field   string `json:"field,omitempty"`   // of a value: severity, message.ru, label, reason.en, measures.revenue, error, fuel
	Want    string `json:"want,omitempty"`
	Got     string `json:"got,omitempty"`
}

// String says the difference in a sentence.
func (d Difference) String() string {
	switch {
	case d.Kind == Missing:
		return "expected and not found: " + d.Finding
	case d.Kind == Unexpected:
		return "found and not expected: " + d.Finding
	case d.Field == "error" && d.Want == "":
		return "the rule failed: " + d.Got
	case d.Field == "fuel":
		return fmt.Sprintf("expected %s of fuel, got %s", d.Want, d.Got)
	}
	where := ""
	if d.Finding != "" {
		where = d.Finding + ": "
	}
	return fmt.Sprintf("%sexpected the %s %q, got %q", where, d.Field, d.Want, d.Got)
}

// Text joins the differences in one line, "" for none.
func Text(differences []Difference) string {
	list := make([]string, len(differences))
	for i, d := range differences {
		list[i] = d.String()
	}
	return strings.Join(list, "; ")
}

// Compare says how a rule's verdict differs from what the case expects, nil when it does not.
func Compare(r *engine.Rule, c *rules.Case, v *engine.Verdict) []Difference {
	if c.Error != "" || v.Error != "" {
		return append(compareError(c, v), compareFuel(c, v)...)
	}
	d := value(nil, "", "label", c.Label, v.Label)
	if c.Label == v.Label {
		for _, language := range slices.Sorted(maps.Keys(c.Reason)) {
			d = value(d, "", "reason."+language, c.Reason[language], Reason(r, v, language))
		}
	}
	for _, measure := range slices.Sorted(maps.Keys(c.Measures)) {
		got := "no value"
		if n, given := v.Measures[measure]; given {
			got = strconv.FormatInt(n, 10)
		}
		d = value(d, "", "measures."+measure, strconv.FormatInt(c.Measures[measure], 10), got)
	}
	return append(append(d, compareFindings(r, c, v)...), compareFuel(c, v)...)
}

func compareError(c *rules.Case, v *engine.Verdict) []Difference {
	if c.Error != "" && strings.Contains(v.Error, c.Error) {
		return nil
	}
	return []Difference{{Kind: Value, Field: "error", Want: c.Error, Got: v.Error}}
}

func compareFuel(c *rules.Case, v *engine.Verdict) []Difference {
	if c.Fuel == 0 || v.Fuel <= c.Fuel {
		return nil
	}
	return []Difference{{Kind: Value, Field: "fuel", Want: fmt.Sprintf("at most %d units", c.Fuel), Got: fmt.Sprintf("%d units", v.Fuel)}}
}

func compareFindings(r *engine.Rule, c *rules.Case, v *engine.Verdict) (d []Difference) {
	match := Match(r, c.Findings, v.Findings)
	expected := make([]bool, len(v.Findings))
	for i := range c.Findings {
		want := &c.Findings[i]
		if match[i] < 0 {
			d = append(d, Difference{Kind: Missing, Finding: name(codeOf(r, want), want.Path), Want: wanted(want)})
			continue
		}
		expected[match[i]] = true
		d = append(d, compareFinding(r, want, &v.Findings[match[i]])...)
	}
	for i := range v.Findings {
		d = append(d, unsaid(r, &v.Findings[i])...)
		if got := &v.Findings[i]; !expected[i] {
			d = append(d, Difference{Kind: Unexpected, Finding: name(got.Code, got.Path), Got: found(r, got)})
		}
	}
	return d
}

// compareFinding says in which of what is expected of a finding it has another value.
func compareFinding(r *engine.Rule, want *rules.CaseFinding, got *crm.Finding) (d []Difference) {
	of := name(got.Code, got.Path)
	d = value(d, of, "code", codeOf(r, want), got.Code)
	if want.Path != "" {
		d = value(d, of, "path", want.Path, got.Path)
	}
	if want.RowID != "" {
		d = value(d, of, "rowId", want.RowID, got.RowID)
	}
	if want.Severity != "" {
		d = value(d, of, "severity", string(want.Severity), string(Severity(r, got)))
	}
	if want.Suggest != nil && !sameJSON(want.Suggest, got.Suggest) {
		d = value(d, of, "suggest", string(want.Suggest), string(got.Suggest))
	}
	for _, language := range slices.Sorted(maps.Keys(want.Message)) {
		d = value(d, of, "message."+language, want.Message[language], Message(r, got, language))
	}
	return d
}

// unsaid tells what people cannot read of a finding: its code has no text though others have, or a text asks for a parameter
// that the finding lacks. No case can expect that.
func unsaid(r *engine.Rule, f *crm.Finding) (d []Difference) {
	of, texts := name(f.Code, f.Path), r.Texts(f.Code)
	if described, ok := r.Description(); ok && len(texts) == 0 && len(described.Messages) > 0 {
		return value(d, of, "message", "one that the check declares for this code", "none")
	}
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		_ = rules.Render(texts[language], func(key string) (string, bool) {
			given := slices.ContainsFunc(f.Params, func(p crm.Param) bool { return p.Key == key })
			if !given {
				d = value(d, of, "message."+language, "a parameter "+key, "none")
			}
			return "", given
		})
	}
	return d
}

// value adds a difference of a value, if there is one.
func value(d []Difference, finding, field, want, got string) []Difference {
	if want == got {
		return d
	}
	return append(d, Difference{Kind: Value, Finding: finding, Field: field, Want: want, Got: got})
}
