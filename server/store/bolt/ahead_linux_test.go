package bolt_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

// pageOut has the system write what it holds of a base to disk and forget it.
func pageOut(t testing.TB, dir string) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, bolt.FileName)
	for line := range bytes.Lines(maps) {
		if !bytes.HasSuffix(bytes.TrimSpace(line), []byte(path)) {
			continue
		}
		var from, to uintptr
		if _, err := fmt.Sscanf(string(line), "%x-%x ", &from, &to); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		// Not unix.Madvise: the mapping is bbolt's, there is no slice of it here.
		if _, _, err := syscall.Syscall(syscall.SYS_MADVISE, from, to-from, unix.MADV_PAGEOUT); err != 0 {
			t.Fatalf("page out %s: %v", path, err)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil { // what is not mapped
		t.Fatal(err)
	}
}

// pagesWaitedFor returns how many pages of 4 KiB the process has waited for.
func pagesWaitedFor(t testing.TB) int64 {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Majflt
}

// readFromDisk returns how many bytes were read from disks for the process.
func readFromDisk(t testing.TB) int64 {
	t.Helper()
	io, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(io) {
		if of, found := bytes.CutPrefix(line, []byte("read_bytes: ")); found {
			n, err := strconv.ParseInt(string(bytes.TrimSpace(of)), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("/proc/self/io does not say how much was read")
	return 0
}

// walks are ways to look at every card of a base of n clients, "unchanged" at their results, too.
var walks = map[string]func(t testing.TB, s *bolt.Store, n int){
	"shards": func(t testing.TB, s *bolt.Store, n int) {
		for shard := range int64(n)>>10 + 1 {
			if err := s.ReadShard(ctx, shard, 0, func(_ int64, card []byte) bool { return card[len(card)-1] < 255 }); err != nil {
				t.Fatal(err)
			}
		}
	},
	"unchanged": func(t testing.TB, s *bolt.Store, n int) {
		for shard := range int64(n)>>10 + 1 {
			results := store.ShardResults{Shard: shard, Rules: strings.Fields(report5)}
			if err := s.CommitShards(ctx, 1, []store.ShardResults{results}); err != nil {
				t.Fatal(err)
			}
		}
	},
	"filter": func(t testing.TB, s *bolt.Store, n int) {
		if _, err := s.Count(ctx, crm.Everything, store.Query{Match: everySecond{}}); err != nil {
			t.Fatal(err)
		}
	},
	"sorted": func(t testing.TB, s *bolt.Store, n int) {
		if _, err := s.Clients(ctx, crm.Everything, store.Query{Sort: store.Sort{By: store.SortRevenue}, Limit: 100}); err != nil {
			t.Fatal(err)
		}
	},
	"pages": func(t testing.TB, s *bolt.Store, n int) {
		for q := (store.Query{Limit: 1000}); ; {
			page, err := s.Clients(ctx, crm.Everything, q)
			if err != nil {
				t.Fatal(err)
			}
			if q.After = page.Next; q.After == "" {
				return
			}
		}
	},
}

// TestWalksReadAhead walks over a base that is not in the system's cache, imported or written to all over since, and
// counts the pages that it waits for one by one: without reading ahead each of them.
func TestWalksReadAhead(t *testing.T) {
	const clients = 20_000
	for _, kind := range []string{"imported", "scattered"} {
		dir := t.TempDir()
		s := open(t, dir)
		fill(t, s, clients)
		if kind == "scattered" {
			rewrite(t, s, clients)
		}
		info, err := os.Stat(filepath.Join(dir, bolt.FileName))
		if err != nil {
			t.Fatal(err)
		}
		pages := info.Size() / int64(os.Getpagesize())
		for name, walk := range walks {
			t.Run(kind+"/"+name, func(t *testing.T) {
				pageOut(t, dir)
				before, read := pagesWaitedFor(t), readFromDisk(t)
				walk(t, s, clients)
				waited := pagesWaitedFor(t) - before
				if readFromDisk(t) == read {
					t.Skip("the base has not left the cache: it lies in memory, or the system takes no advice")
				}
				t.Logf("waited for %d of %d pages", waited, pages)
				if waited > pages/8 {
					t.Errorf("waited for %d of %d pages one by one, want at most an eighth", waited, pages)
				}
			})
		}
		closeStore(t, s)
	}
}

// rewrite changes a fifth of the clients of a base in random order, 16 in a transaction, so that the pages of
// most lie somewhere else than those of their neighbours.
func rewrite(t testing.TB, s *bolt.Store, clients int) {
	t.Helper()
	var changes []store.Change
	for _, i := range rand.New(rand.NewSource(1)).Perm(clients)[:clients/5] {
		c, _ := someone(i + 1)
		c.Manager = "moved"
		changes = append(changes, store.Change{ID: int64(i + 1), Expect: 1, Card: card(t, c), Generation: 1,
			At: crm.TimeFromUnixMilli(1.8e12), By: "someone"})
	}
	for some := range slices.Chunk(changes, 16) {
		commitAll(t, s, some)
	}
}

// BenchmarkColdWalks looks at every card of a base that is not in the system's cache. It reports the pages that were
// waited for one by one, and what was read from the disk.
func BenchmarkColdWalks(b *testing.B) {
	dir := filledDir(b)
	s := open(b, dir)
	all := maps.Clone(walks)
	all["check"] = func(t testing.TB, s *bolt.Store, n int) {
		if err := s.Check(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for name, walk := range all {
		b.Run(name, func(b *testing.B) {
			var waited, read int64
			for b.Loop() {
				b.StopTimer()
				pageOut(b, dir)
				beforeWaited, beforeRead := pagesWaitedFor(b), readFromDisk(b)
				b.StartTimer()
				walk(b, s, baseSize())
				waited, read = waited+pagesWaitedFor(b)-beforeWaited, read+readFromDisk(b)-beforeRead
			}
			b.ReportMetric(float64(waited)/float64(b.N), "waits/op")
			b.ReportMetric(float64(read)/float64(b.N)/1e6, "read-MB/op")
		})
	}
	closeStore(b, s)
}
