package canon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxLocal = 64  // octets, RFC 5321 section 4.5.3.1.1
	maxEmail = 254 // octets, RFC 5321 section 4.5.3.1.3, with RFC 3696 erratum 1690
)

// Email returns an e-mail address with its domain in lower case and in ASCII
// (IDNA 2008: почта.рф becomes xn--80a1acny.xn--p1ai). The part before @ keeps its
// case, which only its server may ignore.
//
// mailto: with its ?subject=…, a label (e-mail:, почта:), a display name
// (Anna <a@b.ru>), brackets and a final comma, semicolon or dot are cut off. ok
// says that it looks like an address: one @; before it 1 to 64 octets without
// spaces, quotes or brackets and with dots only between other characters; after
// it a domain name with a dot; 254 octets at most. A part that mixes Latin with
// Cyrillic or Greek letters is a typing error (сontact@mail.ru with a Cyrillic с) and
// not ok. When ok is false the value is Text(raw).
func Email(raw string) (value string, ok bool) {
	text := Text(raw)
	address := bareAddress(text)
	local, host, found := strings.Cut(address, "@")
	if !found || !goodLocal(local) {
		return text, false
	}
	name, ok := domain(host)
	if !ok || len(local)+1+len(name) > maxEmail {
		return text, false
	}
	if name == host {
		return address, true
	}
	return local + "@" + name, true
}

// emailLabels may stand before an address; all end with a colon.
var emailLabels = [...]string{"mailto:", "e-mail:", "email:", "mail:", "эл. почта:", "эл.почта:", "почта:", "пошта:", "ел. пошта:"}

// bareAddress cuts off what stands around an address.
func bareAddress(s string) string {
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		if inside, _, closed := strings.Cut(s[open+1:], ">"); closed {
			s = inside
		}
	}
	s = trimAround(s)
	if !strings.Contains(s, ":") {
		return s
	}
	for _, label := range emailLabels {
		if len(s) > len(label) && strings.EqualFold(s[:len(label)], label) {
			s = s[len(label):]
			s, _, _ = strings.Cut(s, "?")
			break
		}
	}
	return trimAround(s)
}

func trimAround(s string) string {
	s = strings.TrimLeftFunc(s, around)
	return strings.TrimRightFunc(s, func(r rune) bool { return around(r) || r == ',' || r == ';' || r == '.' })
}

func around(r rune) bool { return edge(r) || strings.ContainsRune("()[]<>\"«»", r) }

func goodLocal(s string) bool {
	if s == "" || len(s) > maxLocal || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") || mixedScript(s) {
		return false
	}
	for _, r := range s {
		if !localRune(r) {
			return false
		}
	}
	return true
}

// localRune reports atext and the dot of RFC 5322, and letters, marks and digits of
// any script as RFC 6531 allows them.
func localRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r)
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}

// mixedScript reports Latin letters together with Cyrillic or Greek ones, which
// look alike.
func mixedScript(s string) bool {
	var latin, alike bool
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			latin = latin || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		case unicode.In(r, unicode.Cyrillic, unicode.Greek):
			alike = true
		}
	}
	return latin && alike
}
