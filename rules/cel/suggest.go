package cel

import (
	"fmt"
	"strings"
)

// nearest returns the name that name was probably meant to be, "" when none is near.
func nearest(name string, names []string) string {
	best, limit := "", max(1, len([]rune(name))/3)+1
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return n
		}
		if d := distance(name, n); d < limit {
			best, limit = n, d
		}
	}
	return best
}

// suggestion is " (did you mean "x"?)", or "" when nothing is near.
func suggestion(name string, names []string) string {
	if n := nearest(name, names); n != "" {
		return fmt.Sprintf(", did you mean %s?", n)
	}
	return ""
}

// distance is the number of letters to insert, delete, change or swap with their neighbour to
// make b of a.
func distance(a, b string) int {
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	before, above, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(t)]
}
