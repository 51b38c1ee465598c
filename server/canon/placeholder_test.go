package canon

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestPlaceholderFirstCharacter: what a text begins with decides whether it is compared with the
// words, so every character is tried there, alone and before the rest of each word.
func TestPlaceholderFirstCharacter(t *testing.T) {
	for r := rune(1); r < 0x20000; r++ { // the planes of scripts
		if !utf8.ValidRune(r) {
			continue
		}
		first := string(r)
		nothing := dash(r) || r == '?' || r == '.' || r == '…' || r == '_' || unicode.IsSpace(r)
		if got := placeholder(first); got != nothing {
			t.Errorf("placeholder(%q) = %v", first, got)
		}
		for _, word := range placeholders {
			_, size := utf8.DecodeRuneInString(word)
			text := first + word[size:]
			if got, want := placeholder(text), strings.EqualFold(text, word); got != want {
				t.Errorf("placeholder(%q) = %v, want %v", text, got, want)
			}
		}
	}
}
