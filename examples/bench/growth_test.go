package main

import (
	"math"
	"testing"
)

func TestSlopesAreOfTenTimesAsMany(t *testing.T) {
	for _, tt := range []struct{ y, by, want float64 }{{1, 5, 1}, {5, 5, 10}, {25, 5, 100}, {10, 10, 10}, {100, 10, 100}, {100, 100, 10}} {
		if got := tenfold(1, tt.y, tt.by); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%v times as much for %v times as many is ×%v for ten times, want ×%v", tt.y, tt.by, got, tt.want)
		}
	}
}
