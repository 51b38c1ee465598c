package assay

// The functions of the host. In a native test they answer by themselves: see package assaytest.

// Now returns the evaluation time in unix milliseconds.
func Now() int64 { return hostNow() }

// Matches reports whether the RE2 pattern matches anywhere in the text. The host keeps compiled patterns, so that a
// pattern is compiled once. An invalid pattern panics: let [ValidPattern] see those that come from settings.
func Matches(pattern, text string) bool {
	switch hostMatch(pattern, text) {
	case 1:
		return true
	case 0:
		return false
	}
	panic("assay: the pattern " + quoted(pattern) + " is not valid, or too large")
}

// ValidPattern reports whether Matches takes the pattern: RE2, at most 4 KiB, and not too large when compiled.
func ValidPattern(pattern string) bool { return hostMatch(pattern, "") >= 0 }

// Phone reports whether the text is a phone number that is possible in the plan of its country: a national number of the country,
// a code such as UA or a name, or an international one; with an empty country only that.
func Phone(text, country string) bool { return hostPhone(text, country) }

// ZoneOffset returns how many seconds clocks in a time zone, such as Europe/Kyiv, are east of UTC at unix milliseconds,
// false when there is no such zone.
func ZoneOffset(zone string, ms int64) (seconds int64, ok bool) {
	return hostZone(zone, ms)
}

// secondOf returns the unix second of unix milliseconds.
func secondOf(ms int64) int64 {
	second := ms / 1000
	if ms%1000 < 0 {
		second--
	}
	return second
}

// FormatDouble returns the value in the format e (1.5e+00), f (1.5) or g (e for exponents below -4 and
// above 5, else f), with the fewest digits that read back as it. Another format panics.
func FormatDouble(value float64, format byte) string {
	if format != 'e' && format != 'f' && format != 'g' {
		panic("assay: the format " + quoted(string(rune(format))) + " is none of e, f, g")
	}
	return hostFormat(value, format)
}

// ParseDouble returns the double nearest to a number that is written as Go writes floating-point literals; false when
// the text is no number or out of range.
func ParseDouble(text string) (float64, bool) { return hostParse(text) }

// Log writes a text to the server's log, which takes 4 KiB an evaluation.
func Log(text string) { hostLog(text) }
