package formats

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// meaning is what a column title stands for.
type meaning struct {
	key   string // of the table titles
	title string // the spelling it was listed under
	weak  bool
	after bool // the contact is named after the field: a number counts contacts
}

// knownTitles maps title keys to meanings, and lists the spellings for suggestions. It is made for the first table that is
// read: it took a tenth of the start of a program that reads none.
var knownTitles = sync.OnceValues(compileTitles)

type spelling struct {
	title string
	key   []rune
}

func compileTitles() (map[string]meaning, []spelling) {
	m := map[string]meaning{}
	var spellings []spelling
	add := func(name string, what meaning) {
		what.title = name
		key := titleKey(name)
		if _, taken := m[key]; !taken && key != "" {
			m[key] = what
			spellings = append(spellings, spelling{name, []rune(key)})
		}
	}
	for _, key := range sortedKeys(titles) {
		for name := range strings.SplitSeq(titles[key], "|") {
			plain, weak := strings.CutPrefix(name, "~")
			add(plain, meaning{key: key, weak: weak})
		}
	}
	for _, field := range sortedKeys(scalars) {
		add(field, meaning{key: field})
	}
	for _, field := range wordLists {
		add(field, meaning{key: field})
	}
	for name := range strings.SplitSeq(posts, "|") {
		add(name, meaning{key: "post"})
	}
	for _, key := range sortedKeys(contactFields) {
		for field := range strings.SplitSeq(contactFields[key], "|") {
			for contact := range strings.SplitSeq(contactOf, "|") {
				add(contact+": "+strings.ToLower(field), meaning{key: key})
			}
			for contact := range strings.SplitSeq(ofContact, "|") {
				add(field+" "+contact, meaning{key: key, after: true})
			}
		}
	}
	return m, spellings
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// titleKey reduces a title to what is compared: its letters and digits, in
// lower case, ё as е.
func titleKey(s string) string {
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if r = unicode.ToLower(r); r == 'ё' {
			r = 'е'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// find returns what a title means and the number in it, from 1, or 0 for none:
// "Телефон 2", "Контактное лицо 2: должность".
func find(title string) (what meaning, number int, ok bool) {
	known, _ := knownTitles()
	key := titleKey(title)
	if what, ok = known[key]; ok {
		return what, 0, true
	}
	before, digits, after := cutNumber(key)
	if digits == 0 || digits >= maxRows {
		return meaning{}, 0, false
	}
	what, ok = known[before+after]
	if !ok || !numberable(what.key) {
		return meaning{}, 0, false
	}
	// "Контакт: телефон 2" is the second phone of the first contact.
	if after == "" && !what.after && strings.HasPrefix(what.key, "contact:channel") {
		digits = 0
	}
	return what, digits, true
}

// cutNumber splits a key at its first run of digits. A second run, at the end,
// numbers the field of a numbered contact and is dropped.
func cutNumber(key string) (before string, number int, after string) {
	start := strings.IndexFunc(key, isDigit)
	if start < 0 {
		return key, 0, ""
	}
	end := start
	for end < len(key) && isDigit(rune(key[end])) {
		if number < maxRows {
			number = number*10 + int(key[end]-'0')
		}
		end++
	}
	return key[:start], number, strings.TrimRightFunc(key[end:], isDigit)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// numberable reports what a file can have several of.
func numberable(key string) bool {
	for _, prefix := range [...]string{"channel:", "contact:", "address:", "requisite:", "contract:", "person", "tags", "categories", "industries"} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// nearest returns the known title that is spelt most like the given one, "" when none is near.
func nearest(title string) string {
	key := []rune(titleKey(title))
	best, bestDistance := "", len(key)/2
	_, spellings := knownTitles()
	for _, candidate := range spellings {
		other := candidate.key
		if abs(len(other)-len(key)) > bestDistance {
			continue
		}
		d := editDistance(key, other)
		if d < bestDistance || d == bestDistance && best != "" && candidate.title < best {
			best, bestDistance = candidate.title, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// editDistance is the Levenshtein distance in letters.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
