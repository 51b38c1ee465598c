package formats

import (
	"bufio"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// candidates are the 8-bit encodings a client file may be in, likeliest first.
var candidates = []struct {
	name    string // as chardet says it
	charset *charmap.Charmap
}{
	{"windows-1251", charmap.Windows1251},
	{"IBM866", charmap.CodePage866},
	{"KOI8-R", charmap.KOI8R},
	{"KOI8-U", charmap.KOI8U},
	{"windows-1252", charmap.Windows1252},
}

// charsetReader turns text of an unknown 8-bit encoding into UTF-8. It passes
// ASCII through and decides at the first other byte, from a sample that begins
// there: an export may well begin with a thousand plain lines.
type charsetReader struct {
	in      *bufio.Reader
	decided io.Reader
}

func newCharsetReader(r io.Reader) *charsetReader {
	return &charsetReader{in: bufio.NewReaderSize(r, sampleSize)}
}

// Read implements io.Reader.
func (c *charsetReader) Read(p []byte) (int, error) {
	if c.decided != nil {
		return c.decided.Read(p)
	}
	if _, err := c.in.Peek(1); err != nil {
		return 0, err
	}
	arrived, _ := c.in.Peek(c.in.Buffered())
	if n := asciiPrefix(arrived); n > 0 {
		n = copy(p, arrived[:n])
		_, _ = c.in.Discard(n)
		return n, nil
	}
	sample, err := c.in.Peek(sampleSize)
	if err != nil && err != io.EOF {
		return 0, err
	}
	enc, err := guessCharset(sample)
	if err != nil {
		return 0, err
	}
	c.decided = io.Reader(c.in)
	if enc != nil {
		c.decided = transform.NewReader(c.in, enc.NewDecoder())
	}
	return c.decided.Read(p)
}

func asciiPrefix(p []byte) int {
	for i, b := range p {
		if b >= utf8.RuneSelf {
			return i
		}
	}
	return len(p)
}

// guessCharset returns the encoding of a sample that is not plain ASCII, nil
// for UTF-8. Valid UTF-8 wins over any guess, and so does UTF-8 with a few
// broken bytes: those lines are then reported one by one.
func guessCharset(sample []byte) (*charmap.Charmap, error) {
	good, bad := countUTF8(sample)
	if good > 4*bad {
		return nil, nil
	}
	said := chardet.Detect(sample)
	for _, c := range candidates {
		if c.name == said.Encoding && c.charset != charmap.Windows1252 && sanity(sample, c.charset) > 0.8 {
			return c.charset, nil
		}
	}
	best, bestScore := candidates[0].charset, 0.0
	for _, c := range candidates {
		if score := sanity(sample, c.charset); score > bestScore+0.02 { // the likelier wins a draw
			best, bestScore = c.charset, score
		}
	}
	if bestScore < 0.5 {
		return nil, fileError("unknown_encoding", "the text is neither UTF-8 nor UTF-16, windows-1251, cp866 or koi8: save the file as UTF-8")
	}
	return best, nil
}

// countUTF8 counts the well-formed multi-byte sequences and the broken bytes.
func countUTF8(sample []byte) (good, bad int) {
	for len(sample) > 0 {
		r, size := utf8.DecodeRune(sample)
		switch {
		case r == utf8.RuneError && size == 1:
			if !utf8.FullRune(sample) { // cut by the end of the sample
				return good, bad
			}
			bad++
		case size > 1:
			good++
		}
		sample = sample[size:]
	}
	return good, bad
}

// sanity says how much of the non-ASCII part of a sample reads as words in the
// given encoding, from 0 to 1. A letter counts when it does not follow a letter
// of another script, nor a capital a small letter: that is what the wrong one
// of two Cyrillic encodings looks like.
func sanity(sample []byte, enc *charmap.Charmap) float64 {
	var high, sane float64
	prev := ' '
	for _, b := range sample {
		r := enc.DecodeByte(b)
		if b >= utf8.RuneSelf {
			high++
			switch {
			case isCyrillic(r) || isLatin(r):
				if fits(prev, r) {
					sane++
				}
			case isTypography(r):
				sane += 0.9
			}
		}
		prev = r
	}
	if high == 0 {
		return 0
	}
	return sane / high
}

func fits(prev, r rune) bool {
	if !unicode.IsLetter(prev) {
		return true
	}
	return isCyrillic(prev) == isCyrillic(r) && (unicode.IsUpper(prev) || unicode.IsLower(r))
}

// isCyrillic reports a letter of the Russian, Ukrainian or Belarusian alphabet.
func isCyrillic(r rune) bool {
	switch r {
	case 'Ё', 'ё', 'І', 'і', 'Ї', 'ї', 'Є', 'є', 'Ґ', 'ґ', 'Ў', 'ў':
		return true
	}
	return r >= 'А' && r <= 'я'
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// isTypography reports what stands between words of ordinary text.
func isTypography(r rune) bool {
	switch r {
	case '«', '»', '„', '“', '”', '‘', '’', '–', '—', '…', '№', '\u00a0', '§', '°', '€', '₴', '•':
		return true
	}
	return false
}
