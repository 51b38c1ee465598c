package cel_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/canon"
	"assay/server/crm"
	"assay/server/wasm"
)

// host runs the modules of all tests.
var host *wasm.Host

func TestMain(m *testing.M) {
	ctx := context.Background()
	h, err := wasm.New(ctx, wasm.Config{Phone: canon.ValidPhone})
	if err != nil {
		panic(err)
	}
	host = h
	code := max(m.Run(), runLeft())
	_ = h.Close(ctx)
	os.Exit(code)
}

// tester is a *testing.T, *testing.B or *rapid.T.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// evaluationTime is the time of every evaluation that does not name another.
var evaluationTime = time.Date(2027, 3, 14, 15, 9, 26, 535_000_000, time.UTC)

// newEnv returns the language with fields.
func newEnv(t testing.TB, fields ...cel.Field) *cel.Env {
	t.Helper()
	env, err := cel.NewEnv(fields)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// compile returns the module of a check.
func compile(t testing.TB, env *cel.Env, c cel.Check) *cel.Compiled {
	t.Helper()
	compiled, err := env.Compile(c)
	if err != nil {
		t.Fatalf("compile %s: %v", c.Name, err)
	}
	return compiled
}

// load loads a module and closes it with the test.
func load(t testing.TB, module []byte) *wasm.Module {
	t.Helper()
	m, err := host.Load(context.Background(), module)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m
}

// cardOf encodes a client.
func cardOf(t tester, c *crm.Client) []byte {
	t.Helper()
	card, err := crm.EncodeCard(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// batchOf makes a batch of cards.
func batchOf(cards ...[]byte) *abi.Batch {
	var b abi.Batch
	for _, c := range cards {
		b.Add(c)
	}
	return &b
}

// run evaluates the module's check on every card, one after the other without isolation as rules in CEL
// run, and returns the rows of each.
func run(t tester, m *wasm.Module, cards ...[]byte) [][]abi.ResultRow {
	t.Helper()
	rows := make([][]abi.ResultRow, len(cards))
	checks := []abi.Configured{{Check: m.Description().Checks[0].Name, Fuel: abi.MaxFuel, Isolation: abi.IsolateNone}}
	err := m.Evaluate(context.Background(), evaluationTime, checks, batchOf(cards...), func(_, card int, results []byte, fault error) {
		if fault != nil {
			t.Fatalf("card %d: %v", card, fault)
		}
		if err := abi.ParseResults(results, func(r abi.ResultRow) error {
			rows[card] = append(rows[card], r)
			return nil
		}); err != nil {
			t.Fatalf("card %d: %v", card, err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// noTrap evaluates the module's check on bytes that may be no card. Texts that are not UTF-8 make
// malformed results, which is the card's fault; anything else is the module's.
func noTrap(t testing.TB, m *wasm.Module, card []byte) {
	t.Helper()
	checks := []abi.Configured{{Check: m.Description().Checks[0].Name, Isolation: abi.IsolateNone}}
	err := m.Evaluate(context.Background(), evaluationTime, checks, batchOf(card), func(_, _ int, _ []byte, fault error) {
		if fault != nil && !strings.Contains(fault.Error(), "UTF-8") {
			t.Errorf("%x: %v", card, fault)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
