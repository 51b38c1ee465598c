package engine

import (
	"sync"
	"sync/atomic"
	"time"
)

// When a rule fails too much to go on. RATIONALE says why these figures.
const (
	// windowRecords are the newest records a rule has judged, which its failures are counted in.
	windowRecords = 1000
	// fewestJudged is how many records must have been judged before a share of them means anything.
	fewestJudged = 100
	// longestRun is how many records in a row may fail, whatever was before.
	longestRun = 100
	// wastedFuel is what failures may spend within the window, in units: about two seconds.
	wastedFuel = 2_000_000_000
)

// Quarantine says why a rule is not asked for a while.
type Quarantine struct {
	Since  time.Time // evaluation time
	Failed int64     // of the newest records
	Judged int64     // how many those are
	Wasted int64     // units of fuel that the failures spent
	Dear   bool      // it is for the fuel, not for the number of failures
	Last   string    // what the newest failure said
}

// breaker quarantines a rule. Judging without a failure costs it nothing: the window is the
// places of failures in the count of records.
type breaker struct {
	open atomic.Pointer[Quarantine] // nil: the rule judges

	mu     sync.Mutex
	begin  int64 // records before it do not count
	grace  int64 // up to this record the number of failures is no reason
	failed []failedAt
}

// failedAt is a failure by the number of its record.
type failedAt struct {
	record int64
	fuel   int64
}

// note takes the failures of a batch whose last record was number end; it reports whether they
// were the ones too many.
func (b *breaker) note(end, cards int64, failures []failure, now time.Time, last string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open.Load() != nil {
		return false
	}
	for _, f := range failures {
		b.failed = append(b.failed, failedAt{end - cards + int64(f.card) + 1, f.fuel})
	}
	from := max(end-windowRecords, b.begin)
	left := b.failed[:0]
	for _, f := range b.failed {
		if f.record > from {
			left = append(left, f)
		}
	}
	b.failed = left
	q := &Quarantine{Since: now, Judged: end - from, Failed: int64(len(left)), Last: last}
	for _, f := range left {
		q.Wasted += f.fuel
	}
	q.Dear = q.Wasted > wastedFuel
	many := q.Judged >= fewestJudged && 2*q.Failed > q.Judged || b.run() >= longestRun
	if !q.Dear && (!many || end <= b.grace) {
		return false
	}
	b.open.Store(q)
	return true
}

// run returns how many of the failures up to the newest were of records in a row.
func (b *breaker) run() int {
	n := 1
	for i := len(b.failed) - 1; i > 0 && b.failed[i].record == b.failed[i-1].record+1; i-- {
		n++
	}
	return min(n, len(b.failed))
}

// close ends a quarantine at the given count of records.
func (b *breaker) close(judged, grace int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begin, b.grace, b.failed = judged, judged+grace, b.failed[:0]
	b.open.Store(nil)
}
