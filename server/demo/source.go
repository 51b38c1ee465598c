package demo

import (
	"math/bits"
	"math/rand/v2"
)

// source draws what a document is made of. Each document begins at a place of
// its own, so that it does not depend on those before it.
type source struct{ pcg rand.PCG }

func (s *source) begin(seed uint64, document int) {
	// The odd factor spreads neighbouring documents over the state.
	s.pcg.Seed(seed, uint64(document)*0x9e3779b97f4a7c15+1)
}

// below returns a number from 0 to n-1.
func (s *source) below(n int) int {
	high, _ := bits.Mul64(s.pcg.Uint64(), uint64(n))
	return int(high)
}

// between returns a number from low to high.
func (s *source) between(low, high int) int { return low + s.below(high-low+1) }

// chance is true in so many cases out of a hundred.
func (s *source) chance(percent int) bool { return s.below(100) < percent }

// pick returns one of the list.
func pick[T any](s *source, list []T) T { return list[s.below(len(list))] }

// favourite returns one of the list, those in front more often.
func favourite[T any](s *source, list []T) T {
	n := len(list)
	return list[min(s.below(n), s.below(n))]
}
