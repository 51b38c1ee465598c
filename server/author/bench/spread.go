package bench

import "slices"

// spreadOf sums figures up, which it sorts.
func spreadOf(figures []int64) (s Spread) {
	slices.Sort(figures)
	for _, f := range figures {
		s.Sum += f
	}
	s.P50, s.P90, s.P99, s.Max = percentile(figures, 50), percentile(figures, 90), percentile(figures, 99), percentile(figures, 100)
	return s
}

// percentile is the least figure that so many percent are not above; 0 of none.
func percentile(ascending []int64, percent int) int64 {
	if len(ascending) == 0 {
		return 0
	}
	return ascending[max(0, (len(ascending)*percent+99)/100-1)]
}
