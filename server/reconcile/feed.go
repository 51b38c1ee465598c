package reconcile

import (
	"encoding/json"
	"slices"
	"sync"

	"assay/rules"
)

// keptChanges is how many changes of objects are kept for those who watch.
const keptChanges = 2048

// ChangeType says what became of a watched object.
type ChangeType string

// The types of a change.
const (
	Added    ChangeType = "ADDED"
	Modified ChangeType = "MODIFIED"
	Deleted  ChangeType = "DELETED"
)

// Change is what became of an object, with its status, that somebody watches.
type Change struct {
	Type    ChangeType
	Version int64 // to go on from; 0 when it is not
	Object  json.RawMessage
}

// feed keeps the newest changes of all objects. It has a lock of its own, so that
// nobody who reads it holds up a change.
type feed struct {
	mu      sync.Mutex
	version int64 // of the newest change
	first   int64 // the version before the oldest change that is kept
	kept    []change
	news    chan struct{} // closed when changes are added
	readers int
}

// change is one change, before it is known who watches it.
type change struct {
	key         objectKey
	version     int64
	object      json.RawMessage
	before, now *appearance // nil: the object was not there, or is no more
}

// newFeed begins a feed at a version that none before it had: versions of another
// run of the server must not be taken for this one's.
func newFeed(version int64) *feed {
	return &feed{version: version, first: version, news: make(chan struct{})}
}

// add notes changes in their order.
func (f *feed) add(changes []change) {
	if len(changes) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range changes {
		f.version++
		c.version = f.version
		f.kept = append(f.kept, c)
	}
	if over := len(f.kept) - keptChanges; over > 0 {
		f.kept = slices.Delete(f.kept, 0, over)
		f.first = f.kept[0].version - 1
	}
	close(f.news)
	f.news = make(chan struct{})
}

// now returns the version of the newest change.
func (f *feed) now() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.version
}

// since returns the changes after a version and a channel that is closed when
// there are more; false when some of them are no longer kept, or the version is of
// another run of the server.
func (f *feed) since(version int64) (changes []change, news <-chan struct{}, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if version < f.first || version > f.version {
		return nil, nil, false
	}
	return slices.Clone(f.kept[version-f.first:]), f.news, true
}

// read counts readers in (1) and out (-1).
func (f *feed) read(by int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readers += by
}

func (f *feed) isRead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.readers > 0
}

// seen is the change as somebody sees it who watches a part of the objects of a
// kind; false when it is none of their business.
func (c *change) seen(kind string, s rules.Selector) (Change, bool) {
	if c.key.kind != kind {
		return Change{}, false
	}
	was, is := c.before != nil && s.Matches(c.before.labels), c.now != nil && s.Matches(c.now.labels)
	out := Change{Type: Modified, Version: c.version, Object: c.object}
	switch {
	case is && !was:
		out.Type = Added
	case was && !is:
		out.Type = Deleted
	}
	return out, was || is
}
