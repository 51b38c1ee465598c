package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/store"
)

// someFacet writes a condition that a facet can answer, or nearly.
func someFacet(r *rand.Rand) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	field := "client." + one("manager", "stage", "region", "source", "status", "`manager`")
	list := "client." + one("tags", "categories", "industries")
	value := func() string { return one(`""`, `"a"`, "'b'", `"Иванов && co"`, `"never"`, `r"a"`, `"\\u0061"`) }
	switch r.IntN(11) {
	case 0:
		return field + one(" == ", " != ", "==", "\n!=\t") + value()
	case 1:
		return value() + one(" == ", " != ") + field
	case 2:
		return "(" + field + ") in [" + value() + ", " + value() + "]"
	case 3:
		return value() + " in " + list
	case 4:
		return list + ".exists(t, " + one("t == "+value(), value()+" == t") + ")"
	case 5:
		return "has(" + field + ")"
	case 6:
		return field + " == " + value() + " || " + field + " == " + value()
	case 7:
		return "client.kind == " + one(`"company"`, `"person"`, `""`, `"none"`)
	case 8:
		return "has(client.kind)"
	case 9:
		return "size(" + list + ") == 0"
	default:
		return field + " in [" + value() + "]"
	}
}

// someRest writes a condition that needs the card; some of them fail.
func someRest(r *rand.Rand) string {
	return []string{`client.name == "n1"`, `10 / size(client.tags) > 4`, `client.properties["p"] == "x"`, `client.unsubscribed`,
		`client.contacts.exists(manager, manager.name == "a")`, "true", "false", `client.name.contains(" && ")`}[r.IntN(8)]
}

func someFilter(r *rand.Rand, depth int) string {
	part := func() string { return someFilter(r, depth-1) }
	if depth == 0 {
		if r.IntN(3) == 0 {
			return someRest(r)
		}
		return someFacet(r)
	}
	switch r.IntN(8) {
	case 0:
		return "(" + part() + ") || (" + part() + ")"
	case 1:
		return "!(" + part() + ")"
	case 2:
		return "( (" + part() + ")&&(" + part() + ") )"
	case 3:
		return "(" + part() + ") // client.manager == \"a\" && (\n && (" + part() + ")"
	case 4:
		return "(" + part() + ") ? (" + part() + ") : (" + part() + ")"
	default:
		return "(" + part() + ") && (" + part() + ")"
	}
}

func (b *base) fill(r *rand.Rand, clients int) {
	b.t.Helper()
	var file strings.Builder
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	value := func() string { return pick("", "a", "b", "Иванов && co") }
	list := func() string { return pick("[]", `["a"]`, `["a","b"]`, `["b","Иванов && co","c","d"]`) }
	for i := range clients {
		fmt.Fprintf(&file, `{"name":"n%d","kind":%q,"manager":%q,"stage":%q,"region":%q,"source":%q,"status":%q,"tags":%s,"categories":%s,"industries":%s,"unsubscribed":%v,"contacts":%s,"properties":%s}`+"\n",
			i, pick("company", "person", "soleTrader"), value(), value(), value(), value(), value(), list(), list(), list(), r.IntN(2) == 0,
			pick("[]", `[{"name":"a"}]`), pick("{}", `{"p":"x"}`, `{"p":"y"}`))
	}
	summary, err := b.intake.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Mode: "merge", Body: strings.NewReader(file.String())})
	if err != nil || summary.Created != int64(clients) {
		b.t.Fatalf("%+v, %v", summary, err)
	}
}

// whole evaluates a filter without facets: the numbers of the clients that
// match, and of those it fails on.
func (b *base) whole(c *engine.Compiler, expr string, cards [][]byte) (ids []int64, failed int) {
	b.t.Helper()
	f, err := c.Filter(ctx, expr, nil)
	if err != nil {
		b.t.Fatalf("%s: %v", expr, err)
	}
	defer func() { _ = f.Close(ctx) }()
	matched := make([]bool, len(cards))
	if err := f.Match(ctx, b.now, cards, matched, func([]byte, string) { failed++ }); err != nil {
		b.t.Fatal(err)
	}
	for i, card := range cards {
		if matched[i] {
			ids = append(ids, idOf(b.t, card))
		}
	}
	return ids, failed
}

func idOf(t *testing.T, card []byte) int64 {
	t.Helper()
	c, err := abi.Open(card)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID()
}

func (b *base) list(q store.Query) (ids []int64) {
	b.t.Helper()
	q.Limit = 1000
	page, err := b.store.Clients(ctx, crm.Everything, q)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, card := range page.Cards {
		ids = append(ids, idOf(b.t, card))
	}
	return ids
}

func TestAPlannedFilterIsTheWholeExpression(t *testing.T) {
	taken, rest := 0, 0
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := newBase(t)
		b.fill(r, 300)
		load := func(ctx context.Context, wasm []byte) (engine.Module, error) {
			m, err := b.host.Load(ctx, wasm)
			if err != nil {
				return nil, err
			}
			return hosted{m, new(atomic.Int64)}, nil
		}
		c, err := engine.NewCompiler(nil, load, nil)
		if err != nil {
			t.Fatal(err)
		}
		page, err := b.store.Clients(ctx, crm.Everything, store.Query{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			expr := someFilter(r, r.IntN(4))
			want, failures := b.whole(c, expr, page.Cards)
			f, err := b.Filter(ctx, expr, 0)
			if err != nil {
				t.Fatalf("%s: %v", expr, err)
			}
			if got := b.list(store.Query{Facets: f.Facets, Match: f.Match}); !slices.Equal(got, want) {
				t.Fatalf("%s\nby the plan %v, left %q\n%v, want\n%v", expr, f.Facets, f.Residue, got, want)
			}
			if n, _ := f.Seen.Failed(); n > int64(failures) {
				t.Fatalf("%s failed on %d clients, apart on %d", expr, n, failures)
			}
			taken += len(f.Facets)
			if f.Residue != "" {
				rest++
			}
		}
	}
	if taken < 100 || rest < 100 {
		t.Errorf("%d facets were taken out, %d filters had something left: the expressions show nothing", taken, rest)
	}
}

func TestFacetsAloneReadNoCard(t *testing.T) {
	b := newBase(t)
	b.fill(rand.New(rand.NewPCG(1, 1)), 50)
	f, err := b.Filter(ctx, `client.manager in ["a", "b"] && "a" in client.tags && client.stage != "" && !has(client.region)`, 0)
	if err != nil || f.Match != nil || f.Residue != "" || len(f.Facets) != 4 {
		t.Fatalf("%+v, %v", f, err)
	}
}

func TestAFilterThatFailsOnClientsSaysSo(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","tags":["x"]}`)
	b.create(`{"name":"B"}`)
	b.create(`{"name":"C"}`)
	f, err := b.Filter(ctx, `client.name != "" && 1 / size(client.tags) == 1`, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := b.list(store.Query{Match: f.Match})
	n, first := f.Seen.Failed()
	if fmt.Sprint(got) != "[1]" || n != 2 || !strings.HasPrefix(first, "client 2: division by zero") || f.Seen.Read() != 3 {
		t.Errorf("matched %v, %d failed: %s, %d read", got, n, first, f.Seen.Read())
	}
}

func TestAFilterOverItsBudgetPagesOn(t *testing.T) {
	b := newBase(t)
	b.fill(rand.New(rand.NewPCG(2, 2)), 3000)
	var ticks atomic.Int64
	b.clock = func() time.Time { return b.now.Add(time.Duration(ticks.Add(1)) * time.Second) }
	var ids []int64
	partial := 0
	for after := ""; ; {
		f, err := b.Filter(ctx, `client.unsubscribed`, 2*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		page, err := b.store.Clients(ctx, crm.Everything, store.Query{Match: f.Match, Limit: 1000, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range page.Cards {
			ids = append(ids, idOf(t, card))
		}
		if page.Partial {
			partial++
		}
		if after = page.Next; after == "" {
			break
		}
	}
	f, err := b.Filter(ctx, `client.unsubscribed`, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := b.store.Count(ctx, crm.Everything, store.Query{Match: f.Match})
	if err != nil || int64(len(ids)) != n || !slices.IsSorted(ids) || partial == 0 {
		t.Errorf("%d clients in %d pages that ended early, want %d: %v", len(ids), partial, n, err)
	}
	short, err := b.Filter(ctx, `client.unsubscribed`, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Count(ctx, crm.Everything, store.Query{Match: short.Match}); !errors.Is(err, store.ErrSpent) {
		t.Errorf("a count beyond the budget: %v", err)
	}
}

// Concurrent requests for one filter wait for one compilation, and do not hold
// up those for another.
func TestAFilterIsCompiledOnceForAll(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	var loads atomic.Int64
	begun, release := make(chan struct{}), make(chan struct{})
	b.loading = func() {
		if loads.Add(1) == 1 {
			close(begun)
			<-release
		}
	}
	var work sync.WaitGroup
	ask := func(expr string) *reconcile.Filter {
		f, err := b.Filter(ctx, expr, 0)
		if err != nil {
			t.Error(err)
		}
		return f
	}
	work.Go(func() { ask(`client.name == "A"`) })
	<-begun
	for range 8 {
		work.Go(func() { ask(`client.name == "A"`) })
	}
	if f := ask(`client.name == "B"`); f == nil || loads.Load() != 2 {
		t.Errorf("%d modules were loaded", loads.Load())
	}
	close(release)
	work.Wait()
	if f := ask(`client.name == "A"`); f == nil || loads.Load() != 2 {
		t.Errorf("%d modules were loaded, want 2", loads.Load())
	}
	if _, err := b.Filter(ctx, `client.nobody`, 0); problems(err) != "filter invalid_expression" {
		t.Error(err)
	}
	b.apply(field("nobody", "type: bool"))
	if f := ask(`client.fields.nobody`); f == nil {
		t.Error("the filter knows the fields of before")
	}
}
