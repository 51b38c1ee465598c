package canon

import (
	"unicode"
	"unicode/utf8"
)

// lineBreak reports the characters that end a line; Text writes each as \n.
func lineBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// invisible reports characters that show nothing and only make equal texts
// differ: controls, soft hyphen, zero width space, byte order mark, word joiner
// and direction marks. ZWJ and ZWNJ are not among them: scripts and emoji
// need them inside a word.
func invisible(r rune) bool {
	switch {
	case r == '\t' || lineBreak(r):
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x180e:
		return r == '\u00ad'
	case r >= 0x2060 && r <= 0x2069, r >= 0x202a && r <= 0x202e:
		return true
	}
	switch r {
	case '\u180e', '\u200b', '\u200e', '\u200f', '\ufeff':
		return true
	}
	return false
}

// edge reports what is cut from both ends of a text: white space and
// everything that looks like it.
func edge(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	switch r {
	case '\u200c', '\u200d', '\u2800', '\u3164': // ZWNJ, ZWJ, braille blank, hangul filler
		return true
	}
	return unicode.IsSpace(r) || invisible(r)
}

// dash reports hyphens, dashes and the minus sign.
func dash(r rune) bool {
	return r == '-' || r == '\u2212' || r > utf8.RuneSelf && unicode.Is(unicode.Pd, r)
}

// digit returns the value of a decimal digit of any script.
func digit(r rune) (byte, bool) {
	if r < utf8.RuneSelf {
		return byte(r - '0'), r >= '0' && r <= '9'
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// Digits come in runs of ten that begin with the zero (Unicode, chapter 4.6).
	for _, t := range unicode.Nd.R16 {
		if uint32(r) <= uint32(t.Hi) {
			return byte((uint32(r) - uint32(t.Lo)) % 10), true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if uint32(r) <= t.Hi {
			return byte((uint32(r) - t.Lo) % 10), true
		}
	}
	return 0, false
}

// hasDigit reports whether s holds a decimal digit of any script.
func hasDigit(s string) bool {
	for _, r := range s {
		if _, ok := digit(r); ok {
			return true
		}
	}
	return false
}

// allDigits reports whether s is one or more ASCII digits.
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// allZeros reports whether s has no byte but '0'.
func allZeros(s string) bool {
	for i := range len(s) {
		if s[i] != '0' {
			return false
		}
	}
	return true
}
