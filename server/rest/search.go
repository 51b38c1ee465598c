package rest

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"assay/sdk/abi"
)

// search finds clients by a part of what they are called or reached by. It reads
// cards in place; stored text is in NFC, so the words are brought to it too.
type search struct {
	words  string // lower-cased
	digits string // of the words, when they look like a phone number; "" otherwise
}

func newSearch(words string) search {
	s := search{words: strings.ToLower(norm.NFC.String(words))}
	digits := strings.Map(onlyDigits, words)
	if len(digits) == 11 && digits[0] == '8' {
		digits = digits[1:] // 8 912 … is how +7 912 … is dialled at home
	}
	if len(digits) >= 5 && strings.IndexFunc(words, notPhone) < 0 {
		s.digits = digits
	}
	return s
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// notPhone reports a character that no phone number is written with.
func notPhone(r rune) bool { return !strings.ContainsRune("0123456789 +-()./", r) }

// Match implements store.Matcher.
func (s search) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	for i, card := range cards {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		c, err := abi.Open(card)
		if err != nil {
			return err
		}
		matched[i] = s.client(c)
	}
	return nil
}

func (s search) client(c abi.Client) bool {
	if s.in(c.Name()) || s.in(c.TaxID()) || s.in(c.ExternalID()) || s.channels(c.Channels()) {
		return true
	}
	contacts := c.Contacts()
	for i := range contacts.Len() {
		if person := contacts.At(i); s.in(person.Name()) || s.channels(person.Channels()) {
			return true
		}
	}
	return false
}

func (s search) channels(rows abi.ChannelRows) bool {
	for i := range rows.Len() {
		row := rows.At(i)
		if value := row.Value(); s.in(value) || s.digits != "" && strings.Contains(value, s.digits) {
			return true
		}
		if s.in(row.Raw()) {
			return true
		}
	}
	return false
}

// in reports whether text contains the words, whatever the case, without making a lower-cased copy.
func (s search) in(text string) bool {
	for at := range text {
		if hasPrefixFold(text[at:], s.words) {
			return true
		}
	}
	return false
}

// hasPrefixFold reports whether text begins with low, which is lower-cased.
func hasPrefixFold(text, low string) bool {
	for len(low) > 0 {
		if len(text) == 0 {
			return false
		}
		if text[0] < utf8.RuneSelf && low[0] < utf8.RuneSelf {
			if lowerASCII(text[0]) != low[0] {
				return false
			}
			text, low = text[1:], low[1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		want, m := utf8.DecodeRuneInString(low)
		if unicode.ToLower(r) != want {
			return false
		}
		text, low = text[n:], low[m:]
	}
	return true
}

func lowerASCII(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
