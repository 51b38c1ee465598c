//go:build !linux

package wasm_test

import "testing"

// addressSpace is not known here.
func addressSpace(*testing.T) int { return 0 }
