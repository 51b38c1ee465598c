package canon

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	maxLabel  = 63  // octets, RFC 1035 section 2.3.4
	maxDomain = 253 // octets without the final dot
)

// hostNames maps names as browsers look them up (UTS 46, not transitional).
var hostNames = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.VerifyDNSLength(true))

// domain returns a domain name in lower-case ASCII, without a final dot. It is
// false for a name without a dot, for an address of numbers and for labels that
// are not letters, digits and inner hyphens.
func domain(s string) (name string, ok bool) {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 4*maxDomain {
		return "", false
	}
	if !plainASCII(s) {
		for label := range strings.SplitSeq(s, ".") {
			if mixedScript(label) {
				return "", false
			}
		}
		var err error
		if s, err = hostNames.ToASCII(s); err != nil {
			return "", false
		}
	}
	s = strings.ToLower(s)
	return s, hostName(s)
}

// plainASCII reports names that IDNA has nothing to say about.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
		if s[i]|0x20 == 'x' && len(s)-i >= 4 && strings.EqualFold(s[i:i+4], "xn--") {
			return false
		}
	}
	return true
}

// hostName checks a lower-case ASCII name.
func hostName(s string) bool {
	if len(s) > maxDomain {
		return false
	}
	labels, last := 0, ""
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
				return false
			}
		}
		labels, last = labels+1, label
	}
	return labels >= 2 && !allDigits(last)
}
