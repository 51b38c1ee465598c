package main

import (
	"context"
	"encoding/json"
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// The checks as CEL over a client as the API shows it: how many findings each has.
var celCounts = [checks]string{
	contactInformation: `!client.channels.exists(c, c.value != "") && !client.contacts.exists(p, p.channels.exists(c, c.value != "")) ? 1 : 0`,
	contactJobTitle:    `size(client.contacts.filter(p, p.jobTitle == ""))`,
	contactPerson:      `client.kind == "company" && size(client.contacts) == 0 ? 1 : 0`,
	mainManager:        `client.manager == "" ? 1 : 0`,
	taxID:              `client.kind in ["company", "soleTrader"] && client.taxId == "" ? 1 : 0`,
}

// celPlaces tells for each contact whether it is one of them.
const celPlaces = `client.contacts.map(p, p.jobTitle == "")`

// celMaps is cel-go over clients that were decoded from JSON, or are for each evaluation.
type celMaps struct {
	counting [checks]cel.Program
	places   cel.Program
	clients  []map[string]any // decoded beforehand
	texts    [][]byte         // or to be decoded
}

func openCEL(decoded bool) func(context.Context, *base, [][]byte) (evaluator, error) {
	return func(_ context.Context, _ *base, cards [][]byte) (evaluator, error) {
		env, err := cel.NewEnv(cel.Variable("client", cel.MapType(cel.StringType, cel.DynType)))
		if err != nil {
			return nil, err
		}
		e := new(celMaps)
		for c, text := range celCounts {
			if e.counting[c], err = celProgram(env, text); err != nil {
				return nil, err
			}
		}
		if e.places, err = celProgram(env, celPlaces); err != nil {
			return nil, err
		}
		if !decoded {
			e.texts, err = texts(cards)
			return e, err
		}
		e.clients, err = maps(cards)
		return e, err
	}
}

func celProgram(env *cel.Env, text string) (cel.Program, error) {
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, fmt.Errorf("%s: %w", text, issues.Err())
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize))
}

// texts is the clients of cards as JSON.
func texts(cards [][]byte) (out [][]byte, err error) {
	for _, card := range cards {
		text, err := clientJSON(card)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// maps is the clients of cards decoded from JSON.
func maps(cards [][]byte) (out []map[string]any, err error) {
	for _, card := range cards {
		text, err := clientJSON(card)
		if err != nil {
			return nil, err
		}
		client, err := decoded(text)
		if err != nil {
			return nil, err
		}
		out = append(out, client)
	}
	return out, nil
}

func decoded(text []byte) (client map[string]any, err error) {
	err = json.Unmarshal(text, &client)
	return client, err
}

// client returns the client in a place, as it was decoded or as it is now.
func (e *celMaps) client(i int) (map[string]any, error) {
	if e.clients != nil {
		return e.clients[i], nil
	}
	return decoded(e.texts[i])
}

func (e *celMaps) len() int { return max(len(e.clients), len(e.texts)) }

func (e *celMaps) Count(ctx context.Context, workers int) (counts, error) {
	return shared(workers, e.len(), func(from, to int) (n counts, err error) {
		for i := from; i < to; i++ {
			client, err := e.client(i)
			if err != nil {
				return n, err
			}
			of, err := e.judge(client)
			if err != nil {
				return n, err
			}
			n.add(of)
		}
		return n, nil
	})
}

func (e *celMaps) judge(client map[string]any) (n counts, err error) {
	input := map[string]any{"client": client}
	for c, program := range e.counting {
		out, _, err := program.Eval(input)
		if err != nil {
			return n, err
		}
		n[c] = int64(out.(types.Int))
	}
	return n, nil
}

func (e *celMaps) Findings(_ context.Context, tell func(finding)) error {
	for i := range e.len() {
		client, err := e.client(i)
		if err != nil {
			return err
		}
		of, err := e.judge(client)
		if err != nil {
			return err
		}
		id := int64(client["id"].(float64))
		for c, n := range of {
			if n > 0 && check(c) != contactJobTitle {
				tell(finding{id, check(c), -1})
			}
		}
		out, _, err := e.places.Eval(map[string]any{"client": client})
		if err != nil {
			return err
		}
		tellPlaces(id, out, tell)
	}
	return nil
}

func tellPlaces(id int64, places ref.Val, tell func(finding)) {
	at := 0
	for it := places.(traits.Lister).Iterator(); it.HasNext() == types.True; at++ {
		if it.Next() == types.True {
			tell(finding{id, contactJobTitle, at})
		}
	}
}

func (*celMaps) Close() error { return nil }
