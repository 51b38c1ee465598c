package bolt

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// request is one call that writes. apply runs in the committer's goroutine; an
// error it returns refuses this request alone, so it may change nothing before.
type request struct {
	size  int // client writes in it
	apply func(*writer) error
	state atomic.Int32
	err   error
	done  chan struct{}
}

const (
	requestWaiting = iota
	requestTaken
	requestWithdrawn
)

// submit has the committer run apply in a transaction and returns when that is
// on disk. A cancelled call is withdrawn as long as no transaction has taken it;
// after that it ends with its transaction, so that its outcome is known.
func (s *Store) submit(ctx context.Context, size int, apply func(*writer) error) error {
	return s.submitTo(ctx, s.requests, size, apply)
}

// submitTo is submit with the queue to stand in.
func (s *Store) submitTo(ctx context.Context, queue chan<- *request, size int, apply func(*writer) error) error {
	r := &request{size: size, apply: apply, done: make(chan struct{})}
	select {
	case queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		if r.state.CompareAndSwap(requestWaiting, requestWithdrawn) {
			return ctx.Err()
		}
		<-r.done
		return r.err
	}
}

// passed is how many transactions of writers go before a sweep that waits.
const passed = 8

// commitRequests is the committer: it commits what is waiting, all together,
// until Close. While one transaction waits for the disk the next gathers. What sweeps
// bring waits until no writer does, but not for ever, and has transactions of its own.
func (s *Store) commitRequests() {
	defer close(s.finished)
	for written := 0; ; {
		if written == passed {
			written = 0
			select {
			case swept := <-s.sweeps:
				s.commitBatch([]*request{swept})
			default:
			}
		}
		r, swept, open := s.nextRequest()
		switch {
		case !open:
			return
		case swept:
			written = 0
			s.commitBatch([]*request{r})
		default:
			written++
			s.commitBatch(s.gather(r))
		}
	}
}

// nextRequest waits for a request, and prefers a writer's. It returns !open after Close.
func (s *Store) nextRequest() (r *request, swept, open bool) {
	select {
	case r, open = <-s.requests:
		return r, false, open
	default:
	}
	select {
	case r, open = <-s.requests:
		return r, false, open
	case r = <-s.sweeps:
		return r, true, true
	}
}

// gather takes what is waiting behind a request, up to MaxBatch client writes.
func (s *Store) gather(first *request) []*request {
	const small = 64
	batch, size := []*request{first}, first.size
	if size < small {
		s.letOthersCome()
	}
	for size < s.config.MaxBatch {
		select {
		case r, open := <-s.requests:
			if !open {
				return batch
			}
			batch, size = append(batch, r), size+r.size
		default:
			return batch
		}
	}
	return batch
}

// letOthersCome lets goroutines run that are about to write, as long as that
// brings requests. The writers of the last transaction have just been woken: with
// 16 of them this doubles what a transaction holds and saves a fifth of the
// processor time of a write, most of which is the kernel's for syncing.
func (s *Store) letOthersCome() {
	for waiting, before := len(s.requests), -1; waiting > before && waiting < cap(s.requests); {
		runtime.Gosched()
		before, waiting = waiting, len(s.requests)
	}
}

// commitBatch runs requests in one transaction and answers them.
func (s *Store) commitBatch(batch []*request) {
	taken := batch[:0]
	for _, r := range batch {
		if r.state.CompareAndSwap(requestWaiting, requestTaken) {
			taken = append(taken, r)
		}
	}
	if len(taken) == 0 {
		return
	}
	if err := s.transact(taken); err != nil {
		err = storageError("write to the base in "+s.config.Dir, err)
		for _, r := range taken {
			r.err = err
		}
	}
	for _, r := range taken {
		close(r.done)
	}
}

// transact applies requests and commits. Its error means that nothing was stored.
func (s *Store) transact(batch []*request) (err error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return err
	}
	var w *writer
	defer func() {
		if p := recover(); p != nil { // bbolt panics on pages that make no sense
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
		if err != nil {
			s.abandon(tx, w)
		}
	}()
	w = s.newWriter(tx)
	for _, r := range batch {
		r.err = r.apply(w)
		if w.broken != nil {
			return w.broken
		}
	}
	if !w.changed {
		return tx.Rollback()
	}
	if err := w.finish(); err != nil {
		return err
	}
	// Readers see the transaction as soon as bbolt has written its number, which
	// is before Commit returns: its index must be there first.
	s.versions.Store(&versions{current: w.base, next: w.ix})
	if err := tx.Commit(); err != nil {
		return err
	}
	s.stale = w.stale
	s.lastSeq.Store(w.ix.lastSeq)
	if len(w.events.records) > 0 {
		s.announce()
	}
	return nil
}

// abandon ends a transaction that failed. When only the last sync failed, bbolt
// goes on from that transaction; so does the store then, though nobody was told
// that it is on disk.
func (s *Store) abandon(tx *bbolt.Tx, w *writer) {
	_ = tx.Rollback() // it may be closed already
	if w == nil {
		return
	}
	reader, err := s.db.Begin(false)
	if err != nil {
		return
	}
	defer func() { _ = reader.Rollback() }()
	if reader.ID() == w.ix.txid {
		s.stale = append(s.stale, w.stale...)
		return
	}
	if s.versions.Load().next == w.ix {
		s.versions.Store(&versions{current: w.base})
	}
	for _, added := range w.added {
		s.external.drop(added.text, added.id)
	}
}

// announce wakes whoever waits for events.
func (s *Store) announce() {
	next := make(chan struct{})
	close(*s.news.Swap(&next))
}

// versions are the indexes of the last transactions: of the one that is
// committed, and of the one that is being committed or was just now.
type versions struct{ current, next *index }

// at returns the index of a transaction, nil when it is neither.
func (v *versions) at(txid int) *index {
	switch {
	case v.current.txid == txid:
		return v.current
	case v.next != nil && v.next.txid == txid:
		return v.next
	}
	return nil
}
