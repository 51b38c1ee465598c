//go:build !race

package conformance_test

// oneOf is how many invented clients stand for one that is tried.
const oneOf = 1
