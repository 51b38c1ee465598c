package rules

import (
	"iter"
	"slices"
	"strings"
)

// nearest returns the known name nearest to an unknown one, "" when none is near, and a
// hint for people: `; did you mean "x"?`, or the known names when they are few.
func nearest(name string, known iter.Seq[string]) (best, hint string) {
	names := slices.Sorted(known)
	distance := 1 + min(3, (len(name)+1)/2)
	for _, k := range names {
		if d := editDistance(strings.ToLower(name), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best != "" {
		return best, `; did you mean "` + best + `"?`
	}
	const few = 24
	if len(names) == 0 || len(names) > few {
		return "", ""
	}
	return "", "; known are " + strings.Join(names, ", ")
}

// Hint says to whom wrote an unknown name which of the known ones was meant, or which there are when they
// are few; "" when there is nothing to say.
func Hint(name string, known iter.Seq[string]) string {
	_, hint := nearest(name, known)
	return hint
}

// editDistance is the number of letters to change, add, remove or swap with
// the next one (optimal string alignment). Long names are near nothing.
func editDistance(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	var before, last, row [longest + 1]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
