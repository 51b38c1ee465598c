package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"assay/sdk/abi"
)

// regoChecks gives, by check, the clients of a batch by their place, and the place of the finding, -1 for the client itself.
const regoChecks = `package checks

reachable(c) if c.channels[_].value != ""
reachable(c) if c.contacts[_].channels[_].value != ""

found["contact-information"] contains [n, -1] if {
	some n, c in input
	not reachable(c)
}
found["contact-job-title"] contains [n, i] if {
	some n, c in input
	c.contacts[i].jobTitle == ""
}
found["contact-person"] contains [n, -1] if {
	some n, c in input
	c.kind == "company"
	count(c.contacts) == 0
}
found["main-manager"] contains [n, -1] if {
	some n, c in input
	c.manager == ""
}
found["tax-id"] contains [n, -1] if {
	some n, c in input
	c.kind in {"company", "soleTrader"}
	c.taxId == ""
}
`

// opaBatch is how many clients a query is asked of: 16 took 1.3 times as long a client, one alone 3.3 times, with partial evaluation too.
const opaBatch = 64

// opa is Rego prepared once, over batches of clients that were made OPA's values beforehand.
type opa struct {
	query   rego.PreparedEvalQuery
	batches []ast.Value
	cards   [][]byte
}

func openOPA(ctx context.Context, _ *base, cards [][]byte) (evaluator, error) {
	query, err := rego.New(rego.Query("data.checks.found"), rego.Module("checks.rego", regoChecks)).PrepareForEval(ctx)
	if err != nil {
		return nil, err
	}
	e := &opa{query: query, cards: cards}
	clients, err := maps(cards)
	if err != nil {
		return nil, err
	}
	for batch := range slices.Chunk(clients, opaBatch) {
		input, err := ast.InterfaceToValue(batch)
		if err != nil {
			return nil, err
		}
		e.batches = append(e.batches, input)
	}
	return e, nil
}

func (e *opa) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, len(e.batches), func(from, to int) (n counts, err error) {
		for _, batch := range e.batches[from:to] {
			if err := e.judge(ctx, batch, func(_ int, c check, _ int) error { n[c]++; return nil }); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

// judge tells what is found in a batch: the client's place in it, the check, and the contact.
func (e *opa) judge(ctx context.Context, batch ast.Value, tell func(client int, c check, contact int) error) error {
	out, err := e.query.Eval(ctx, rego.EvalParsedInput(batch))
	if err != nil {
		return err
	}
	found, ok := out[0].Expressions[0].Value.(map[string]any)
	if !ok {
		return fmt.Errorf("an answer of type %T", out[0].Expressions[0].Value)
	}
	for name, pairs := range found {
		c, err := checkOf(name)
		if err != nil {
			return err
		}
		for _, pair := range pairs.([]any) {
			pair := pair.([]any)
			client, err := strconv.Atoi(string(pair[0].(json.Number)))
			if err != nil {
				return err
			}
			contact, err := strconv.Atoi(string(pair[1].(json.Number)))
			if err != nil {
				return err
			}
			if err := tell(client, c, contact); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *opa) Findings(ctx context.Context, tell func(finding)) error {
	for i, batch := range e.batches {
		err := e.judge(ctx, batch, func(client int, c check, contact int) error {
			of, err := abi.Open(e.cards[i*opaBatch+client])
			if err == nil {
				tell(finding{of.ID(), c, contact})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (*opa) Close() error { return nil }
