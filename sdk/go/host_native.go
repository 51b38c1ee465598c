//go:build !wasip1

package assay

import (
	"regexp"
	"strconv"
	"time"

	"assay/sdk/go/internal/abi"
	"assay/sdk/go/internal/native"
)

// The host of native tests. It answers as a server does, but for phone numbers, of whose plans it knows
// nothing, for the limits on the size of a pattern, and for the evaluation time, which package assaytest sets.

func hostNow() int64 { return native.Now() }

func hostLog(text string) { native.Log(text) }

func hostMatch(pattern, text string) int {
	compiled, err := regexp.Compile(pattern)
	switch {
	case err != nil || len(pattern) > abi.MaxPatternBytes:
		return -1
	case compiled.MatchString(text):
		return 1
	}
	return 0
}

// hostPhone counts digits: 8 to 15 behind a plus, 5 to 15 with a country.
func hostPhone(text, country string) bool {
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == ' ' || c == '-' || c == '(' || c == ')' || c == '+' && digits == 0:
		default:
			return false
		}
	}
	if len(text) > 0 && text[0] == '+' {
		return digits >= 8 && digits <= 15
	}
	return country != "" && digits >= 5 && digits <= 15
}

func hostZone(zone string, second int64) (int64, bool) {
	place, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return 0, false
	}
	_, seconds := time.Unix(second, 0).In(place).Zone()
	return int64(seconds), true
}

func hostFormat(value float64, format byte) string {
	return strconv.FormatFloat(value, format, -1, 64)
}

func hostParse(text string) (float64, bool) {
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
