package canon

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// TaxID returns a tax id without spaces, dashes, dots and words before it (ИНН,
// ЄДРПОУ, РНОКПП, VAT, …). country is anything Country understands; when it is
// empty, words that only Russia or only Ukraine uses tell it.
//
// For Russia and Ukraine the value is digits only, ok when they are an INN, or an
// EDRPOU code or RNOKPP; digits of another length or with a wrong check digit are
// returned all the same, ok=false. Of an INN with its KPP (7707083893/773601001) the INN
// is taken, of Excel's 7707083893.0 the whole part. Anything else, Excel's
// 7,70708E+09 with its lost digits too, is Text(raw), ok=false. Zeros that Excel
// dropped in front are not put back: that would be a guess, and is for rules
// to suggest.
//
// For other countries letters are kept and made upper-case, ok when there is a
// digit other than 0; without one the value is Text(raw).
func TaxID(raw, country string) (value string, ok bool) {
	text := Text(raw)
	id, hint := cutTaxWords(text)
	if country = Country(country); country == "" {
		country = hint
	}
	switch country {
	case "RU":
		if id, ok = taxDigits(id); !ok {
			return text, false
		}
		return id, INN(id)
	case "UA":
		if id, ok = taxDigits(id); !ok {
			return text, false
		}
		return id, EDRPOU(id) || RNOKPP(id)
	}
	return vatID(text)
}

// taxWords are the words before an id and the country that alone uses them.
var taxWords = [...]struct{ word, country string }{
	{"ИНН", "RU"}, {"КПП", "RU"}, {"INN", "RU"}, {"KPP", "RU"},
	{"ЄДРПОУ", "UA"}, {"ЕДРПОУ", "UA"}, {"EDRPOU", "UA"}, {"РНОКПП", "UA"}, {"RNOKPP", "UA"},
	{"ІПН", "UA"}, {"ИПН", "UA"}, {"ДРФО", "UA"},
	{"код", ""}, {"за", ""}, {"по", ""}, {"УНП", ""}, {"БИН", ""}, {"ИИН", ""}, {"VAT", ""}, {"TIN", ""},
}

// cutTaxWords removes known words and the punctuation after them from the start
// of s.
func cutTaxWords(s string) (rest, country string) {
	for {
		s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":/№.-=", r) })
		end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
		if end <= 0 {
			return s, country
		}
		of, known := taxWordCountry(s[:end])
		if !known {
			return s, country
		}
		if country == "" {
			country = of
		}
		s = s[end:]
	}
}

func taxWordCountry(word string) (country string, known bool) {
	for _, w := range taxWords {
		if strings.EqualFold(word, w.word) {
			return w.country, true
		}
	}
	return "", false
}

// taxDigits returns the digits of an id of digits, spaces and dashes, which a
// KPP or the fraction of a spreadsheet number may follow.
func taxDigits(s string) (digits string, ok bool) {
	if allDigits(s) && len(s) <= 12 {
		return s, true
	}
	var b strings.Builder
	rest := ""
	for i, r := range s {
		d, isDigit := digit(r)
		if isDigit {
			b.WriteByte('0' + d)
		} else if !(dash(r) || unicode.IsSpace(r)) {
			rest = s[i:]
			break
		}
	}
	digits = b.String()
	if rest == "" {
		return cutKPP(digits), digits != ""
	}
	if fraction := strings.TrimLeft(rest, ".,"); len(rest)-len(fraction) == 1 && fraction != "" && allZeros(fraction) {
		return digits, digits != ""
	}
	rest, _ = cutTaxWords(strings.TrimLeft(rest, "/\\,; "))
	return digits, digits != "" && isKPP(rest)
}

// cutKPP takes the INN of one written with its KPP and no separator that lasts.
func cutKPP(digits string) string {
	if n := len(digits) - 9; (n == 10 || n == 12) && INN(digits[:n]) {
		return digits[:n]
	}
	return digits
}

// isKPP reports a Russian registration reason code: NNNNPPXXX, PP digits or
// Latin capitals (the same order as INN).
func isKPP(s string) bool {
	if len(s) != 9 || !allDigits(s[:4]) || !allDigits(s[6:]) {
		return false
	}
	for _, c := range []byte(s[4:6]) {
		if !(c >= '0' && c <= '9' || upper(c)) {
			return false
		}
	}
	return true
}

// vatID returns the id of any other country. Taking a space away can leave a word
// in front, so it goes on until nothing changes.
func vatID(text string) (value string, ok bool) {
	if !strings.ContainsFunc(text, func(r rune) bool { d, ok := digit(r); return ok && d != 0 }) {
		return text, false
	}
	for value = text; ; {
		next := Text(squeezeID(value))
		if next == value {
			return value, true
		}
		value = next
	}
}

func squeezeID(s string) string {
	s, _ = cutTaxWords(s)
	s = wholePart(s)
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if dash(r) || unicode.IsSpace(r) || r == '.' {
			return -1
		}
		return unicode.ToUpper(r)
	}, s))
}

// wholePart cuts the .0 that spreadsheets add to numbers.
func wholePart(s string) string {
	if i := strings.IndexAny(s, ".,"); i > 0 && allDigits(s[:i]) && (s[i+1:] == "0" || s[i+1:] == "00") {
		return s[:i]
	}
	return s
}
