package bolt

import (
	"cmp"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// readAhead has the system read pages of the file before they are looked at.
//
// bbolt maps its file with advice against reading ahead. A walk over cards that
// are not in the system's cache then waits for each page of 4 KiB by itself,
// and Go's scheduler, which cannot see page faults, leaves the processor to the
// goroutine that waits. RATIONALE.md, "Sweeps and resources", has the figures.
//
// Where the pages lie is not guessed from where those before them lay: in a base
// that was written to for a while neighbours lie far apart. The branch pages of
// bbolt's tree tell it, one for up to 170 leaves; they are read from the file.
// So exactly the pages of a shard or a list are asked for, all at once, by
// whoever begins with it. What is read is the system's, nothing is held here.
//
// Finding the pages out takes as long as reading cards that are in the cache. So
// nothing is asked for unless the process has waited for a page not long ago.
//
// It is advice and no more: what goes wrong is dropped, and whoever then looks at
// a page waits for it. A readAhead may be used from several goroutines; nil does
// nothing.
type readAhead struct {
	file     *os.File
	pageSize int64
	need     func(offset, length int64) // asks the system for a part of the file
	waits    func() int64               // how many pages the process has waited for, of whatever file

	waited atomic.Int64 // waits when somebody looked last
	left   atomic.Int64 // shards and lists that are asked for yet, if nobody waits
}

const (
	fewCards  = 8         // so few are looked up as fast as it is found out where they lie
	coldParts = 512       // shards, blocks and lists that are asked for after a wait: who asks does not wait, and does not know
	nearPages = 4         // pages so near to each other are read with what lies between
	askBytes  = 128 << 10 // of a longer request Linux may leave out what is beyond the device's limit

	maxDepth = 16   // levels of the tree, and
	maxLevel = 4096 // pages of a level, or of a leaf: more is a damaged file
)

// expectShard asks for the cards of a shard.
func (s *snapshot) expectShard(shard int64) {
	if s.ahead.cold() {
		s.ahead.ask(uint64(s.cards.RootPage()), within(shard<<blockBits, (shard+1)<<blockBits))
	}
}

// expectBlock asks for a block of results.
func (s *snapshot) expectBlock(results *bbolt.Bucket, number int64) {
	if s.ahead.cold() {
		s.ahead.ask(uint64(results.RootPage()), within(number, number+1))
	}
}

// expect asks for the cards of ascending ids.
func (s *snapshot) expect(ids []uint32) {
	if len(ids) < fewCards || !s.ahead.cold() {
		return
	}
	s.ahead.ask(uint64(s.cards.RootPage()), func(from, to uint64) bool {
		i, _ := slices.BinarySearchFunc(ids, from, func(id uint32, from uint64) int { return cmp.Compare(uint64(id), from) })
		return i < len(ids) && uint64(ids[i]) < to
	})
}

// wanted reports whether some number from from to below to is going to be looked at.
type wanted func(from, to uint64) bool

func within(first, end int64) wanted {
	return func(from, to uint64) bool { return from < uint64(end) && uint64(first) < to }
}

// cold reports whether what is going to be looked at may have to be waited for.
func (a *readAhead) cold() bool {
	if a == nil {
		return false
	}
	if waits := a.waits(); a.waited.Swap(waits) != waits {
		a.left.Store(coldParts)
	}
	return a.left.Add(-1) >= 0
}

// ask asks for the pages of a bucket, from its root down, that hold wanted
// numbers. The bucket's transaction must be open meanwhile.
func (a *readAhead) ask(root uint64, w wanted) {
	level, page := []uint64{root}, make(treePage, a.pageSize)
	for range maxDepth {
		a.needAll(level)
		var below []uint64
		for _, number := range level {
			if !a.read(page[:headerBytes], number) {
				return
			}
			if !page.isBranch() {
				a.needRange(number+1, min(page.more(), maxLevel)) // long cards
				continue
			}
			if !a.read(page, number) {
				return
			}
			below = page.children(w, below)
		}
		if level = below; len(level) > maxLevel {
			return
		}
	}
}

// read reads the beginning of a page, and says whether it is one.
func (a *readAhead) read(page treePage, number uint64) bool {
	_, err := a.file.ReadAt(page, int64(number)*a.pageSize)
	return err == nil && page.number() == number
}

// needAll asks for pages, neighbours together.
func (a *readAhead) needAll(numbers []uint64) {
	if len(numbers) < 2 {
		return // a single one is read at once
	}
	slices.Sort(numbers)
	for len(numbers) > 0 {
		n := 1
		for n < len(numbers) && numbers[n]-numbers[n-1] <= nearPages {
			n++
		}
		a.needRange(numbers[0], numbers[n-1]-numbers[0]+1)
		numbers = numbers[n:]
	}
}

func (a *readAhead) needRange(first, pages uint64) {
	if first > math.MaxInt64/uint64(a.pageSize)-pages {
		return // no file is as long
	}
	from, end := int64(first)*a.pageSize, int64(first+pages)*a.pageSize
	for ; from < end; from += askBytes {
		a.need(from, min(askBytes, end-from))
	}
}

func (a *readAhead) close() error {
	if a == nil {
		return nil
	}
	return a.file.Close()
}

// treePage is a page of bbolt's format 2, in the byte order of the machine: u64 its number, u16 flags, u16 count of
// elements, u32 how many pages more belong to it. Those of a branch go on with the elements: u32 where the key is,
// from the element on, u32 its length, u64 the number of the child that begins with it.
type treePage []byte

const (
	branchFlag    = 1
	headerBytes   = 16
	branchElement = 16
)

func (p treePage) number() uint64 { return binary.NativeEndian.Uint64(p) }
func (p treePage) isBranch() bool { return binary.NativeEndian.Uint16(p[8:]) == branchFlag }
func (p treePage) more() uint64   { return uint64(binary.NativeEndian.Uint32(p[12:])) }

// children adds those of a branch that may hold wanted numbers. What is below the first key belongs to the first child.
func (p treePage) children(w wanted, found []uint64) []uint64 {
	n := min(int(binary.NativeEndian.Uint16(p[10:])), (len(p)-headerBytes)/branchElement)
	from := uint64(0)
	for i := range n {
		to := uint64(math.MaxUint64)
		if i+1 < n {
			to = p.key(i + 1)
		}
		if w(from, to) {
			found = append(found, binary.NativeEndian.Uint64(p[headerBytes+i*branchElement+8:]))
		}
		from = to
	}
	return found
}

// key returns the number that a child begins with, 0 for nonsense.
func (p treePage) key(i int) uint64 {
	element := p[headerBytes+i*branchElement:]
	at := uint64(binary.NativeEndian.Uint32(element))
	if at+8 > uint64(len(element)) {
		return 0
	}
	return binary.BigEndian.Uint64(element[at:])
}
