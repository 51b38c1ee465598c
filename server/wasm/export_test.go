package wasm

import "assay/server/wasm/internal/instrument"

// Unmeter makes a host load modules without metering them, for comparison.
func Unmeter(h *Host) {
	h.meter = func(*instrument.Module) (instrument.Extension, error) { return instrument.Extension{}, nil }
}

// HoldImages keeps the module from making images until letGo is called.
func HoldImages(m *Module) (letGo func()) {
	m.images.making <- struct{}{}
	return func() { <-m.images.making }
}
