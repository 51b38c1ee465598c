package crm

import (
	"fmt"
	"strings"
)

// Problem is one reason why input was refused.
type Problem struct {
	Field   string            `json:"field"` // where: contacts[1].birthday, spec.require, "" for the whole
	Code    string            `json:"code"`  // stable; what programs decide on
	Message string            `json:"message"`
	Text    string            `json:"-"` // which of the sentences of Code the message is; "" for the only one
	Args    map[string]string `json:"-"` // what the message mentions, for its translations
}

// InvalidError lists every reason why input was refused.
type InvalidError struct{ Problems []Problem }

// Error joins the reasons.
func (e *InvalidError) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteString("; ")
		}
		if p.Field != "" {
			fmt.Fprintf(&b, "%s: ", p.Field)
		}
		b.WriteString(p.Message)
	}
	return b.String()
}

// MalformedError is input that cannot be read at all: not JSON, not UTF-8, not YAML.
type MalformedError struct {
	Code   string
	Detail string
	Text   string            // as of a Problem
	Args   map[string]string // as of a Problem
}

// Error returns the detail.
func (e *MalformedError) Error() string { return e.Detail }
