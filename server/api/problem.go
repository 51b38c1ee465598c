package api

import (
	"fmt"
	"strings"

	"assay/server/crm"
)

// Problem is why a request was refused, in the form of RFC 9457.
type Problem struct {
	Type     string            `json:"type"` // where the code is explained, relative to the server
	Title    string            `json:"title"`
	Status   int               `json:"status"`
	Code     string            `json:"code"` // one of Codes; what programs decide on
	Detail   string            `json:"detail,omitempty"`
	Errors   []crm.Problem     `json:"errors,omitempty"`   // every reason
	Findings []crm.FindingView `json:"findings,omitempty"` // of a write refused by rules in mode Enforce
}

// NewProblem returns the problem of a code with its title in a language.
func NewProblem(code, language, detail string) *Problem {
	c := CodeOf(code)
	return &Problem{Type: PathDocs + "#error-" + c.Name, Title: c.Title(language), Status: c.Status, Code: c.Name, Detail: detail}
}

// Error returns the whole problem as one line.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Title)
	if p.Detail != "" {
		fmt.Fprintf(&b, ": %s", p.Detail)
	}
	for i, e := range p.Errors {
		separator := "; "
		if i == 0 {
			separator = ": "
		}
		b.WriteString(separator)
		if e.Field != "" {
			fmt.Fprintf(&b, "%s: ", e.Field)
		}
		b.WriteString(e.Message)
	}
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "; %s: %s", f.Rule, f.Message)
	}
	return b.String()
}

// UnreachableError is a server that could not be asked at all.
type UnreachableError struct {
	Server string // the base URL
	Err    error
}

// Error says which server, and why.
func (e *UnreachableError) Error() string { return fmt.Sprintf("cannot reach %s: %v", e.Server, e.Err) }

// Unwrap returns the cause.
func (e *UnreachableError) Unwrap() error { return e.Err }
