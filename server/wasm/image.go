package wasm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"syscall"

	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
)

// copiedBytes is the memory up to which an image is copied back whole, at 1.4 us a page; a larger one is
// mapped, so that only what was written to is set back, at 2 us and 1.2 us for 4 KiB of that.
const copiedBytes = 4 * pageBytes

// An evaluation asks for many images of few kinds: the least kept is one, the most are these.
const (
	maxImages     = 256
	maxImageBytes = abi.MaxMemory
)

// imageKey says what an image is of.
type imageKey struct {
	check, settings string
	pages           uint32 // its limit of memory
	room            uint32 // bytes for cards
	batch           bool   // has an area for the results of a batch
}

// keyFor is the key of the image on which a check judges cards that take size bytes. Sizes are in few
// classes, so that few images do, and depend on the cards alone. batch says that there are several of them.
func keyFor(c abi.Configured, pages uint32, size int, batch bool) imageKey {
	room := uint32(minArea)
	if size > minArea {
		room = max(abi.BatchTarget*4/3, areaFor(size))
	}
	return imageKey{check: c.Check, settings: c.Settings, pages: pages, room: room, batch: batch}
}

// image is an instance that has been started and configured and has seen no client: what there is of
// it to set back. It does not change.
type image struct {
	size           uint64   // of the memory, bytes
	content        []byte   // of the memory; nil when it is a mapping
	mapping        *mapping //
	globals        []uint64 // as instance.globals
	monotonic      int64
	handle         uint32
	cards, results area

	err error // or what making it ends in, every time
}

// capture makes an image of an instance.
func (in *instance) capture(handle uint32) *image {
	content, _ := in.memory.Read(0, in.memory.Size())
	im := &image{size: uint64(len(content)), handle: handle, cards: in.cards, results: in.results,
		monotonic: in.clock.monotonic, globals: make([]uint64, len(in.globals))}
	for i, g := range in.globals {
		im.globals[i] = g.Get()
	}
	if len(content) > copiedBytes {
		im.mapping, _ = newMapping(content)
	}
	if im.mapping == nil { // small, or the system cannot
		im.content = bytes.Clone(content)
	}
	return im
}

// restore makes the instance what the image shows, whatever was done with it. After an error it must
// be discarded.
func (in *instance) restore(im *image) error {
	if in.image == im && !in.touched {
		return nil
	}
	if in.ended {
		return errors.New("the instance has ended")
	}
	if err := in.linear.show(in.memory, im, in.image == im); err != nil {
		in.ended = true
		return err
	}
	for i, g := range in.globals {
		g.Set(im.globals[i])
	}
	in.clock = clock{now: standing, monotonic: im.monotonic}
	in.random.rewind()
	in.output.forget()
	in.cards, in.results = im.cards, im.results
	in.image, in.touched = im, false
	return nil
}

// show makes the guest's memory that of an image; again says that it was that before the guest wrote
// to it.
func (m *guestMemory) show(guest api.Memory, im *image, again bool) error {
	was := uint64(guest.Size())
	if !m.resize(guest, im.size) {
		return fmt.Errorf("a memory of %d bytes cannot be made one of %d", was, im.size)
	}
	var err error
	switch {
	case im.mapping != nil && again:
		err = im.mapping.reset(m.reserved[:im.size])
	case im.mapping != nil:
		err = im.mapping.put(m.reserved[:im.size])
	default:
		err = unmap(m.reserved[:m.mapped])
		m.mapped = 0
		copy(m.reserved, im.content)
	}
	if err == nil && m.mapped > im.size {
		err = unmap(m.reserved[im.size:m.mapped])
	}
	if err == nil && was > im.size {
		err = zero(m.reserved[im.size:was])
	}
	if im.mapping != nil {
		m.mapped = im.size
	}
	return err
}

// images are a module's images.
type images struct {
	making sync.Mutex // held while one is made

	mu   sync.Mutex
	kept map[imageKey]*keptImage
	uses uint64
}

type keptImage struct {
	*image
	used uint64
}

func (s *images) find(key imageKey) *image {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[key]
	if k == nil {
		return nil
	}
	s.uses++
	k.used = s.uses
	return k.image
}

// keep adds an image, and forgets those that have not been used for longest when there are too many.
func (s *images) keep(key imageKey, im *image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[imageKey]*keptImage{}
	}
	size := im.size
	for _, k := range s.kept {
		size += k.size
	}
	for len(s.kept) > 0 && (size > maxImageBytes || len(s.kept) == maxImages) {
		var oldest imageKey
		least := uint64(math.MaxUint64)
		for key, k := range s.kept {
			if k.used < least {
				oldest, least = key, k.used
			}
		}
		size -= s.kept[oldest].size
		delete(s.kept, oldest)
	}
	s.uses++
	s.kept[key] = &keptImage{im, s.uses}
}

func (s *images) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = nil
}

// imageOf finds or makes an image. The error is a *SettingsError or a *Fault.
func (m *Module) imageOf(ctx context.Context, key imageKey) (*image, error) {
	if im := m.images.find(key); im != nil {
		return im, im.err
	}
	m.images.making.Lock()
	defer m.images.making.Unlock()
	if im := m.images.find(key); im != nil { // another call made it meanwhile
		return im, im.err
	}
	in, handle, err := m.prepared(ctx, key)
	if err != nil {
		if isGuests(err) {
			m.images.keep(key, &image{err: err})
		}
		return nil, err
	}
	im := in.capture(handle)
	m.images.keep(key, im)
	m.giveBack(in, im)
	return im, nil
}

// isGuests says whether making an image ended as it always will.
func isGuests(err error) bool {
	if _, system := errors.AsType[syscall.Errno](err); system {
		return false
	}
	_, fault := errors.AsType[*Fault](err)
	return fault || isRefusal(err)
}

// prepared starts an instance, gives it its areas and configures its check.
func (m *Module) prepared(ctx context.Context, key imageKey) (in *instance, handle uint32, err error) {
	if in, err = m.begin(ctx, key.pages); err != nil {
		return nil, 0, err
	}
	if handle, err = in.prepare(key); err != nil {
		m.discard(in)
		return nil, 0, err
	}
	return in, handle, nil
}

func (in *instance) prepare(key imageKey) (handle uint32, err error) {
	if err := in.reserve(&in.cards, int(key.room)); err != nil {
		return 0, err
	}
	if key.batch {
		if err := in.reserve(&in.results, abi.MaxResultsBytes); err != nil {
			return 0, err
		}
	}
	return in.configured(key.check, key.settings)
}
