package builtin_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/wasm"
)

// TestCases runs every case of every default rule through its committed module.
func TestCases(t *testing.T) {
	ctx := t.Context()
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, d := range builtin.All() {
		t.Run(d.Name, func(t *testing.T) {
			module, err := host.Load(ctx, d.Wasm)
			if err != nil {
				t.Fatal(err)
			}
			cases, err := rules.ParseCases(d.Cases)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cases {
				t.Run(c.Name, func(t *testing.T) { runCase(t, d, module, c) })
			}
		})
	}
}

func runCase(t *testing.T, d builtin.Default, module *wasm.Module, c rules.Case) {
	object, err := rules.ParseOne(d.Manifest, rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	messages := object.(*rules.Rule).Spec.Message
	got := evaluate(t, module, d.Name, cardOf(t, c), cmp.Or(c.Now, time.Now()))
	if len(got) != len(c.Findings) {
		t.Fatalf("got %d findings, want %d: %v", len(got), len(c.Findings), got)
	}
	for i, want := range c.Findings {
		found := slices.IndexFunc(got, func(row abi.ResultRow) bool { return row.Path == want.Path })
		if found < 0 {
			t.Fatalf("no finding %d at %s: %v", i, want.Path, got)
		}
		row := got[found]
		if code := cmp.Or(want.Code, d.Name); row.Code != code {
			t.Errorf("finding at %s has code %q, want %q", want.Path, row.Code, code)
		}
		if want.RowID != "" && row.RowID != want.RowID {
			t.Errorf("finding at %s has row id %q, want %q", want.Path, row.RowID, want.RowID)
		}
		for lang, text := range want.Message {
			if message := rules.Render(rules.Text(messages, lang), paramsOf(row)); message != text {
				t.Errorf("finding at %s says in %s\n     %s\nwant %s", want.Path, lang, message, text)
			}
		}
	}
}

func paramsOf(row abi.ResultRow) func(string) (string, bool) {
	return func(key string) (string, bool) {
		i := slices.IndexFunc(row.Params, func(p abi.Param) bool { return p.Key == key })
		if i < 0 {
			return "", false
		}
		return row.Params[i].Value, true
	}
}

// evaluate returns the findings of the rule for one card.
func evaluate(t *testing.T, module *wasm.Module, check string, card []byte, now time.Time) (found []abi.ResultRow) {
	t.Helper()
	var batch abi.Batch
	batch.Add(card)
	var failure error
	err := module.Evaluate(t.Context(), now, []abi.Configured{{Check: check}}, &batch, func(_, _ int, results []byte, fault error) {
		if failure = fault; fault != nil {
			return
		}
		failure = abi.ParseResults(results, func(row abi.ResultRow) error {
			if row.Kind != abi.ResultFinding {
				return fmt.Errorf("a row of kind %d: %s", row.Kind, row.Error)
			}
			found = append(found, row)
			return nil
		})
	})
	if err := cmp.Or(err, failure); err != nil {
		t.Fatal(err)
	}
	return found
}

// written makes cards of clients as they are typed.
var written = intake.NewCards(engine.NewSet(0, nil, nil, nil), "RU", time.UTC)

// cardOf encodes the client of a case, unknown keys refused.
func cardOf(t *testing.T, c rules.Case) []byte {
	t.Helper()
	if c.Raw {
		_, card, err := written.Card(c.Client, time.Now())
		if err != nil {
			t.Fatalf("client: %v", err)
		}
		return card
	}
	decoder := json.NewDecoder(bytes.NewReader(c.Client))
	decoder.DisallowUnknownFields()
	var client crm.Client
	if err := decoder.Decode(&client); err != nil {
		t.Fatalf("client: %v", err)
	}
	card, err := crm.EncodeCard(nil, &client)
	if err != nil {
		t.Fatalf("client: %v", err)
	}
	return card
}

// TestCasesShowBothSides holds that a rule's examples have clients with findings and without, as stored
// and as typed: a rule that always or never speaks would not pass.
func TestCasesShowBothSides(t *testing.T) {
	for _, d := range builtin.All() {
		cases, err := rules.ParseCases(d.Cases)
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		var with, without, raw int
		names := map[string]bool{}
		for _, c := range cases {
			if strings.TrimSpace(c.Name) == "" || names[c.Name] {
				t.Errorf("%s: the case %q has no name of its own", d.Name, c.Name)
			}
			names[c.Name] = true
			if len(c.Findings) > 0 {
				with++
			} else {
				without++
			}
			if c.Raw {
				raw++
			}
		}
		if with < 3 || without < 3 || raw == 0 {
			t.Errorf("%s: %d cases with findings, %d without, %d as typed", d.Name, with, without, raw)
		}
	}
}
