//go:build !linux

package wasm

import "errors"

// reserve returns n zero bytes.
func reserve(n int) ([]byte, error) { return make([]byte, n), nil }

func release([]byte) {}

// zero makes b zero again.
func zero(b []byte) error {
	clear(b)
	return nil
}

// mapping is a memory's content that instances see until they write, which this system has not: images
// are copied.
type mapping struct{}

func newMapping([]byte) (*mapping, error) { return nil, errors.ErrUnsupported }

func (*mapping) free()              {}
func (*mapping) put([]byte) error   { return errors.ErrUnsupported }
func (*mapping) reset([]byte) error { return errors.ErrUnsupported }

func unmap([]byte) error { return errors.ErrUnsupported }
