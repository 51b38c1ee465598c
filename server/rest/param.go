package rest

import (
	"slices"
	"strconv"
	"strings"

	"assay/server/api"
	"assay/server/crm"
)

// param is one parameter of a query, or a header.
type param struct {
	name     string
	describe string
	example  any
	many     bool     // may be given more than once
	required bool     // must be given
	enum     []string // allowed values
	kind     paramKind
	shape    func(string) bool // further condition on text
	want     string            // what shape asks for, in words
}

type paramKind int

const (
	textParam  paramKind = iota
	flagParam            // true | false
	countParam           // whole number, not negative
	limitParam           // 1 to api.MaxLimit
)

func text(name, describe string, example any) param {
	return param{name: name, describe: describe, example: example}
}

func texts(name, describe string, example any) param {
	return param{name: name, describe: describe, example: example, many: true}
}

func choice(name, describe string, values ...string) param {
	return param{name: name, describe: describe, enum: values}
}

var (
	dryRunParam = param{name: "dryRun", kind: flagParam, describe: "Do everything but store."}
	limitQuery  = param{name: "limit", kind: limitParam, describe: "Items of a page."}
	afterQuery  = text("after", "`next` of the page before.", nil)
)

// check returns the reasons why the values given cannot be taken.
func (p param) check(values []string) []crm.Problem {
	if p.required && (len(values) == 0 || values[0] == "") {
		if len(p.enum) > 0 {
			return []crm.Problem{reason(p.name, "parameter_missing_of", "want", p.values())}
		}
		return []crm.Problem{reason(p.name, "parameter_missing")}
	}
	if len(values) > 1 && !p.many {
		return []crm.Problem{reason(p.name, "parameter_repeated")}
	}
	var problems []crm.Problem
	for _, v := range values {
		if want := p.wants(v); want != "" {
			problems = append(problems, reason(p.name, "parameter_value", "value", shorten(v), "want", want))
		}
	}
	return problems
}

// wants returns what would be right in place of v, "" when v is right.
func (p param) wants(v string) string {
	switch p.kind {
	case flagParam:
		if v != "true" && v != "false" {
			return "true, false"
		}
	case countParam:
		if n, err := strconv.ParseInt(v, 10, 64); err != nil || n < 0 {
			return "0, 1, 2, …"
		}
	case limitParam:
		if n, err := strconv.Atoi(v); err != nil || n < 1 || n > api.MaxLimit {
			return "1 … " + strconv.Itoa(api.MaxLimit)
		}
	case textParam:
		if len(p.enum) > 0 && !slices.Contains(p.enum, v) {
			return p.values()
		}
		if p.shape != nil && !p.shape(v) {
			return p.want
		}
	}
	return ""
}

// values lists the allowed values; the empty one is shown as "".
func (p param) values() string {
	shown := slices.Clone(p.enum)
	for i, v := range shown {
		if v == "" {
			shown[i] = `""`
		}
	}
	return strings.Join(shown, ", ")
}

// shorten cuts text that is quoted back.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return strings.ToValidUTF8(s, "�")
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
