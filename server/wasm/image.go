package wasm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
)

// copiedBytes is the memory up to which an image is compared and copied back, at 1 us a page; a larger one is
// mapped, so that only what was written to is set back, at 2 us and 1.2 us for 4 KiB of that.
const copiedBytes = 4 * pageBytes

// The most that is kept of images: so many of a module, so many bytes of a module and of a host.
const (
	maxImages         = 256
	maxImageBytes     = abi.MaxMemory
	maxHostImageBytes = 4 * maxImageBytes
)

// staleUses is how often others of a module are asked for before an image makes room for them. Of images
// that are needed in turn and do not fit together, the first ones stay: else each would be made again each time.
const staleUses = 1000

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
// it to set back. It does not change. Of one with a mapping, whoever holds it counts: the table, evaluations and
// the instances that show it; the last to release it frees it.
type image struct {
	holders atomic.Int32
	counted *atomic.Int64 // what the host keeps, with this image in it; nil: it is not kept

	size           uint64   // of the memory, bytes
	content        []byte   // of the memory; nil when it is a mapping
	mapping        *mapping //
	globals        []uint64 // as instance.globals
	monotonic      int64
	handle         uint32
	cards, results area
	spent          int64 // to make it, units

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

// hold counts a holder more.
func (im *image) hold() *image {
	im.holders.Add(1)
	return im
}

// release counts a holder less. Nil holds nothing.
func (im *image) release() {
	if im == nil || im.holders.Add(-1) > 0 {
		return
	}
	if im.mapping != nil {
		im.mapping.free()
	}
	if im.counted != nil {
		im.counted.Add(-int64(im.size))
	}
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
	if in.image != im {
		in.image.release()
		in.image = im.hold()
	}
	in.touched = false
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
		setBack(m.reserved, im.content)
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

// comparedBytes is how much of a memory is set back at once: of less, more comparisons are begun; of more, more is written.
const comparedBytes = 16 << 10

// setBack makes b the content. What a guest left as it was is most of it, and reading it is cheaper than writing.
func setBack(b, content []byte) {
	for at := 0; at < len(content); at += comparedBytes {
		was, is := content[at:at+comparedBytes], b[at:at+comparedBytes]
		if !bytes.Equal(was, is) {
			copy(is, was)
		}
	}
}

// images are a module's images.
type images struct {
	making chan struct{} // holds one while one is made
	total  *atomic.Int64 // bytes that the host keeps

	mu    sync.Mutex
	kept  map[imageKey]*keptImage
	bytes uint64
	uses  uint64
}

type keptImage struct {
	*image
	used uint64
}

func newImages(total *atomic.Int64) images {
	return images{making: make(chan struct{}, 1), total: total, kept: map[imageKey]*keptImage{}}
}

// find returns an image for the caller to release, or nil.
func (s *images) find(key imageKey) *image {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uses++
	k := s.kept[key]
	if k == nil {
		return nil
	}
	k.used = s.uses
	return k.hold()
}

// keep adds an image, if there is room for it or for one that has not been used for long.
func (s *images) keep(key imageKey, im *image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.admit(im) {
		if !s.forgetStale() {
			return
		}
	}
	s.bytes += im.size
	s.kept[key] = &keptImage{im.hold(), s.uses}
}

// admit counts an image among those the host keeps, if there is room for it.
func (s *images) admit(im *image) bool {
	if len(s.kept) == maxImages || s.bytes+im.size > maxImageBytes {
		return false
	}
	if s.total.Add(int64(im.size)) > maxHostImageBytes {
		s.total.Add(-int64(im.size))
		return false
	}
	im.counted = s.total
	return true
}

// forgetStale forgets the image that has not been used for longest, if that is long.
func (s *images) forgetStale() bool {
	var oldest imageKey
	least := uint64(math.MaxUint64)
	for key, k := range s.kept {
		if k.used < least {
			oldest, least = key, k.used
		}
	}
	if least > s.uses || s.uses-least < staleUses {
		return false
	}
	s.bytes -= s.kept[oldest].size
	s.kept[oldest].release()
	delete(s.kept, oldest)
	return true
}

func (s *images) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.kept {
		k.release()
	}
	clear(s.kept)
	s.bytes = 0
}

// imageOf finds or makes an image, which the caller releases; the allowance is for making it. The error is a *SettingsError, a *Fault or the
// context's.
func (m *Module) imageOf(ctx context.Context, key imageKey, a *allowance) (*image, error) {
	if im := m.images.find(key); im != nil {
		return im.orError()
	}
	select {
	case m.images.making <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-m.images.making }()
	if im := m.images.find(key); im != nil { // another call made it meanwhile
		return im.orError()
	}
	making := &allowance{bound: math.MaxInt64, of: a}
	in, handle, err := m.prepared(ctx, key, making)
	if err != nil {
		if isGuests(err) && !a.exhausted() {
			m.images.keep(key, &image{err: err})
		}
		return nil, err
	}
	im := in.capture(handle).hold()
	im.spent = making.spent
	m.images.keep(key, im)
	m.giveBack(in, im)
	return im, nil
}

// orError is the image, or what making it ended in.
func (im *image) orError() (*image, error) {
	if im.err != nil {
		im.release()
		return nil, im.err
	}
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
func (m *Module) prepared(ctx context.Context, key imageKey, a *allowance) (in *instance, handle uint32, err error) {
	if in, err = m.begin(ctx, key.pages, a); err != nil {
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
