package rules

import (
	"encoding/json"
	"time"
)

// Case is an example of a client and of what a rule must say about it.
type Case struct {
	// Name says what the case shows; shown when it fails.
	Name string `json:"name,omitempty"`
	// Raw marks a client as it was typed: it is cleaned the way a write is (blanks
	// trimmed, placeholders such as "-" emptied) before it is judged. Without it
	// the client is taken as stored. Case files only.
	Raw bool `json:"raw,omitempty"`
	// Settings are those of the rule in this case. Case files of the library only.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Now is the time of evaluation; zero means the time at which the case is run.
	Now time.Time `json:"now,omitzero"`
	// Client is the client as the API shows it; fields may be left out.
	Client json.RawMessage `json:"client"`
	// Findings are all findings a quality rule must give, in any order.
	Findings []CaseFinding `json:"findings,omitempty"`
	// Label is the label a segmentation rule must give, "" for none.
	Label string `json:"label,omitempty"`
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

// ParseCases reads a case file: a list of cases in YAML or JSON. The error is
// a [*ParseError] with every problem.
func ParseCases(data []byte) ([]Case, error) {
	found := &problems{}
	var cases []Case
	for _, doc := range found.read(data, maxManifestBytes) {
		found.begin(doc)
		var list []Case
		found.decode(doc.root, &list, "")
		for i := range list {
			found.check(validateCase(&list[i], index("", i)))
		}
		cases = append(cases, list...)
	}
	if len(cases) == 0 {
		found.addEmpty("there is no case in it")
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return cases, nil
}
