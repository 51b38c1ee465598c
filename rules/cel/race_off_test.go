//go:build !race

package cel_test

import "testing"

// compilesMuch has nothing to skip without the race detector.
func compilesMuch(*testing.T) {}
