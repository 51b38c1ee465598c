//go:build unix

package bolt_test

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

// The benchmarks work on -clients clients, 20,000 with -short. They report what
// a base of a million does with
//
//	go test ./server/store/bolt -run '^$' -bench . -benchtime 1x -clients 1000000
var clientsFlag = flag.Int("clients", 100_000, "clients of the base that benchmarks use")

func baseSize() int {
	if testing.Short() {
		return 20_000
	}
	return *clientsFlag
}

const (
	batchSize = 2000
	report5   = "contact-information contact-job-title contact-person main-manager tax-id"
)

// mixer is a small random source (SplitMix64) that is cheap to seed.
type mixer uint64

func (m *mixer) below(n int) int {
	*m += 0x9e3779b97f4a7c15
	z := uint64(*m)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

// someone returns client i of a base: a card of about 700 bytes and 0.9 findings.
func someone(i int) (crm.Client, []crm.Result) {
	random := mixer(i)
	c := crm.Client{
		ExternalID: fmt.Sprintf("1c-%09d", i), Kind: "company", Name: fmt.Sprintf("ООО «Ромашка %d»", i),
		LegalForm: "ООО", TaxID: fmt.Sprintf("77%08d", i), Country: "RU", Region: fmt.Sprintf("region-%d", random.below(80)),
		Source: fmt.Sprintf("source-%d", random.below(8)), Stage: fmt.Sprintf("stage-%d", random.below(6)), Status: "active",
		Manager: fmt.Sprintf("manager-%d", random.below(100)), Tags: []string{fmt.Sprintf("tag-%d", random.below(300))},
		Categories: []string{fmt.Sprintf("category-%d", random.below(5))}, CreatedAt: crm.TimeFromUnixMilli(int64(1.7e12) + int64(i)),
		Channels:     []crm.Channel{{ID: "h1", Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13", State: "unverified"}},
		Contacts:     []crm.Contact{{ID: "c1", Name: "Семакова Лидия Васильевна", JobTitle: "бухгалтер"}},
		Completeness: int64(random.below(101)),
	}
	var results []crm.Result
	for _, rule := range strings.Fields(report5) {
		if random.below(100) >= 18 {
			continue
		}
		f := crm.Finding{Rule: rule, Code: rule, Path: "taxId"}
		if rule == "contact-job-title" {
			f.Path, f.RowID = "contacts[0].jobTitle", "c1"
			f.Params = []crm.Param{{Key: "contact.name", Value: "Семакова Лидия Васильевна"}}
		}
		results = append(results, crm.Result{Rule: rule, Findings: []crm.Finding{f}})
	}
	return c, results
}

// filled holds the base that the reading benchmarks share.
var filled struct {
	once      sync.Once
	dir       string
	revisions map[int]int64
}

func filledDir(b *testing.B) string {
	b.Helper()
	filled.once.Do(func() {
		dir, err := os.MkdirTemp("", "assay-bench-")
		if err != nil {
			b.Fatal(err)
		}
		filled.dir, filled.revisions = dir, map[int]int64{}
		s := open(b, dir)
		fill(b, s, baseSize())
		closeStore(b, s)
	})
	return filled.dir
}

// fill creates clients 1 to n.
func fill(t testing.TB, s *bolt.Store, n int) {
	t.Helper()
	for from := 1; from <= n; from += 50 * batchSize {
		for _, batch := range changesBetween(t, from, min(from+50*batchSize, n+1)) {
			commitAll(t, s, batch)
		}
	}
}

// changesBetween makes the changes that create clients, in batches, before the clock runs.
func changesBetween(t testing.TB, from, to int) [][]store.Change {
	t.Helper()
	var batches [][]store.Change
	for at := from; at < to; at += batchSize {
		var batch []store.Change
		for i := at; i < min(at+batchSize, to); i++ {
			c, results := someone(i)
			batch = append(batch, store.Change{Card: card(t, c), Results: results, Generation: 1,
				At: crm.TimeFromUnixMilli(1.8e12), By: "import"})
		}
		batches = append(batches, batch)
	}
	return batches
}

func commitAll(t testing.TB, s *bolt.Store, changes []store.Change) {
	outcomes, err := s.Commit(ctx, crm.Everything, changes)
	if err != nil {
		t.Error(err)
		return
	}
	for _, out := range outcomes {
		if out.Err != nil {
			t.Error(out.Err)
		}
	}
}

func TestMain(m *testing.M) {
	if childMain() {
		return
	}
	code := m.Run()
	if filled.dir != "" {
		_ = os.RemoveAll(filled.dir)
	}
	os.Exit(code)
}

// cpu returns the processor time the process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkImport stores new clients from two goroutines, 2,000 in a call.
func BenchmarkImport(b *testing.B) {
	for range b.N {
		b.StopTimer()
		n := baseSize()
		dir := b.TempDir()
		s := open(b, dir)
		var spent time.Duration
		for from := 1; from <= n; from += 50 * batchSize {
			batches := changesBetween(b, from, min(from+50*batchSize, n+1))
			runtime.GC()
			used := cpu(b)
			b.StartTimer()
			var next atomic.Int64
			var workers sync.WaitGroup
			for range 2 {
				workers.Go(func() {
					for i := next.Add(1) - 1; i < int64(len(batches)); i = next.Add(1) - 1 {
						commitAll(b, s, batches[i])
					}
				})
			}
			workers.Wait()
			b.StopTimer()
			spent += cpu(b) - used
		}
		closeStore(b, s)
		info, err := os.Stat(filepath.Join(dir, bolt.FileName))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/float64(n), "bytes/client")
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "clients/s")
		b.ReportMetric(float64(spent.Nanoseconds())/float64(n), "cpu-ns/client")
	}
}

// BenchmarkOneClient writes single clients from 16 goroutines.
func BenchmarkOneClient(b *testing.B) {
	s := open(b, filledDir(b))
	var lock sync.Mutex
	var next atomic.Int64
	random := rand.New(rand.NewSource(1))
	order := random.Perm(baseSize())
	used := cpu(b)
	b.ResetTimer()
	var writers sync.WaitGroup
	for range 16 {
		writers.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				i := 1 + order[int(n)%len(order)]
				c, results := someone(i)
				c.Manager = fmt.Sprint("moved-", n%100)
				lock.Lock()
				revision := max(filled.revisions[i], 1)
				lock.Unlock()
				out, err := s.Commit(ctx, crm.Everything, []store.Change{{ID: int64(i), Expect: revision, Card: card(b, c),
					Results: results[:len(results)/2], Generation: 1, At: crm.TimeFromUnixMilli(1.8e12), By: "someone"}})
				if err != nil || out[0].Err != nil {
					b.Error(err, out)
					return
				}
				lock.Lock()
				filled.revisions[i] = out[0].Revision
				lock.Unlock()
			}
		})
	}
	writers.Wait()
	b.ReportMetric(float64((cpu(b)-used).Microseconds())/float64(b.N), "cpu-us/op")
	b.StopTimer()
	closeStore(b, s)
}

// BenchmarkOpen opens and closes the base.
func BenchmarkOpen(b *testing.B) {
	dir := filledDir(b)
	for b.Loop() {
		closeStore(b, open(b, dir))
	}
	before := heap()
	s := open(b, dir)
	b.ReportMetric(float64(heap()-before)/1e6, "index-MB")
	closeStore(b, s)
}

// heap returns the bytes of live objects.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkQuality asks for the counts and the first page of a report.
func BenchmarkQuality(b *testing.B) {
	s := open(b, filledDir(b))
	rules := strings.Fields(report5)
	queries := map[string]store.QualityQuery{
		"all":     {Query: store.Query{Limit: 50}},
		"counts":  {},
		"manager": {Query: store.Query{Limit: 50, Facets: []store.FacetValue{{Facet: store.FacetManager, Value: "manager-7"}}}},
		"region+tag": {Query: store.Query{Limit: 50, Facets: []store.FacetValue{
			{Facet: store.FacetRegion, Value: "region-7"}, {Facet: store.FacetTags, Value: "tag-7"}}}},
		"matched": {Query: store.Query{Limit: 50, Match: everySecond{}}},
	}
	for name, q := range queries {
		q.Report, q.Scored = rules, rules[:3]
		b.Run(name, func(b *testing.B) {
			timeQuality(b, s, crm.Everything, q)
		})
	}
	b.Run("scope of 10", func(b *testing.B) {
		var scope crm.Scope
		for i := range 10 {
			scope.Managers = append(scope.Managers, fmt.Sprint("manager-", i))
		}
		timeQuality(b, s, scope, store.QualityQuery{Query: store.Query{Limit: 50}, Report: rules})
	})
	closeStore(b, s)
}

func timeQuality(b *testing.B, s *bolt.Store, scope crm.Scope, q store.QualityQuery) {
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := s.Quality(ctx, scope, q); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}

// BenchmarkClients lists the first page in several orders.
func BenchmarkClients(b *testing.B) {
	s := open(b, filledDir(b))
	for name, q := range map[string]store.Query{
		"id":      {},
		"name":    {Sort: store.Sort{By: store.SortName}},
		"created": {Sort: store.Sort{By: store.SortCreatedAt, Descending: true}},
		"matched": {Match: everySecond{}},
	} {
		q.Limit = 50
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Clients(ctx, crm.Everything, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	closeStore(b, s)
}

// BenchmarkSweep judges the whole base anew by one rule and stores what it says.
func BenchmarkSweep(b *testing.B) {
	s := open(b, filledDir(b))
	for b.Loop() {
		sweepBase(b, s)
	}
	b.ReportMetric(float64(b.N*baseSize())/b.Elapsed().Seconds(), "clients/s")
	closeStore(b, s)
}

// sweepBase judges the whole base anew by one rule.
func sweepBase(b *testing.B, s *bolt.Store) {
	b.Helper()
	generation, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "swept"}, store.Effect{NextGeneration: true, Judge: []string{"swept"}})
	if err != nil {
		b.Fatal(err)
	}
	pending, err := s.Pending(ctx)
	if err != nil {
		b.Fatal(err)
	}
	shards := pending[0].Shards
	for from := 0; from < len(shards); from += 16 {
		var results []store.ShardResults
		for _, shard := range shards[from:min(from+16, len(shards))] {
			results = append(results, sweepShard(b, s, shard))
		}
		if err := s.CommitShards(ctx, generation, results); err != nil {
			b.Fatal(err)
		}
	}
}

func sweepShard(b *testing.B, s *bolt.Store, shard int64) store.ShardResults {
	b.Helper()
	results := store.ShardResults{Shard: shard, Rules: []string{"swept"}}
	err := s.ReadShard(ctx, shard, 0, func(id int64, _ []byte) bool {
		swept := store.SweptClient{ID: id}
		if id%5 == 0 {
			swept.Results = []crm.Result{{Rule: "swept", Findings: []crm.Finding{{Code: "swept"}}}}
		}
		results.Clients = append(results.Clients, swept)
		return true
	})
	if err != nil {
		b.Fatal(err)
	}
	return results
}

// BenchmarkBreakdown counts what a day's snapshot holds.
func BenchmarkBreakdown(b *testing.B) {
	s := open(b, filledDir(b))
	all := store.QualityQuery{Report: strings.Fields(report5), Scored: strings.Fields(report5)[:3]}
	q := store.BreakdownQuery{QualityQuery: all, Facets: []store.Facet{store.FacetManager, store.FacetSource}, Most: 100,
		Severities: map[crm.Severity]store.QualityQuery{crm.SeverityInfo: all, crm.SeverityWarning: all, crm.SeverityError: all}}
	for b.Loop() {
		if _, err := s.Breakdown(ctx, crm.Everything, q); err != nil {
			b.Fatal(err)
		}
	}
	closeStore(b, s)
}

// BenchmarkDrop takes a rule away that found something at every fifth client, in
// one transaction: the findings close and go into the history.
func BenchmarkDrop(b *testing.B) {
	s := open(b, filledDir(b))
	for b.Loop() {
		b.StopTimer()
		sweepBase(b, s)
		b.StartTimer()
		if _, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "swept"}, store.Effect{Drop: []string{"swept"}, DropReason: "rule deleted"}); err != nil {
			b.Fatal(err)
		}
	}
	closeStore(b, s)
}
