package assay

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader reads JSON from its text, value by value. Its methods are false when something else stands there.
type jsonReader struct {
	text string
	at   int
}

// peek returns the byte that follows the white space, 0 at the end.
func (r *jsonReader) peek() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take goes past the byte if it is the next.
func (r *jsonReader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// ended is true when only white space is left.
func (r *jsonReader) ended() bool {
	r.peek()
	return r.at == len(r.text)
}

func (r *jsonReader) bool() (v, ok bool) {
	if r.word("true") {
		return true, true
	}
	return false, r.word("false")
}

func (r *jsonReader) word(word string) bool {
	r.peek()
	if len(r.text)-r.at < len(word) || r.text[r.at:r.at+len(word)] != word {
		return false
	}
	r.at += len(word)
	return true
}

// number returns a number as it is written.
func (r *jsonReader) number() (text string, ok bool) {
	r.peek()
	start := r.at
	r.one("-")
	if !r.one("0") && !r.digits() {
		return "", false
	}
	if r.one(".") && !r.digits() {
		return "", false
	}
	if r.one("eE") {
		r.one("+-")
		if !r.digits() {
			return "", false
		}
	}
	return r.text[start:r.at], true
}

// one goes past a byte that is one of set.
func (r *jsonReader) one(set string) bool {
	for i := range len(set) {
		if r.at < len(r.text) && r.text[r.at] == set[i] {
			r.at++
			return true
		}
	}
	return false
}

func (r *jsonReader) digits() bool {
	start := r.at
	for r.one("0123456789") {
	}
	return r.at > start
}

func (r *jsonReader) float() (float64, bool) {
	text, ok := r.number()
	if !ok {
		return 0, false
	}
	return ParseDouble(text)
}

func (r *jsonReader) integer() (int64, bool) {
	text, ok := r.number()
	if !ok {
		return 0, false
	}
	return parseWhole(text)
}

func (r *jsonReader) strings() (list []string, ok bool) {
	if !r.take('[') {
		return nil, false
	}
	for !r.take(']') {
		if list != nil && !r.take(',') {
			return nil, false
		}
		text, ok := r.string()
		if !ok {
			return nil, false
		}
		list = append(list, text)
	}
	return list, true
}

func (r *jsonReader) string() (string, bool) {
	if !r.take('"') {
		return "", false
	}
	rest := r.text[r.at:]
	if end := strings.IndexByte(rest, '"'); end >= 0 && isPlain(rest[:end]) {
		r.at += end + 1
		return rest[:end], true
	}
	return r.escaped()
}

// isPlain reports whether a text stands in JSON as it is. Most do, and this costs a tenth of the fuel of escaped.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] == '\\' {
			return false
		}
	}
	return true
}

// escaped returns the text of a string behind its first quote.
func (r *jsonReader) escaped() (string, bool) {
	var out []byte
	for r.at < len(r.text) {
		c := r.text[r.at]
		r.at++
		switch {
		case c == '"':
			return string(out), true
		case c == '\\':
			var ok bool
			if out, ok = r.escape(out); !ok {
				return "", false
			}
		case c < ' ':
			return "", false
		default:
			out = append(out, c)
		}
	}
	return "", false
}

const (
	escapes  = `"\/bfnrt`
	escaped  = "\"\\/\b\f\n\r\t"
	hexDigit = "0123456789abcdef"
)

// escape appends what stands behind a backslash.
func (r *jsonReader) escape(out []byte) ([]byte, bool) {
	if r.one("u") {
		return r.unicode(out)
	}
	for i := range len(escapes) {
		if r.one(escapes[i : i+1]) {
			return append(out, escaped[i]), true
		}
	}
	return out, false
}

// unicode appends the character of four hexadecimal digits, or of two such escapes; half a pair is U+FFFD.
func (r *jsonReader) unicode(out []byte) ([]byte, bool) {
	first, ok := r.hex4()
	if !ok {
		return out, false
	}
	if !utf16.IsSurrogate(first) {
		return utf8.AppendRune(out, first), true
	}
	if second := *r; second.one("\\") && second.one("u") {
		if low, ok := second.hex4(); ok && utf16.DecodeRune(first, low) != utf8.RuneError {
			*r = second
			return utf8.AppendRune(out, utf16.DecodeRune(first, low)), true
		}
	}
	return utf8.AppendRune(out, utf8.RuneError), true
}

func (r *jsonReader) hex4() (code rune, ok bool) {
	if len(r.text)-r.at < 4 {
		return 0, false
	}
	for range 4 {
		c := r.text[r.at]
		r.at++
		switch {
		case c >= '0' && c <= '9':
			code = code<<4 | rune(c-'0')
		case c|32 >= 'a' && c|32 <= 'f':
			code = code<<4 | rune(c|32-'a'+10)
		default:
			return 0, false
		}
	}
	return code, true
}

// appendQuoted appends a text as a JSON string. Only quotes, backslashes and control characters are escaped.
func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '/' || c >= ' ' && c != '"' && c != '\\':
			b = append(b, c)
		default:
			b = appendEscape(b, c)
		}
	}
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	for i := range len(escaped) {
		if escaped[i] == c {
			return append(b, '\\', escapes[i])
		}
	}
	return append(b, '\\', 'u', '0', '0', hexDigit[c>>4], hexDigit[c&15])
}

func quoted(text string) string { return string(appendQuoted(nil, text)) }
