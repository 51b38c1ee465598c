package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"assay/server/crm"
	"assay/server/store"
)

// TestAsksForThePagesOfCards compares the pages that are asked for with those in which the cards are found.
func TestAsksForThePagesOfCards(t *testing.T) {
	const clients = 3000
	s, err := Open(context.Background(), Config{Dir: t.TempDir(), MapSize: 1 << 28})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var changes []store.Change
	for i := range clients {
		changes = append(changes, store.Change{Card: aCard(t, fmt.Sprint("made ", i), i%50 == 7), Generation: 1})
	}
	mustCommit(t, s, changes)
	for at, i := range rand.New(rand.NewSource(1)).Perm(clients)[:clients/5] { // they move
		c := store.Change{ID: int64(i + 1), Expect: 1, Generation: 1, Delete: at%4 == 0}
		if !c.Delete {
			c.Card = aCard(t, fmt.Sprint("changed ", i), at%10 == 1)
		}
		mustCommit(t, s, []store.Change{c})
	}
	err = s.read(context.Background(), func(snap *snapshot) error {
		for shard := range int64(clients)>>blockBits + 1 {
			checkAsked(t, snap, fmt.Sprint("shard ", shard), within(shard<<blockBits, (shard+1)<<blockBits),
				func(id int64) bool { return id>>blockBits == shard })
		}
		checkAsked(t, snap, "one", within(1700, 1701), func(id int64) bool { return id == 1700 })
		checkAsked(t, snap, "beyond the last", within(1<<40, 1<<41), func(int64) bool { return false })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// aCard makes a card; a long one takes pages of its own.
func aCard(t *testing.T, name string, long bool) []byte {
	t.Helper()
	c := crm.Client{Name: name, TaxID: strings.Repeat("7", 700)}
	if long {
		c.Notes = strings.Repeat("n", 20<<10)
	}
	card, err := crm.EncodeCard(nil, &c)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func mustCommit(t *testing.T, s *Store, changes []store.Change) {
	t.Helper()
	outcomes, err := s.Commit(context.Background(), crm.Everything, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range outcomes {
		if out.Err != nil {
			t.Fatal(out.Err)
		}
	}
}

// checkAsked asks for numbers and checks that all pages are asked for that hold cards of such clients, and besides
// them branches and what lies between near ones alone.
func checkAsked(t *testing.T, snap *snapshot, what string, w wanted, is func(id int64) bool) {
	t.Helper()
	holding, info := map[int64]bool{}, snap.tx.DB().Info()
	size := int64(info.PageSize)
	at := func(b []byte) int64 { return int64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))-info.Data) / size }
	err := snap.cards.ForEach(func(k, card []byte) error {
		if is(number(k)) {
			for p := at(k); p <= at(card[len(card)-1:]); p++ {
				holding[p] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	asked := askedFor(t, snap, w)
	for p := range holding {
		if !asked[p] && len(holding) > 1 { // a single one is read at once
			t.Errorf("%s: page %d holds such cards and is not asked for", what, p)
		}
	}
	for p := range asked {
		near := slices.ContainsFunc(slices.Collect(maps.Keys(holding)), func(h int64) bool { return max(p-h, h-p) < nearPages })
		if page, err := snap.tx.Page(int(p)); !near && (err != nil || page.Type != "branch") {
			t.Errorf("%s: page %d is asked for, which is near no such card: %+v, %v", what, p, page, err)
		}
	}
	if len(holding) < 2 && len(asked) > 2*nearPages {
		t.Errorf("%s: %d pages are asked for, %d hold such cards", what, len(asked), len(holding))
	}
}

func askedFor(t *testing.T, snap *snapshot, w wanted) map[int64]bool {
	t.Helper()
	file, err := os.Open(snap.tx.DB().Path())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	asked, size := map[int64]bool{}, int64(snap.tx.DB().Info().PageSize)
	a := &readAhead{file: file, pageSize: size, need: func(offset, length int64) {
		for p := offset / size; p < (offset+length)/size; p++ {
			asked[p] = true
		}
	}}
	a.ask(uint64(snap.cards.RootPage()), w)
	return asked
}

// TestAsksOfDamagedFiles asks for pages of a file that makes no sense: it must come to an end, with little asked for.
func TestAsksOfDamagedFiles(t *testing.T) {
	const pages, size = 64, 4096
	for name, damage := range map[string]func(page treePage, random *rand.Rand){
		"noise": func(page treePage, random *rand.Rand) { random.Read(page) },
		"noise in branches": func(page treePage, random *rand.Rand) {
			random.Read(page)
			makeBranch(page, random.Intn(1<<16))
		},
		"branches in a circle": func(page treePage, random *rand.Rand) {
			makeBranch(page, 100)
			for i := range 100 {
				binary.NativeEndian.PutUint64(page[headerBytes+i*branchElement+8:], uint64(random.Intn(pages)))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, random := make([]byte, pages*size), rand.New(rand.NewSource(1))
			for p := range pages {
				page := treePage(b[p*size : (p+1)*size])
				damage(page, random)
				binary.NativeEndian.PutUint64(page, uint64(p))
			}
			file := aFile(t, b)
			var asked int64
			a := &readAhead{file: file, pageSize: size, need: func(_, length int64) { asked += length }}
			for root := range uint64(pages) {
				a.ask(root, func(from, to uint64) bool { return true })
			}
			if asked > 2*pages*maxLevel*size {
				t.Errorf("%d bytes are asked for", asked)
			}
		})
	}
}

func aFile(t *testing.T, b []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func makeBranch(page treePage, children int) {
	binary.NativeEndian.PutUint16(page[8:], branchFlag)
	binary.NativeEndian.PutUint16(page[10:], uint16(children))
}
