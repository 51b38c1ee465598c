//go:build !wasip1

package assay

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"assay/sdk/go/internal/abi"
	"assay/sdk/go/internal/native"
)

// The host of native tests. It answers as a server does, but for the limits on the size of a compiled pattern, the evaluation
// time and what a test answers itself, which package assaytest sets. What only a server knows panics with
// [native.Unanswered]: a wrong answer is worse than none.

func hostNow() int64 { return native.Now() }

func hostLog(text string) { native.Log(text) }

func hostMatch(pattern, text string) int {
	switch matches, valid := matchPattern(pattern, text); {
	case !valid:
		return -1
	case matches:
		return 1
	}
	return 0
}

func matchPattern(pattern, text string) (matches, valid bool) {
	if len(pattern) > abi.MaxPatternBytes {
		return false, false
	}
	if native.Matches != nil {
		return native.Matches(pattern, text)
	}
	compiled, err := regexp.Compile(pattern)
	return err == nil && compiled.MatchString(text), err == nil
}

// hostPhone knows international numbers by their length, and nothing of the plans of countries.
func hostPhone(text, country string) bool {
	switch {
	case len(text) > abi.MaxPhoneBytes || len(country) > abi.MaxPhoneBytes:
		return false
	case native.Phone != nil:
		return native.Phone(text, country)
	}
	number, international := strings.CutPrefix(text, "+")
	digits := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -.()", c) {
			return -1
		}
		return c
	}, number)
	plain := !strings.ContainsFunc(digits, func(c rune) bool { return c < '0' || c > '9' })
	switch {
	case plain && international:
		return len(digits) >= 8 && len(digits) <= 15
	case !strings.ContainsFunc(text, unicode.IsNumber), plain && country == "" && !strings.HasPrefix(digits, "00"):
		return false
	}
	panic(native.Unanswered("assay.Phone(" + quoted(text) + ", " + quoted(country) + "): plans of national numbers are known to a server only; give an answer with assaytest.Host, or show it in cases.yaml and run `assay rule test`"))
}

func hostZone(zone string, ms int64) (int64, bool) {
	switch {
	case !isZoneName(zone):
		return 0, false
	case native.ZoneOffset != nil:
		return native.ZoneOffset(zone, ms)
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		if _, err := time.LoadLocation("Europe/London"); err != nil {
			panic(native.Unanswered("assay.ZoneOffset(" + quoted(zone) + "): this machine has no time zones; import _ \"time/tzdata\" in a test"))
		}
		return 0, false
	}
	_, seconds := time.Unix(secondOf(ms), 0).In(place).Zone()
	return int64(seconds), true
}

// isZoneName tells names as the time zone database writes them from what systems have beside the zones, which begins
// with a small letter, and from the machine's own.
func isZoneName(zone string) bool {
	if len(zone) > abi.MaxZoneBytes || zone == "Local" || strings.Contains(zone, "//") {
		return false
	}
	between := func(c rune) bool { return strings.ContainsRune("/_+-0123456789", c) }
	foreign := func(c rune) bool { return !between(c) && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') }
	return zone != "" && zone[0] >= 'A' && zone[0] <= 'Z' && !strings.HasSuffix(zone, "/") && !strings.ContainsFunc(zone, foreign)
}

func hostFormat(value float64, format byte) string {
	return strconv.FormatFloat(value, format, -1, 64)
}

func hostParse(text string) (float64, bool) {
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
