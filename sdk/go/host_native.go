//go:build !wasip1

package assay

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"assay/sdk/go/internal/abi"
	"assay/sdk/go/internal/native"
)

// The host of native tests. It answers as a server does, but for the limits on the size of a compiled pattern and the evaluation
// time, which package assaytest sets. What only a server knows panics with [native.Unanswered]: a wrong answer is worse than none.

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

// hostPhone knows international numbers by their length, and nothing of the plans of countries.
func hostPhone(text, country string) bool {
	digits, plus := 0, strings.HasPrefix(text, "+")
	for _, c := range strings.TrimPrefix(text, "+") {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune(" \t-().", c):
			return false
		}
	}
	if plus {
		return digits >= 8 && digits <= 15
	}
	if country == "" || digits == 0 {
		return false
	}
	panic(native.Unanswered("assay.Phone(" + quoted(text) + ", " + quoted(country) + "): plans of national numbers are known to a server only; show it in cases.yaml and run `assay rule test`"))
}

func hostZone(zone string, second int64) (int64, bool) {
	if zone == "" || zone == "Local" || zone[0] < 'A' || zone[0] > 'Z' {
		return 0, false // posix/Europe/Kyiv and the like are files of a system, and no zones
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		if _, err := time.LoadLocation("Europe/London"); err != nil {
			panic(native.Unanswered("assay.ZoneOffset(" + quoted(zone) + "): this machine has no time zones; import _ \"time/tzdata\" in a test"))
		}
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
