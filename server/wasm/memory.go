package wasm

import (
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// guestMemory is the linear memory of an instance. Addresses are reserved up to the limit at
// once, and the system provides pages as they are touched: growing copies nothing, and what a guest
// took goes back when its instance ends. It is for one instance.
type guestMemory struct {
	limit    uint64 // bytes
	reserved []byte
	mapped   uint64 // bytes from the start that are a mapping of an image
	shrinkTo int64  // what Reallocate answers to anything; below 0: what it is asked for
}

// Allocate is called once, when the instance is made.
func (m *guestMemory) Allocate(_, most uint64) experimental.LinearMemory {
	m.limit = min(m.limit, most)
	return m
}

// reserve is called first.
func (m *guestMemory) reserve() (err error) {
	m.shrinkTo = -1
	m.reserved, err = reserve(int(m.limit))
	return err
}

// Reallocate returns nil above the limit: memory.grow then answers -1.
func (m *guestMemory) Reallocate(size uint64) []byte {
	if m.shrinkTo >= 0 {
		size = uint64(m.shrinkTo)
	}
	if size > m.limit {
		return nil
	}
	return m.reserved[:size:size]
}

// resize gives the guest's memory another size, and says whether it could. WebAssembly only knows
// how to grow: for less, it is asked to grow and gets less.
func (m *guestMemory) resize(guest api.Memory, size uint64) bool {
	now := uint64(guest.Size())
	switch {
	case size > now:
		guest.Grow(uint32((size - now) / pageBytes))
	case size < now:
		m.shrinkTo = int64(size)
		guest.Grow(1)
		m.shrinkTo = -1
	}
	return uint64(guest.Size()) == size
}

// Free leaves the memory to release: wazero calls it when a guest exits, while the host still
// reads the results of the records before.
func (m *guestMemory) Free() {}

// release gives the memory back. Nothing may refer to it any more.
func (m *guestMemory) release() {
	release(m.reserved)
	m.reserved = nil
}
