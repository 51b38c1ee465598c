package canon

import (
	"bytes"
	"strings"
	"unicode"
)

const (
	localDigits = 5  // fewer are an area code, the end of another number or an extension
	fullDigits  = 10 // so many stand on their own: area code and number
	mostDigits  = 15 // more than E.164 has cannot be one number
)

// SplitPhones returns the phone numbers of one cell, each as it was written,
// tidied and fit for Phone. Numbers are separated by , ; / | line breaks, a +, or
// words such as "и" and "або"; by spaces alone only where the cell divides into
// full numbers without a rest. An extension and words without digits stay with the
// number before them, or with the first number when none is before. A group of
// fewer than five digits (044/123-45-67, 748-01-13/14) becomes a number of its own
// only after a full one.
//
// A cell without any digits is one piece; a blank cell or placeholder none.
func SplitPhones(cell string) []string {
	cell = Text(cell)
	if cell == "" {
		return nil
	}
	var phones []string
	for _, part := range splitMarked(cell) {
		if digitCount(part) <= mostDigits {
			phones = appendText(phones, part)
			continue
		}
		for _, piece := range splitSpaced(part) {
			phones = appendText(phones, piece)
		}
	}
	return phones
}

func appendText(list []string, s string) []string {
	s = Text(strings.TrimFunc(s, func(r rune) bool { return edge(r) || strings.ContainsRune(",;/|\\", r) }))
	if s != "" {
		list = append(list, s)
	}
	return list
}

// splitMarked cuts at separators that can be seen.
func splitMarked(s string) []string {
	var parts []string
	start, digits := 0, 0 // of the part being put together
	end, from := 0, 0     // the separator before the segment being read
	for i := 0; ; {
		size := 0
		if i < len(s) {
			if size = separatorAt(s, i); size < 0 {
				i++
				continue
			}
		}
		n := digitCount(s[from:i])
		if divides(digits, n) && !startsExtension(s[from:i]) {
			parts = append(parts, s[start:end])
			start, digits = from, 0
		}
		digits += n
		if i == len(s) {
			return append(parts, s[start:])
		}
		end, from = i, i+size
		i += max(size, 1)
	}
}

// divides reports whether a separator with so many digits before it and after
// it stands between two numbers.
func divides(before, after int) bool {
	return after > 0 && (before >= fullDigits || before >= localDigits && after >= localDigits)
}

func startsExtension(segment string) bool {
	return extensionMark(strings.TrimLeftFunc(segment, func(r rune) bool { return extensionSeparator(r) || r == ';' || r == ',' })) > 0
}

// separatorAt returns the length of the separator at s[i:], 0 before a +, which
// begins a number, and -1 for none.
func separatorAt(s string, i int) int {
	switch s[i] {
	case ',', ';', '/', '\\', '|', '\n':
		return 1
	case '+':
		return 0
	case ' ':
		for _, w := range [...]string{" и ", " та ", " або ", " или ", " or ", " and ", " & "} {
			if strings.HasPrefix(s[i:], w) {
				return len(w)
			}
		}
	}
	return -1
}

// splitSpaced cuts a text of several full numbers at the spaces between
// them; anything else stays whole.
func splitSpaced(s string) []string {
	var parts []string
	rest := s
	for rest != "" {
		end := firstFullNumber(rest)
		if end == 0 {
			return []string{s}
		}
		if !hasDigit(rest[end:]) {
			end = len(rest)
		}
		parts = append(parts, rest[:end])
		rest = rest[end:]
	}
	return parts
}

// firstFullNumber returns where the first number of s, with its extension, ends: at
// a space or the end; 0 when s does not begin with a full number.
func firstFullNumber(s string) int {
	var d dialled
	for i := 0; i < len(s); {
		end := wordEnd(s, i)
		for _, r := range s[i:end] {
			v, ok := digit(r)
			switch {
			case r == '+':
				d.plus = true
			case ok && d.n == maxDigits:
				return 0
			case ok:
				d.digits[d.n] = '0' + v
				d.n++
			}
		}
		i = end
		if d.n < fullDigits {
			continue
		}
		if want := d.fullLength(); d.n >= want {
			if d.n > want {
				return 0
			}
			return extensionEnd(s, end)
		}
	}
	return 0
}

// fullLength returns how many digits a number that begins so has with its trunk prefix or country code.
func (d *dialled) fullLength() int {
	n := d.number()
	switch {
	case bytes.HasPrefix(n, []byte("380")), bytes.HasPrefix(n, []byte("375")), bytes.HasPrefix(n, []byte("998")) && d.plus:
		return 12
	case n[0] == '7', n[0] == '8', n[0] == '1':
		return 11
	}
	return 10
}

// extensionEnd returns the end of the extension that follows s[:end], or end.
func extensionEnd(s string, end int) int {
	start := wordStart(s, end)
	if extensionMark(s[start:]) == 0 {
		return end
	}
	for at := start; at < len(s); {
		stop := wordEnd(s, at)
		if hasDigit(s[at:stop]) {
			return stop
		}
		at = stop
	}
	return end
}

func wordStart(s string, i int) int {
	return len(s) - len(strings.TrimLeftFunc(s[i:], unicode.IsSpace))
}

// wordEnd returns the end of the word that begins at or after i.
func wordEnd(s string, i int) int {
	i = wordStart(s, i)
	if n := strings.IndexFunc(s[i:], unicode.IsSpace); n >= 0 {
		return i + n
	}
	return len(s)
}

func digitCount(s string) int {
	n := 0
	for _, r := range s {
		if _, ok := digit(r); ok {
			n++
		}
	}
	return n
}
