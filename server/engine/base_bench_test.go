package engine_test

import (
	"cmp"
	"encoding/json"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/demo"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/store"
	"assay/server/store/bolt"
)

// BenchmarkDefaultRulesOverABase runs the five default rules over a base of
// invented clients, ASSAY_BENCH_CLIENTS of them (100,000 unless set), on all
// processors: as rules, each on a module of its own and fused, and as the same checks
// in Go over the same bytes of cards, with the same results.
func BenchmarkDefaultRulesOverABase(b *testing.B) {
	cards := storedCards(b)
	load := loader(b)
	list := defaultRules(b, load)
	set, fused := engine.NewSet(1, list, nil, nil), engine.NewSet(1, list, nil, nil)
	fused.Fuser = engine.NewFuser(load)
	if err := fused.Fuser.Fuse(ctx, fused); err != nil {
		b.Fatal(err)
	}
	sameResults(b, set, cards)
	sameResults(b, fused, cards)
	b.Run("go", func(b *testing.B) {
		overCards(b, cards, func(part [][]byte) (n int64) {
			for _, card := range part {
				n += countFindings(nativeResults(b, card))
			}
			return n
		})
	})
	b.Run("rules", func(b *testing.B) {
		overCards(b, cards, func(part [][]byte) int64 { return ruleFindings(b, set, part) })
	})
	b.Run("fused", func(b *testing.B) {
		overCards(b, cards, func(part [][]byte) int64 { return ruleFindings(b, fused, part) })
	})
}

// BenchmarkDefaultRulesOnOneCard is the evaluation of one write.
func BenchmarkDefaultRulesOnOneCard(b *testing.B) {
	load := loader(b)
	list := defaultRules(b, load)
	card := cleanCard(b)
	for _, name := range []string{"apart", "fused"} {
		b.Run(name, func(b *testing.B) {
			set := engine.NewSet(1, list, nil, nil)
			if name == "fused" {
				set.Fuser = engine.NewFuser(load)
				if err := set.Fuser.Fuse(ctx, set); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if results, _, err := set.EvaluateOne(ctx, noon, card); err != nil || len(results) > 0 {
					b.Fatal(results, err)
				}
			}
		})
	}
}

// overCards measures what counts the findings of cards, on all processors, and returns how many there are.
func overCards(b *testing.B, cards [][]byte, count func([][]byte) int64) (found int64) {
	before := processorTime()
	for b.Loop() {
		found = inParallel(cards, count)
	}
	each := float64(b.N) * float64(len(cards))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/each, "ns/card")
	b.ReportMetric(float64(processorTime()-before)/each, "cpu-ns/card")
	return found
}

// inParallel gives each processor its share of the cards and adds up what they count.
func inParallel(cards [][]byte, count func([][]byte) int64) int64 {
	var total atomic.Int64
	var workers sync.WaitGroup
	share := (len(cards) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	for start := 0; start < len(cards); start += share {
		part := cards[start:min(start+share, len(cards))]
		workers.Go(func() { total.Add(count(part)) })
	}
	workers.Wait()
	return total.Load()
}

// sameResults holds the rules to what the checks in Go say of every card.
func sameResults(b *testing.B, set *engine.Set, cards [][]byte) {
	b.Helper()
	for batch := range slices.Chunk(cards, 100) {
		list := new(abi.Batch)
		for _, card := range batch {
			list.Add(card)
		}
		results, _, err := set.Evaluate(ctx, noon, list)
		if err != nil {
			b.Fatal(err)
		}
		for i, card := range batch {
			if want := nativeResults(b, card); !reflect.DeepEqual(results[i], want) {
				b.Fatalf("the rules say %+v, the checks in Go %+v", results[i], want)
			}
		}
	}
}

func ruleFindings(b *testing.B, set *engine.Set, cards [][]byte) (n int64) {
	batch := new(abi.Batch)
	for i, card := range cards {
		batch.Add(card)
		if !batch.Full() && i < len(cards)-1 {
			continue
		}
		results, _, err := set.Evaluate(ctx, noon, batch)
		if err != nil {
			b.Error(err)
			return 0
		}
		for _, of := range results {
			n += countFindings(of)
		}
		batch.Reset()
	}
	return n
}

// nativeResults are the five default checks in Go, on the card as it is stored: the results that the rules give.
func nativeResults(b *testing.B, card []byte) (results []crm.Result) {
	c, err := abi.Open(card)
	if err != nil {
		b.Error(err)
		return nil
	}
	add := func(rule, path string) {
		results = append(results, crm.Result{Rule: rule, Findings: []crm.Finding{{Rule: rule, Code: rule, Path: path}}})
	}
	contacts := c.Contacts()
	reachable := anyChannel(c.Channels())
	var untitled []crm.Finding
	for i := range contacts.Len() {
		contact := contacts.At(i)
		if contact.JobTitle() == "" {
			name := contact.Name()
			untitled = append(untitled, crm.Finding{Rule: "contact-job-title", Code: "contact-job-title", Path: "contacts[" + strconv.Itoa(i) + "].jobTitle",
				RowID: contact.ID(), Params: []crm.Param{
					{Key: `contact.name != "" ? contact.name : "A contact without a name"`, Value: cmp.Or(name, "A contact without a name")},
					{Key: `contact.name != "" ? contact.name : "без имени"`, Value: cmp.Or(name, "без имени")},
					{Key: `contact.name != "" ? contact.name : "без імені"`, Value: cmp.Or(name, "без імені")}}})
		}
		reachable = reachable || anyChannel(contact.Channels())
	}
	if !reachable {
		add("contact-information", "channels")
	}
	if len(untitled) > 0 {
		results = append(results, crm.Result{Rule: "contact-job-title", Findings: untitled})
	}
	if c.Kind() == abi.ClientKindCompany && contacts.Len() == 0 {
		add("contact-person", "contacts")
	}
	if c.Manager() == "" {
		add("main-manager", "manager")
	}
	if (c.Kind() == abi.ClientKindCompany || c.Kind() == abi.ClientKindSoleTrader) && c.TaxID() == "" {
		add("tax-id", "taxId")
	}
	return results
}

// countFindings of a card's results.
func countFindings(results []crm.Result) (n int64) {
	for _, r := range results {
		n += int64(len(r.Findings))
	}
	return n
}

func anyChannel(channels abi.ChannelRows) bool {
	for i := range channels.Len() {
		if channels.At(i).Value() != "" {
			return true
		}
	}
	return false
}

func defaultRules(b *testing.B, load engine.Loader) []*engine.Rule {
	b.Helper()
	compiler := newCompiler(b, load)
	var list []*engine.Rule
	for _, d := range builtin.All() {
		object, err := rules.ParseOne(d.Manifest, rules.ParseOptions{})
		if err != nil {
			b.Fatal(err)
		}
		compiled, err := compiler.Compile(ctx, object.(*rules.Rule))
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, compiled)
	}
	return list
}

// storedCards imports invented clients into a base and reads it all.
func storedCards(b *testing.B) (cards [][]byte) {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("ASSAY_BENCH_CLIENTS"))
	if err != nil {
		n = 100_000
	}
	base, err := bolt.Open(ctx, bolt.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer base.Close()
	generation, err := base.Generation(ctx)
	if err != nil {
		b.Fatal(err)
	}
	set := engine.NewSet(generation, nil, nil, nil)
	in := intake.New(intake.Config{Store: base, Current: func() *engine.Set { return set }, Region: "RU", Zone: time.UTC, Now: time.Now, TempDir: b.TempDir()})
	imported, err := in.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Key: "externalId", Mode: "merge", Unknown: "error", Body: demo.NewReader(1, n)})
	if err != nil || imported.Failed > 0 {
		b.Fatalf("%+v, %v", imported, err)
	}
	for q := (store.Query{Limit: 1000}); ; {
		page, err := base.Clients(ctx, crm.Everything, q)
		if err != nil {
			b.Fatal(err)
		}
		cards = append(cards, page.Cards...)
		if q.After = page.Next; q.After == "" {
			return cards
		}
	}
}

func cardOf(b *testing.B, doc []byte) []byte {
	b.Helper()
	var c crm.Client
	if err := json.Unmarshal(doc, &c); err != nil {
		b.Fatal(err)
	}
	card, err := crm.EncodeCard(nil, &c)
	if err != nil {
		b.Fatal(err)
	}
	return card
}

func cleanCard(b *testing.B) []byte {
	return cardOf(b, []byte(`{"kind":"company","name":"ООО «Ромашка»","taxId":"7707083893","manager":"ivanov","region":"Москва",
		"channels":[{"id":"h1","type":"phone","value":"+74957480113"}],
		"contacts":[{"id":"c1","name":"Семакова Лидия","jobTitle":"бухгалтер"},{"id":"c2","name":"Петров Иван","jobTitle":"директор"}]}`))
}
