package main

import (
	"context"
	"fmt"
)

// evaluation measures the five checks over the stored base.
func evaluation(ctx context.Context, s *suite) ([]table, error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.measure(ctx, b, contenders)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.workers == 2 {
			s.figures["evaluation/"+r.name] = r.median
		}
	}
	t := table{title: fmt.Sprintf("Five checks over %d clients", len(b.cards)), header: []string{"", "how", "clients", "1 worker, ns a client", "2 workers", "of Assay, fused (2 workers)", "of Go over cards (2 workers)"},
		about: fmt.Sprintf("Evaluation alone, the base in memory or in the system's cache, %s. Every contender finds the same contacts and clients; those that are too slow for the whole base in the time there is run over its first part.", rounds(rows[0].rounds))}
	ours, limit := s.figures["evaluation/Assay, CEL, fused"], s.figures["evaluation/Go over cards"]
	for i := 0; i < len(rows); i += 2 {
		one, two := rows[i], rows[i+1]
		t.rows = append(t.rows, []string{one.name, one.how, fmt.Sprint(one.clients), figure(one), figure(two), number(two.median / ours), number(two.median / limit)})
	}
	return []table{t}, nil
}

// figure is the time of a client, with the spread where there is one.
func figure(r row) string {
	if r.rounds == 1 {
		return fmt.Sprintf("%.0f", r.median)
	}
	return fmt.Sprintf("%.0f ±%.0f %%", r.median, 100*r.spread)
}

var contenders = []contender{
	{name: "Go over cards", how: "the same bytes, no rules; the same results as Assay's to the last parameter", open: openNativeResults},
	{name: "Go over cards, counting", how: "findings counted, no results made", open: openNativeCards},
	{name: "Go over structs", how: "decoded beforehand; the same results as Assay's", open: openNativeClients, part: 4},
	{name: "Assay, CEL, fused", how: "the default rules as a server runs them; results equal to those of Go to the last parameter", open: openRules(true)},
	{name: "Assay, CEL, fused, counting", how: "the same, all that they say checked, then counted: no results made", open: openFusedCounting},
	{name: "Assay, CEL, apart", how: "the same, each in a module of its own", open: openRules(false)},
	{name: "Assay, module in C", how: "isolation Batch", open: openModule("c", "Batch"), part: 4},
	{name: "Assay, module in Rust", how: "isolation Batch", open: openModule("rust", "Batch"), part: 4},
	{name: "Assay, module in AssemblyScript", how: "isolation Batch", open: openModule("assemblyscript", "Batch"), part: 4},
	{name: "Assay, module in Go", how: "isolation Batch", open: openModule("go", "Batch"), part: 4},
	{name: "Assay, module in C, every client apart", how: "isolation Record, the default of strangers' modules", open: openModule("c", "Record"), part: 20},
	{name: "Assay, stdio in Go", how: "JSON by encoding/json, isolation Batch", open: openStdio, part: 1000},
	{name: "wazero, module in C", how: "the same module with no limits, a call a check", open: openBare(false), part: 4},
	{name: "wazero with CloseOnContextDone", how: "the same, interruptible", open: openBare(true), part: 4},
	{name: "Extism, plugin in C", how: "the same checks, a call a client, instances reused, no limits", open: openExtism(1), part: 50},
	{name: "Extism, plugin in C, in batches", how: "the same, a call for 64 clients", open: openExtism(extismBatch), part: 20},
	{name: "cel-go over maps", how: "decoded beforehand into Go's maps (its own values took longer); programs optimised", open: openCEL(true), part: 20},
	{name: "cel-go over JSON", how: "decoded for each client with encoding/json", open: openCEL(false), part: 20},
	{name: "OPA", how: "one prepared query, a batch of 64 clients a call, inputs made OPA's values beforehand", open: openOPA, part: 100},
	{name: "PostgreSQL, jsonb", how: "one query, planned each time; in buffers, vacuumed, rows not compressed, jit off", open: openJSONB},
	{name: "PostgreSQL, columns", how: "the same; lists as arrays", open: openColumns},
	{name: "SQLite, JSON text", how: "a query a worker, each over its share of the ids; 1 GB of cache a connection", open: openSQLiteJSON(false), part: 4},
	{name: "SQLite, JSONB", how: "the same, parsed when it was stored", open: openSQLiteJSON(true), part: 4},
	{name: "SQLite, columns", how: "the same; contacts and channels in tables of their own, without rowid", open: openSQLiteColumns},
	{name: "DuckDB, nested lists", how: "one query over its own file, a thread a worker", open: openDuckNested},
	{name: "DuckDB, flat columns", how: "the same; contacts and channels in tables of their own", open: openDuckFlat},
}
