package rules

import (
	"encoding/json"
	"time"
)

// Case is an example of a client and of what a rule must say about it.
type Case struct {
	// Name says what the case shows; shown when it fails.
	Name string `json:"name,omitempty"`
	// Rule is the rule that is tried, where the folder of the file has several. Case files only.
	Rule string `json:"rule,omitempty"`
	// Raw marks a client as it was typed: it is judged as a write of it would store it, with placeholders such as
	// "-" emptied, rows of nothing else dropped, phones, tax ids and dates made canonical. What a write would refuse is
	// no client here either. Without it the client is taken as stored. Case files only.
	Raw bool `json:"raw,omitempty"`
	// Settings are those of the rule in this case, in place of its own. Case files only.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Now is the time of evaluation; zero means the time at which the case is run.
	Now time.Time `json:"now,omitzero"`
	// Client is the client as the API shows it; fields may be left out. As when it is stored, it is a company unless
	// it says another kind; kind "" is none.
	Client json.RawMessage `json:"client"`
	// Findings are all findings a quality rule must give, in any order.
	Findings []CaseFinding `json:"findings,omitempty"`
	// Label is the label a segmentation rule must give, "" for none.
	Label string `json:"label,omitempty"`
	// Reason is what the rule must say of the label, by language; languages that are left out are not compared.
	Reason map[string]string `json:"reason,omitempty"`
	// Measures are values that a segmentation rule must give, by name; those left out are not compared.
	Measures map[string]int64 `json:"measures,omitempty"`
	// Error is what must stand in the error of a client that the rule cannot judge, "" for no error.
	Error string `json:"error,omitempty"`
	// Fuel is how many units the rule may spend at most, 0 for as many as its limit allows.
	Fuel int64 `json:"fuel,omitempty"`
}

// CaseFinding is one expected finding. What is left out is not compared,
// except that Code is the rule's name by default.
type CaseFinding struct {
	Code  string `json:"code,omitempty"`  // the name of the rule, or what the module calls the finding
	Path  string `json:"path,omitempty"`  // with today's index: contacts[0].jobTitle
	RowID string `json:"rowId,omitempty"` // of the row in the client
	// Severity is the finding's own, or that of the rule.
	Severity Severity `json:"severity,omitempty"`
	// Suggest is the value that is suggested.
	Suggest json.RawMessage   `json:"suggest,omitempty"`
	Message map[string]string `json:"message,omitempty"` // as rendered, by language
}

// PlacedCase is a case and where it stands in the text it was read from.
type PlacedCase struct {
	Case
	Path string // such as [3]
	root *node
}

// Place returns the line and the column of a path in the case, such as rule, or of the part of the
// path that is there; of the case itself for "".
func (c PlacedCase) Place(path string) (line, column int) {
	n := c.root.find(path)
	return n.line, n.column
}

// ParseCases reads a case file: a list of cases in YAML or JSON. The error is
// a [*ParseError] with every problem.
func ParseCases(data []byte) ([]Case, error) {
	placed, err := ParsePlacedCases(data)
	var cases []Case
	for _, c := range placed {
		cases = append(cases, c.Case)
	}
	return cases, err
}

// ParsePlacedCases is [ParseCases] for those who say where a case stands.
func ParsePlacedCases(data []byte) ([]PlacedCase, error) {
	found := &problems{}
	var cases []PlacedCase
	for _, doc := range found.read(data, maxManifestBytes) {
		found.begin(doc)
		var list []Case
		found.decode(doc.root, &list, "")
		for i := range list {
			path := index("", i)
			found.check(validateCase(&list[i], path))
			cases = append(cases, PlacedCase{list[i], path, doc.root.find(path)})
		}
	}
	if len(cases) == 0 {
		found.addEmpty("there is no case in it")
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return cases, nil
}
