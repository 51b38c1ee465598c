//go:build !race

package cel_test

import "testing"

// Without the race detector nothing is skipped.
func compilesMuch(testing.TB) {}

func runLeft() int { return 0 }
