package canon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Blank reports whether s says nothing: Text(s) is empty.
func Blank(s string) bool { return Text(s) == "" }

// ValidPhone reports whether Phone understands text as a number of country (anything Country
// understands; "" for international numbers only).
func ValidPhone(text, country string) bool {
	_, ok := Phone(text, Country(country))
	return ok
}

// ValidEmail reports whether s is an e-mail address and nothing else. What Email returns with ok is
// one, and of ASCII texts those that Email leaves as they are but for the case of the domain. A domain in
// letters of other scripts need not be in ASCII: its labels are letters, marks, digits and hyphens,
// 63 characters at most, and whether IDNA allows them is not asked.
func ValidEmail(s string) bool {
	local, host, _ := strings.Cut(s, "@")
	return len(s) <= maxEmail && goodLocal(local) && goodHost(host)
}

func goodHost(s string) bool {
	labels, last := 0, ""
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || utf8.RuneCountInString(label) > maxLabel || mixedScript(label) {
			return false
		}
		for _, r := range label {
			if !hostRune(r) {
				return false
			}
		}
		labels, last = labels+1, label
	}
	return labels >= 2 && !allDigits(last)
}

func hostRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}
