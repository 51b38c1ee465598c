package wasm

import "assay/server/wasm/internal/instrument"

// StretchFuel is what a guest spends before it comes back to Go.
const StretchFuel = stretchFuel

// Unmeter makes a host load modules without metering them, for comparison.
func Unmeter(h *Host) {
	h.meter = func(*instrument.Module) (instrument.Extension, error) { return instrument.Extension{}, nil }
}

// HoldImages keeps the module from making images until letGo is called.
func HoldImages(m *Module) (letGo func()) {
	m.images.making <- struct{}{}
	return func() { <-m.images.making }
}

// KeptPatterns returns what the patterns take that a host keeps of a module and of all, in bytes.
func KeptPatterns(h *Host, m *Module) (ofModule, ofAll int) {
	h.patterns.mu.RLock()
	defer h.patterns.mu.RUnlock()
	if s := h.patterns.shares[m]; s != nil {
		ofModule = s.bytes
	}
	return ofModule, h.patterns.bytes
}

// KeepsPattern says whether the host keeps a pattern of a module. It counts as a use.
func KeepsPattern(h *Host, m *Module, text string) bool {
	_, kept := h.patterns.find(m, []byte(text))
	return kept
}

// BoundCaches sets how much of a cache is kept when a host opens it, until undo is called.
func BoundCaches(modules int, bytes int64) (undo func()) {
	was := maxKept
	maxKept = bounds{modules, bytes}
	return func() { maxKept = was }
}
