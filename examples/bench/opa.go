package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// regoChecks gives the places of findings by check, -1 for the client itself.
const regoChecks = `package checks

reachable if input.channels[_].value != ""
reachable if input.contacts[_].channels[_].value != ""

found["contact-information"] contains -1 if not reachable
found["contact-job-title"] contains i if input.contacts[i].jobTitle == ""
found["contact-person"] contains -1 if {
	input.kind == "company"
	count(input.contacts) == 0
}
found["main-manager"] contains -1 if input.manager == ""
found["tax-id"] contains -1 if {
	input.kind in {"company", "soleTrader"}
	input.taxId == ""
}
`

// opa is Rego prepared once, over inputs that were made OPA's values beforehand.
type opa struct {
	query  rego.PreparedEvalQuery
	inputs []ast.Value
}

func openOPA(ctx context.Context, _ *base, cards [][]byte) (evaluator, error) {
	query, err := rego.New(rego.Query("data.checks.found"), rego.Module("checks.rego", regoChecks)).PrepareForEval(ctx)
	if err != nil {
		return nil, err
	}
	e := &opa{query: query}
	clients, err := maps(cards)
	if err != nil {
		return nil, err
	}
	for _, client := range clients {
		input, err := ast.InterfaceToValue(client)
		if err != nil {
			return nil, err
		}
		e.inputs = append(e.inputs, input)
	}
	return e, nil
}

func (e *opa) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, len(e.inputs), func(from, to int) (n counts, err error) {
		for _, input := range e.inputs[from:to] {
			if err := e.judge(ctx, input, func(c check, _ int) { n[c]++ }); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

func (e *opa) judge(ctx context.Context, input ast.Value, tell func(check, int)) error {
	out, err := e.query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		return err
	}
	found, ok := out[0].Expressions[0].Value.(map[string]any)
	if !ok {
		return fmt.Errorf("an answer of type %T", out[0].Expressions[0].Value)
	}
	for name, places := range found {
		c, err := checkOf(name)
		if err != nil {
			return err
		}
		for _, place := range places.([]any) {
			at, err := strconv.Atoi(string(place.(json.Number)))
			if err != nil {
				return err
			}
			tell(c, at)
		}
	}
	return nil
}

func (e *opa) Findings(ctx context.Context, tell func(finding)) error {
	for _, input := range e.inputs {
		id, err := input.(ast.Object).Get(ast.StringTerm("id")).Value.(ast.Number).Int64()
		if !err {
			return fmt.Errorf("an id that is no integer")
		}
		if err := e.judge(ctx, input, func(c check, at int) { tell(finding{id, c, at}) }); err != nil {
			return err
		}
	}
	return nil
}

func (*opa) Close() error { return nil }
