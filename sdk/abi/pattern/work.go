package pattern

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxWork is the most work that parsing a pattern may take, about 2 ms.
const MaxWork = 100_000

// What the tokens of a pattern cost. A unit of work is what folding the case of one rune takes, some
// 20 ns; RATIONALE.md of the server has the figures.
const (
	propertyWork       = 2500 // \pL: up to 700 ranges, to be sorted among those of others
	foldedPropertyWork = 5000 // with ranges to fold to, sorted twice
	foldedEscapeWork   = 70   // \w: 63 runes
	foldedPOSIXWork    = 140  // [:ascii:]: 128 runes
)

// Case folding concerns no rune outside of these.
const (
	minFold = 'A'
	maxFold = '\U0001e943'
)

// folding finds the flag i, which the parser expands classes for, rune by rune.
var folding = regexp.MustCompile(`\(\?[imsU-]*i`)

// scanner reads a pattern token by token as regexp/syntax.Parse does. Where the parser would stop with
// an error, what the scanner makes of the rest does not matter.
type scanner struct {
	text  string // what is left
	folds bool   // somewhere in the pattern; then it is taken for folded everywhere
	depth int    // parentheses that are open
	work  int
}

// Work bounds the work of parsing a pattern, beside some nanoseconds for each of its bytes: what the
// classes with properties (\pL) or with folded ranges ((?i)[а-я]) take, and the groups inside one another, each
// of which the parser goes through again at its end.
func Work(text string) int {
	s := scanner{text: text, folds: folding.MatchString(text)}
	for s.text != "" {
		left := len(s.text)
		s.token()
		s.work += s.depth * (left - len(s.text))
	}
	return s.work
}

// token reads a token outside of brackets.
func (s *scanner) token() {
	switch s.text[0] {
	case '[':
		s.brackets()
		return
	case '\\':
		s.escaped()
		return
	case '(':
		s.depth++
	case ')':
		s.depth = max(0, s.depth-1)
	}
	s.text = s.text[1:] // of a rune of several bytes, none looks like these
}

func (s *scanner) escaped() {
	if literal, ok := strings.CutPrefix(s.text, `\Q`); ok {
		_, s.text, _ = strings.Cut(literal, `\E`)
		return
	}
	if !s.class() {
		s.rune()
	}
}

// brackets reads a class in brackets.
func (s *scanner) brackets() {
	s.text = strings.TrimPrefix(s.text[1:], "^")
	for first := true; s.text != "" && (first || s.text[0] != ']'); first = false {
		if s.posix() || s.class() {
			continue
		}
		lo := s.rune()
		hi := lo
		if len(s.text) >= 2 && s.text[0] == '-' && s.text[1] != ']' {
			s.text = s.text[1:]
			hi = s.rune()
		}
		s.foldRange(lo, hi)
	}
	s.text = strings.TrimPrefix(s.text, "]")
}

// foldRange counts the runes of a range whose case the parser folds.
func (s *scanner) foldRange(lo, hi rune) {
	if s.folds && (lo > minFold || hi < maxFold) {
		s.work += max(0, int(min(hi, maxFold)-max(lo, minFold))+1)
	}
}

// posix reads a named class within brackets, if there is one.
func (s *scanner) posix() bool {
	name, ok := strings.CutPrefix(s.text, "[:")
	end := strings.Index(name, ":]")
	if !ok || end < 0 {
		return false
	}
	s.text = name[end+2:]
	if s.folds {
		s.work += foldedPOSIXWork
	}
	return true
}

// class reads an escape that stands for a class, if there is one.
func (s *scanner) class() bool {
	if len(s.text) < 2 || s.text[0] != '\\' {
		return false
	}
	switch s.text[1] {
	case 'p', 'P':
		s.property()
	case 'd', 'D', 's', 'S', 'w', 'W':
		s.text = s.text[2:]
		if s.folds {
			s.work += foldedEscapeWork
		}
	default:
		return false
	}
	return true
}

// property reads \pL, \p{Greek} and the like.
func (s *scanner) property() {
	if s.folds {
		s.work += foldedPropertyWork
	} else {
		s.work += propertyWork
	}
	s.text = s.text[2:]
	if strings.HasPrefix(s.text, "{") {
		_, s.text, _ = strings.Cut(s.text, "}")
		return
	}
	s.next()
}

// next reads a rune, 0 at the end.
func (s *scanner) next() rune {
	if s.text == "" {
		return 0
	}
	r, size := utf8.DecodeRuneInString(s.text)
	s.text = s.text[size:]
	return r
}

// rune reads a rune or the escape of one.
func (s *scanner) rune() rune {
	r := s.next()
	if r != '\\' {
		return r
	}
	switch r = s.next(); r {
	case '0', '1', '2', '3', '4', '5', '6', '7':
		r -= '0'
		for range 2 {
			if s.text == "" || s.text[0] < '0' || s.text[0] > '7' {
				break
			}
			r = r*8 + s.next() - '0'
		}
		return r
	case 'x':
		return s.hex()
	}
	if at := strings.IndexRune("afnrtv", r); at >= 0 {
		return rune("\a\f\n\r\t\v"[at])
	}
	return r
}

// hex reads the digits of \x41 or \x{1f600}.
func (s *scanner) hex() rune {
	digits, ok := strings.CutPrefix(s.text, "{")
	if ok {
		digits, s.text, _ = strings.Cut(digits, "}")
	} else {
		digits = digits[:min(2, len(digits))]
		s.text = s.text[len(digits):]
	}
	var r rune
	for _, digit := range digits {
		value := strings.IndexRune("0123456789abcdef", unicode.ToLower(digit))
		if r = r<<4 + rune(value); value < 0 || r > unicode.MaxRune {
			return 0 // not valid
		}
	}
	return r
}
