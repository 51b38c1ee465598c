package canon

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Number reads a decimal number as people and spreadsheets write it:
//
//	1234.5  1 234,50  1'234.50  1,234.50  1.234,50  1 234 567 руб.  $1,234.50  -5  (5)  1,5E+3
//
// Groups have three digits and one separator throughout: a space of any kind,
// an apostrophe, a dot or a comma. Parentheses mean minus, as in accounting.
// A currency sign or word before or after is left out.
//
// One dot is the decimal point (1.234 is 1.234) and several are groups. One comma
// is the decimal comma, except where both readings are usual: 1 to 3 digits
// not starting with 0, a comma and exactly three digits (1,234) is refused, as
// guessing wrong would be wrong a thousandfold; 0,125 and 1 234,500 are plain.
//
// ok is false for anything else: empty text, percents, multipliers ("тыс."), two
// numbers, or what a float64 cannot hold.
func Number(s string) (value float64, ok bool) {
	s = tidy(s)
	negative := false
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		negative, s = true, s[1:len(s)-1]
	}
	minus, s := cutSign(cutCurrency(s))
	if minus && negative {
		return 0, false
	}
	s = trim(cutCurrency(s)) // the sign may stand before the currency: -$5
	plain, ok := plainDecimal(s)
	if !ok {
		return 0, false
	}
	value, err := strconv.ParseFloat(plain, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, false
	}
	if minus || negative {
		value = -value
	}
	return value, true
}

func cutSign(s string) (minus bool, rest string) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == '+':
		return false, trim(s[size:])
	case dash(r):
		return true, trim(s[size:])
	}
	return false, s
}

var currencies = [...]string{
	"рублей", "рубля", "рубль", "руб.", "руб", "р.", "р", "₽", "rub", "rur",
	"гривень", "гривні", "гривня", "гривен", "гривны", "гривна", "грн.", "грн", "₴", "uah",
	"долларов", "доларів", "долл.", "дол.", "$", "usd", "евро", "євро", "€", "eur", "£", "gbp",
	"тенге", "тнг", "тг.", "тг", "₸", "kzt", "byn", "br",
}

// cutCurrency removes one currency sign or word from an end of s.
func cutCurrency(s string) string {
	if s == "" || s[len(s)-1] >= '0' && s[len(s)-1] <= '9' && s[0] >= '0' && s[0] <= '9' {
		return s
	}
	for _, c := range currencies {
		if cut := len(s) - len(c); cut > 0 && strings.EqualFold(s[cut:], c) {
			return trim(s[:cut])
		}
		if len(s) > len(c) && strings.EqualFold(s[:len(c)], c) {
			return trim(s[len(c):])
		}
	}
	return s
}

// plainDecimal rewrites s, a number without sign, for strconv.
func plainDecimal(s string) (string, bool) {
	mantissa, exponent, ok := cutExponent(s)
	if !ok {
		return "", false
	}
	whole, fraction, decimal := cutFraction(mantissa)
	if decimal && !allDigits(fraction) && (fraction != "" || whole == "") {
		return "", false
	}
	if !decimal && strings.Count(whole, ",") == 1 {
		return "", false
	}
	whole, ok = ungroup(whole)
	if !ok || whole == "" && !decimal {
		return "", false
	}
	if !decimal && exponent == "" {
		return whole, true
	}
	return whole + "." + fraction + exponent, true
}

// cutExponent splits "1,5E+3" before the E; the exponent is checked.
func cutExponent(s string) (mantissa, exponent string, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, "", true
	}
	digits := s[i+1:]
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		digits = digits[1:]
	}
	return s[:i], s[i:], allDigits(digits)
}

// cutFraction finds the decimal separator by the rules of Number.
func cutFraction(s string) (whole, fraction string, found bool) {
	dots, commas := strings.Count(s, "."), strings.Count(s, ",")
	at := -1
	switch {
	case dots > 0 && commas > 0:
		at = strings.LastIndexAny(s, ".,")
	case dots == 1:
		at = strings.IndexByte(s, '.')
	case commas == 1:
		if at = strings.IndexByte(s, ','); couldBeGroups(s, at) {
			return s, "", false
		}
	}
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+1:], true
}

// couldBeGroups reports numbers like 1,234.
func couldBeGroups(s string, comma int) bool {
	return comma >= 1 && comma <= 3 && s[0] != '0' && len(s)-comma == 4
}

// ungroup removes the separators of a well-grouped whole number.
func ungroup(s string) (string, bool) {
	if s == "" || allDigits(s) {
		return s, true
	}
	var b strings.Builder
	var separator rune
	groups, run := 0, 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
			run++
			continue
		}
		if r = groupSeparator(r); r == 0 || separator != 0 && r != separator || !goodGroup(groups, run) {
			return "", false
		}
		separator, groups, run = r, groups+1, 0
	}
	return b.String(), goodGroup(groups, run)
}

// groupSeparator returns one rune for all kinds of the same separator, 0 for
// what is none.
func groupSeparator(r rune) rune {
	switch {
	case r == '.' || r == ',':
		return r
	case r == '\'' || r == '’' || r == '`':
		return '\''
	case unicode.IsSpace(r):
		return ' '
	}
	return 0
}

// goodGroup reports whether the group numbered i may have n digits.
func goodGroup(i, n int) bool { return n == 3 || i == 0 && (n == 1 || n == 2) }
