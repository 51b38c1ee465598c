package bolt

import (
	"context"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"

	"assay/server/crm"
	"assay/server/store"
)

// What a sweep says is made ready by the caller that brings it: the new blocks, the events and what changes in the index,
// all against one snapshot. The committer, which is one for all, then only looks whether these blocks are still
// as they were; of a shard in which somebody has written meanwhile the results are judged one by one instead.

// slots is a set of clients of one block, a bit each.
type slots [blockSize / 64]uint64

func (s *slots) add(slot int)           { s[slot/64] |= 1 << (slot % 64) }
func (s *slots) contains(slot int) bool { return s[slot/64]>>(slot%64)&1 == 1 }

// slotsOf returns the members of a set in one block.
func (s *set) slotsOf(number int64) (found slots) {
	ids := s.chunk(int(number >> (chunkBits - blockBits)))
	if ids == nil {
		return found
	}
	first := uint32(number<<blockBits) & chunkMask
	switch ids.CardinalityInRange(uint64(first), uint64(first)+blockSize) {
	case 0:
		return found
	case blockSize:
		for k := range found {
			found[k] = ^uint64(0)
		}
		return found
	}
	it := ids.Iterator()
	for it.AdvanceIfNeeded(first); it.HasNext() && it.PeekNext() < first+blockSize; {
		found.add(int(it.Next() - first))
	}
	return found
}

// readyShard is what a sweep found in one shard, made ready.
type readyShard struct {
	given  *store.ShardResults
	rules  []readyBlock
	events recordWriter // under numbers from 0
	logged int64
	closed []closedFinding
}

// closedFinding is an entry for the history of a client.
type closedFinding struct {
	client int64
	past   crm.Past
}

// readyBlock is what one rule said of one shard.
type readyBlock struct {
	rule    string
	hidden  bool   // its findings are no events
	pending slots  // the clients that were still to be judged
	judged  slots  // those of them that are
	seen    uint64 // the sum of the block that was read
	stored  storedBlock

	value []byte // the block as it is to be, nil for none; not looked at when nothing has changed
	delta delta
}

var blockSeed = maphash.MakeSeed()

func sumOf(b storedBlock) uint64 {
	if b == nil {
		return 0
	}
	return maphash.Bytes(blockSeed, b)
}

// makeReady checks what a sweep found and makes it ready.
func (s *Store) makeReady(ctx context.Context, shards []store.ShardResults) ([]readyShard, error) {
	ready := make([]readyShard, len(shards))
	var w blockWriter
	err := s.read(ctx, func(snap *snapshot) error {
		for i := range shards {
			runtime.Gosched() // a writer may wait for the processor
			r, err := w.makeReady(snap, &shards[i], crm.TimeOf(s.config.Now()))
			if err != nil {
				return err
			}
			ready[i] = r
		}
		return nil
	})
	return ready, err
}

func (w *blockWriter) makeReady(s *snapshot, given *store.ShardResults, now crm.Time) (readyShard, error) {
	r := readyShard{given: given}
	r.events.room = 4 << 10
	at := given.At
	if at.IsZero() {
		at = now
	}
	by, err := w.byRules(given)
	if err != nil {
		return r, err
	}
	var clients slots
	for i := range given.Clients {
		clients.add(int(given.Clients[i].ID & (blockSize - 1)))
	}
	r.rules = make([]readyBlock, len(given.Rules))
	for i, rule := range given.Rules {
		b := &r.rules[i]
		b.rule = rule
		if known := s.ix.rule(rule); known != nil {
			b.pending = known.pending.slotsOf(given.Shard)
			for k := range b.judged {
				b.judged[k] = b.pending[k] & clients[k]
			}
			if bucket := s.results.Bucket([]byte(rule)); bucket != nil {
				s.expectBlock(bucket, given.Shard)
				b.stored = bucket.Get(key(given.Shard))
			}
		}
		if err := b.stored.check(); err != nil {
			return r, err
		}
		b.hidden = s.ix.hidden[rule]
		w.readyBlock, w.shard, w.at = b, &r, at
		if err := w.write(by[i]); err != nil {
			return r, err
		}
		b.stored = nil // it lies in the snapshot
	}
	return r, nil
}

// slotResult is what one rule says of the client in a slot.
type slotResult struct {
	slot   int
	result *crm.Result
}

// byRules checks what a sweep found and sorts it by rule, as the shard lists them.
func (w *blockWriter) byRules(given *store.ShardResults) ([][]slotResult, error) {
	for len(w.by) < len(given.Rules) {
		w.by = append(w.by, nil)
	}
	by := w.by[:len(given.Rules)]
	for i := range by {
		by[i] = by[i][:0]
	}
	last := int64(0)
	for i := range given.Clients {
		c := &given.Clients[i]
		if c.ID>>blockBits != given.Shard || c.ID <= 0 || c.ID > maxID {
			return nil, fmt.Errorf("client %d is not in shard %d", c.ID, given.Shard)
		}
		if c.ID <= last {
			return nil, fmt.Errorf("client %d comes after client %d", c.ID, last)
		}
		last = c.ID
		slot := int(c.ID & (blockSize - 1))
		for k := range c.Results {
			r := &c.Results[k]
			if len(r.Findings) == 0 && r.Label == "" && r.Error == "" {
				continue
			}
			at := slices.Index(given.Rules, r.Rule)
			if at < 0 {
				return nil, fmt.Errorf("client %d: a result of rule %q, which is not among those that were run", c.ID, r.Rule)
			}
			if n := len(by[at]); n > 0 && by[at][n-1].slot == slot {
				return nil, fmt.Errorf("client %d: two results of rule %q", c.ID, r.Rule)
			}
			by[at] = append(by[at], slotResult{slot, coded(r)})
		}
	}
	return by, nil
}

// coded returns a result whose findings all have a code.
func coded(r *crm.Result) *crm.Result {
	if !slices.ContainsFunc(r.Findings, func(f crm.Finding) bool { return f.Code == "" }) {
		return r
	}
	own := *r
	own.Findings = slices.Clone(r.Findings)
	for i := range own.Findings {
		if own.Findings[i].Code == "" {
			own.Findings[i].Code = r.Rule
		}
	}
	return &own
}

// blockWriter makes the new block of one rule, then that of the next in the same memory.
type blockWriter struct {
	*readyBlock
	shard *readyShard
	at    crm.Time // when it was judged

	entries []blockResult
	data    []byte // new results, behind each other
	by      [][]slotResult
}

// blockResult is a result of the new block: stored bytes, or a place in the writer's data.
type blockResult struct {
	slot     int
	stored   []byte
	from, to int
}

// write goes through the stored results and the new ones side by side.
func (w *blockWriter) write(given []slotResult) error {
	w.entries = w.entries[:0]
	w.data = w.data[:0]
	for i := range w.stored.len() {
		slot := w.stored.slot(i)
		for len(given) > 0 && given[0].slot < slot {
			if err := w.put(given[0].slot, nil, given[0].result); err != nil {
				return err
			}
			given = given[1:]
		}
		var is *crm.Result
		if len(given) > 0 && given[0].slot == slot {
			is, given = given[0].result, given[1:]
		}
		if err := w.put(slot, w.stored.result(i), is); err != nil {
			return err
		}
	}
	for _, g := range given {
		if err := w.put(g.slot, nil, g.result); err != nil {
			return err
		}
	}
	if w.delta.any {
		w.value, w.seen = w.pack(), sumOf(w.stored)
	}
	return nil
}

// put takes the result that a slot has in the new block.
func (w *blockWriter) put(slot int, was []byte, is *crm.Result) error {
	switch {
	case !w.judged.contains(slot):
		if was != nil {
			w.keep(slot, was)
		}
		return nil
	case is == nil && was == nil:
		return nil
	case was == nil:
		w.delta.change(slot, resultHead{}, headOf(is, true))
		w.encode(slot, is, packTime(w.at))
		w.logNew(slot, is)
		return nil
	case is != nil && w.same(was, is):
		w.keep(slot, was)
		return nil
	}
	return w.replace(slot, was, is)
}

func (w *blockWriter) keep(slot int, stored []byte) {
	w.entries = append(w.entries, blockResult{slot: slot, stored: stored})
}

// same reports whether a stored result says the same, of findings that were all first seen at one time.
func (w *blockWriter) same(was []byte, is *crm.Result) bool {
	from := len(w.data)
	w.data = appendResult(w.data, is, firstSince(was))
	same := string(w.data[from:]) == string(was)
	w.data = w.data[:from]
	return same
}

// replace puts a result, or none, in the place of another.
func (w *blockWriter) replace(slot int, stored []byte, is *crm.Result) error {
	was, err := readResult(stored, w.rule)
	if err != nil {
		return err
	}
	now := crm.Result{Rule: w.rule}
	if is != nil {
		now = *is
		now.Findings = slices.Clone(is.Findings)
		keepSince(was.Findings, now.Findings, w.at)
		w.encode(slot, &now, 0)
		if last := w.entries[len(w.entries)-1]; string(w.data[last.from:last.to]) == string(stored) {
			w.entries, w.data = w.entries[:len(w.entries)-1], w.data[:last.from]
			w.keep(slot, stored)
			return nil
		}
	}
	w.delta.change(slot, headOf(&was, true), headOf(&now, is != nil))
	logDifference(w.rule, w.client(slot), &was, &now, w.at, "", "", w.log)
	w.close(slot, was.Findings, now.Findings)
	return nil
}

// close notes the findings that are gone.
func (w *blockWriter) close(slot int, was, is []crm.Finding) {
	before, after := identify(was), identify(is)
	for i := range was {
		if f := &was[i]; after.find(f) < 0 && before.find(f) == i {
			w.shard.closed = append(w.shard.closed, closedFinding{w.client(slot), crm.Past{At: w.at, Type: crm.EventFindingClosed,
				Rule: w.rule, Code: f.Code, RowID: f.RowID, Since: f.Since, Reason: causeSwept}})
		}
	}
}

// encode puts a new result into the block. Its findings were first seen at since, 0 for the times they have.
func (w *blockWriter) encode(slot int, is *crm.Result, since uint64) {
	from := len(w.data)
	w.data = appendResult(w.data, is, since)
	w.entries = append(w.entries, blockResult{slot: slot, from: from, to: len(w.data)})
}

func (w *blockWriter) client(slot int) int64 { return w.shard.given.Shard<<blockBits | int64(slot) }

func (w *blockWriter) log(e *event) {
	if w.hidden {
		return
	}
	w.shard.events.add(w.shard.logged, e)
	w.shard.logged++
}

// logNew logs a result that comes where there was none; it is logDifference without its garbage.
func (w *blockWriter) logNew(slot int, is *crm.Result) {
	ids := identify(is.Findings)
	e := event{at: w.at, client: w.client(slot), rule: w.rule}
	for i := range is.Findings {
		if f := &is.Findings[i]; i == 0 || ids.find(f) == i {
			e.typ, e.detail = crm.EventFindingOpened, detail{kind: detailFinding, name: f.Code, rowID: f.RowID}
			w.log(&e)
		}
	}
	if is.Label != "" {
		e.typ, e.detail = crm.EventSegmentEntered, detail{kind: detailLabel, name: is.Label}
		w.log(&e)
	}
}

// pack returns the new block, nil when it has no result.
func (w *blockWriter) pack() []byte {
	size := len(w.data)
	for i := range w.entries {
		size += len(w.entries[i].stored)
	}
	return packBlock(len(w.entries), size, func(i int) (int, []byte) {
		e := &w.entries[i]
		if e.stored != nil {
			return e.slot, e.stored
		}
		return e.slot, w.data[e.from:e.to]
	})
}
