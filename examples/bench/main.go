package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	clients := flag.Int("clients", 1_000_000, "how many clients the base has")
	rounds := flag.Int("rounds", 5, "how often each contender is measured")
	flag.Parse()
	dir, err := os.MkdirTemp("", "assay-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := makeBase(ctx, dir, *clients)
	if err != nil {
		return err
	}
	rows, err := measure(ctx, b, contenders, *rounds)
	if err != nil {
		return err
	}
	for _, r := range rows {
		fmt.Printf("%-40s %d workers %10.1f ns/client ±%.0f %%\n", r.name, r.workers, r.median, 100*r.spread)
	}
	return nil
}

var contenders = []contender{
	{name: "Go over cards", how: "the same bytes, no rules", open: func(_ context.Context, _ *base, cards [][]byte) (evaluator, error) { return nativeCards{cards}, nil }},
	{name: "Go over structs", how: "decoded beforehand", open: openNativeClients, part: 4},
	{name: "Assay, CEL, fused", how: "the default rules as a server runs them", open: openRules(true)},
	{name: "Assay, CEL, apart", how: "the same, each in a module of its own", open: openRules(false)},
	{name: "cel-go over maps", how: "decoded beforehand; programs optimised", open: openCEL(true), part: 20},
	{name: "cel-go over JSON", how: "decoded for each client with encoding/json", open: openCEL(false), part: 20},
	{name: "OPA", how: "one prepared query; inputs made OPA's values beforehand", open: openOPA, part: 100},
	{name: "PostgreSQL, jsonb", how: "one query", open: openJSONB},
	{name: "PostgreSQL, columns", how: "one query; lists as arrays", open: openColumns},
	{name: "SQLite, JSON text", how: "a query a worker, each over its share of the ids", open: openSQLiteJSON},
	{name: "SQLite, columns", how: "the same; contacts and channels in tables of their own", open: openSQLiteColumns},
	{name: "DuckDB, nested lists", how: "one query", open: openDuckNested},
	{name: "DuckDB, flat columns", how: "one query", open: openDuckFlat},
}
