package canon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text returns s in Unicode normal form C without white space at its ends
// (no-break and zero width spaces and byte order marks included) and without
// invisible characters: controls other than \n and \t, soft hyphens, zero width
// spaces, direction marks. Line breaks of every kind become \n; nothing else
// inside is touched. Each run of invalid UTF-8 becomes one U+FFFD.
//
// A text that is only a placeholder is empty, in any letter case:
//
//   - dashes, question marks, dots and underscores, alone, repeated or mixed,
//     with or without spaces: - — – --- ? ?? ... _
//   - нет, н/д, немає, н/а, n/a, and Excel's #Н/Д and #N/A
//
// "none", "null", "nil" and "нема" stay: they are names of people and firms, and
// a program that means nothing can send nothing.
//
// Text that is canonical already is returned as it is, without allocation.
func Text(s string) string {
	s = tidy(s)
	if placeholder(s) {
		return ""
	}
	return s
}

// Name is Text with each run of white space inside made one space. Case,
// quotes and punctuation stay as they are.
func Name(s string) string {
	s = tidy(s)
	if !singleSpaced(s) {
		s = strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
	}
	if placeholder(s) {
		return ""
	}
	return s
}

// Handle returns a messenger or social network name: Text, with its case, its @
// and its address kept, since networks differ in what they mean.
func Handle(raw string) string { return Text(raw) }

// tidy is Text without the rule for placeholders.
func tidy(s string) string {
	usual := true
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
				return trim(rewrite(s))
			}
			i++
			continue
		} else if cyrillicPair(s[i:]) {
			i += 2
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || invisible(r) || lineBreak(r) {
			return trim(rewrite(s))
		}
		usual = usual && normalAlone(r)
		i += size
	}
	if !usual && norm.NFC.QuickSpanString(s) < len(s) {
		s = norm.NFC.String(s) // returns s when it is normal
	}
	return trim(s)
}

// cyrillicPair reports whether s begins with a character of U+0400 to U+047F, the
// letters that most texts here are made of, without decoding it.
func cyrillicPair(s string) bool {
	return (s[0] == 0xd0 || s[0] == 0xd1) && len(s) > 1 && s[1]&0xc0 == 0x80
}

// normalAlone reports characters that no normalisation touches and that do not
// combine, in the blocks our texts are made of; a text of only these needs no
// look at the Unicode tables.
func normalAlone(r rune) bool {
	return r < 0x300 ||
		r >= 0x400 && r <= 0x482 || r >= 0x48a && r <= 0x52f || // Cyrillic without its combining marks
		r >= 0x2002 && r <= 0x205e || // general punctuation
		r >= 0x20a0 && r <= 0x20c0 || r == '№'
}

func rewrite(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	bad := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		wrong := r == utf8.RuneError && size == 1
		switch {
		case wrong && bad: // the same run of bad bytes
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
		case lineBreak(r):
			b.WriteByte('\n')
		case !invisible(r):
			b.WriteRune(r)
		}
		bad = wrong
		i += size
	}
	return norm.NFC.String(b.String())
}

func trim(s string) string {
	if n := len(s); n > 1 && inked(s) && (s[n-1] > ' ' && s[n-1] < 0x7f || cyrillicPair(s[n-2:])) {
		return s
	}
	return strings.TrimFunc(s, edge)
}

// inked reports whether s begins with a visible ASCII or a Cyrillic character.
func inked(s string) bool { return s[0] > ' ' && s[0] < 0x7f || cyrillicPair(s) }

// singleSpaced reports whether s, tidied, has no white space but single U+0020.
func singleSpaced(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			if s[i+1] == ' ' { // a tidied text does not end with a space
				return false
			}
		case c < ' ':
			return false
		case c == 0xc2 || c >= 0xe1 && c <= 0xe3: // first bytes of U+0085, U+00A0, U+1680, U+2000…, U+3000
			if r, _ := utf8.DecodeRuneInString(s[i:]); unicode.IsSpace(r) {
				return false
			}
		}
	}
	return true
}

var placeholders = [...]string{"нет", "н/д", "немає", "н/а", "n/a", "#н/д", "#n/a"}

// placeholder reports whether s, tidied, says only that there is nothing to say. It is asked of every text, and what a
// text begins with answers for nearly all.
func placeholder(s string) bool {
	if s == "" {
		return true
	}
	switch c := s[0] | 0x20; {
	case s[0] == '#', c == 'n', strings.HasPrefix(s, "н"), strings.HasPrefix(s, "Н"):
		return placeholderWord(s)
	case c >= 'a' && c <= 'z', s[0] >= '0' && s[0] <= '9', cyrillicPair(s):
		return false
	}
	for _, r := range s {
		if !(dash(r) || r == '?' || r == '.' || r == '…' || r == '_' || unicode.IsSpace(r)) {
			return false
		}
	}
	return true
}

func placeholderWord(s string) bool {
	const longest = len("немає")
	if len(s) > longest {
		return false
	}
	for _, p := range placeholders {
		if strings.EqualFold(s, p) {
			return true
		}
	}
	return false
}
