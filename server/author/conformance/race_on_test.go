//go:build race

package conformance_test

// oneOf is how many invented clients stand for one that is tried: the race detector sees nothing of what guests do, and
// all else happens with a few clients, too.
const oneOf = 10
