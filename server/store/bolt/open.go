package bolt

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"assay/server/store"
)

// Config says where a base is and how it is kept.
type Config struct {
	Dir        string           // made when it does not exist
	Now        func() time.Time // nil: time.Now
	EventsKept int64            // events of the log that are kept at least; 0: 1,000,000

	// MapSize is the address space reserved for the file, in bytes; a file
	// that outgrows it stops readers and writers while it is mapped anew. It
	// costs no memory. 0: 64 GiB where addresses are that wide.
	MapSize int
	// LockTimeout is how long to wait for another process to let go of the
	// file. 0: 5 s.
	LockTimeout time.Duration
	// MaxBatch is how many client writes share a transaction at most; a
	// larger call has a transaction of its own. 0: 16,384.
	MaxBatch int
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.EventsKept == 0 {
		c.EventsKept = 1_000_000
	}
	if c.MapSize == 0 && bits.UintSize == 64 && runtime.GOOS != "windows" { // there the file would grow to it
		c.MapSize = 1 << 36
	}
	if c.LockTimeout == 0 {
		c.LockTimeout = 5 * time.Second
	}
	if c.MaxBatch == 0 {
		c.MaxBatch = 16384
	}
	return c
}

// Store is a base in a file; it implements store.Store.
type Store struct {
	config   Config
	db       *bbolt.DB
	versions atomic.Pointer[versions]
	external *externalIndex
	ahead    *readAhead

	requests chan *request // to the committer
	sweeps   chan *request // to the committer, for when nobody else waits
	writes   atomic.Int64  // calls of Commit
	finished chan struct{} // closed when the committer has returned

	gate    sync.RWMutex // held for reading by every call; Close takes it for writing
	closed  bool
	closing chan struct{} // closed when Close begins
	ending  sync.Once
	endErr  error

	epoch epoch           // the committer's
	stale []externalEntry // the committer's: what the last transaction took away

	lastSeq atomic.Int64                  // of the newest event that is on disk
	news    atomic.Pointer[chan struct{}] // closed when events were added
}

var _ store.Store = (*Store)(nil)

// Open opens the base in a directory, or makes an empty one there, and rebuilds
// its indexes. The errors that a caller decides on are ErrLocked, ErrForeign,
// ErrNewer, ErrDamaged and crm.ErrNoSpace.
func Open(ctx context.Context, c Config) (*Store, error) {
	c = c.withDefaults()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	stopReading := prefetch(pathIn(c.Dir))
	defer stopReading()
	db, err := openFile(c)
	if err != nil {
		return nil, storageError("open the base in "+c.Dir, err)
	}
	s := &Store{
		config: c, db: db, external: newExternalIndex(),
		requests: make(chan *request, 256), sweeps: make(chan *request, 16), finished: make(chan struct{}), closing: make(chan struct{}),
	}
	s.ahead = openAhead(pathIn(c.Dir), db.Info().PageSize)
	ix, err := rebuild(ctx, db, s.external)
	if err != nil {
		return nil, errors.Join(storageError("read the base in "+c.Dir, err), s.ahead.close(), db.Close())
	}
	s.versions.Store(&versions{current: ix})
	s.lastSeq.Store(ix.lastSeq)
	news := make(chan struct{})
	s.news.Store(&news)
	go s.commitRequests()
	return s, nil
}

func openFile(c Config) (*bbolt.DB, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, err
	}
	path := pathIn(c.Dir)
	options := &bbolt.Options{
		Timeout: c.LockTimeout, FreelistType: bbolt.FreelistMapType, NoFreelistSync: true,
		InitialMmapSize: c.MapSize, NoStatistics: true,
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		creating := *options
		creating.InitialMmapSize = 0
		if err := createFile(c.Dir, path, &creating); err != nil {
			return nil, fmt.Errorf("create %s: %w", path, err)
		}
	}
	if err := checkFile(path); err != nil {
		return nil, err
	}
	db, err := openMapped(path, options)
	if err != nil {
		return nil, err
	}
	if err := db.View(func(tx *bbolt.Tx) error { return checkFormat(tx, path) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := upgrade(db); err != nil {
		return nil, errors.Join(fmt.Errorf("bring %s to format %d: %w", path, formatVersion, err), db.Close())
	}
	dropUnfinished(c.Dir, c.Now())
	return db, nil
}

// openMapped opens a file with bbolt, which panics when pages make no sense.
func openMapped(path string, options *bbolt.Options) (db *bbolt.DB, err error) {
	defer func() {
		if p := recover(); p != nil {
			db, err = nil, fmt.Errorf("%w: %s: %v; restore it from a backup", ErrDamaged, path, p)
		}
	}()
	db, err = bbolt.Open(path, 0o600, options)
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("%w: %s; stop that process or use another directory", ErrLocked, path)
	}
	return db, err
}

// enter begins a call; leave must follow when it returns nil.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.gate.RLock()
	if s.closed {
		s.gate.RUnlock()
		return ErrClosed
	}
	return nil
}

func (s *Store) leave() { s.gate.RUnlock() }

// Close waits for running calls, commits what they have handed in, and closes
// the file. Closing again returns the same error.
func (s *Store) Close() error {
	s.ending.Do(func() {
		close(s.closing) // waits for events end here
		s.gate.Lock()
		s.closed = true
		s.gate.Unlock()
		close(s.requests)
		<-s.finished
		s.endErr = storageError("close the base in "+s.config.Dir, errors.Join(s.ahead.close(), s.db.Close()))
	})
	return s.endErr
}
