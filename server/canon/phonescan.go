package canon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxDigits    = 20 // E.164 has 15 at most; the rest is for trunk and international prefixes
	maxExtension = 10
)

// dialled is what someone dials: a number as written, without punctuation.
type dialled struct {
	plus      bool
	n         int
	digits    [maxDigits]byte
	extension string // as written, any script's digits
}

func (d *dialled) number() []byte { return d.digits[:d.n] }

// replace puts prefix in the place of the first cut digits.
func (d *dialled) replace(cut int, prefix string) {
	var digits [maxDigits]byte
	n := copy(digits[:], prefix)
	d.n = n + copy(digits[n:], d.digits[cut:d.n])
	d.digits = digits
}

// scanPhone reads one number from s: label, number, extension, remark. It is
// false when s has something else, such as a second number or an unknown word
// before a number without +.
func scanPhone(s string) (d dialled, ok bool) {
	i := strings.IndexFunc(s, startsNumber)
	if i < 0 {
		return d, false
	}
	if i > 0 && s[i] != '+' && !phoneLabel(s[:i]) {
		return d, false
	}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		value, isDigit := digit(r)
		switch {
		case isDigit && d.n == maxDigits:
			return d, false
		case isDigit:
			d.digits[d.n] = '0' + value
			d.n++
		case r == '+' || r == '＋':
			if d.n > 0 {
				return d, false
			}
			d.plus = true
		case !phoneSeparator(r):
			d.extension, ok = readTail(s[i:])
			return d, ok && d.n > 0
		}
		i += size
	}
	return d, d.n > 0
}

func startsNumber(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '+' || r >= '0' && r <= '9'
	}
	_, ok := digit(r)
	return ok || r == '＋'
}

// phoneSeparator reports what may stand between the digits of one number.
func phoneSeparator(r rune) bool {
	if r < utf8.RuneSelf {
		switch r {
		case ' ', '-', '(', ')', '.', '/', '[', ']', '_', '\t', '\n', '\r':
			return true
		}
		return false
	}
	return dash(r) || unicode.IsSpace(r) || invisible(r) || r == '·' || r == '•' || r == '（' || r == '）' || r == '．'
}

// readTail reads what follows a number: an extension or a remark without digits,
// or both.
func readTail(s string) (extension string, ok bool) {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return phoneSeparator(r) || r == ';' || r == ',' })
	n := extensionMark(s)
	if n == 0 {
		return "", !strings.ContainsFunc(s, startsNumber)
	}
	s = strings.TrimLeftFunc(s[n:], extensionSeparator)
	end, count := len(s), 0
	for i, r := range s {
		if _, isDigit := digit(r); !isDigit {
			end = i
			break
		}
		count++
	}
	return s[:end], count <= maxExtension && !strings.ContainsFunc(s[end:], startsNumber)
}

func extensionSeparator(r rune) bool { return phoneSeparator(r) || r == ':' || r == '=' || r == '№' }

// extensionMarks introduce an extension; of two with one beginning the longer comes first.
var extensionMarks = [...]string{
	"добавочный", "добав", "доб", "додатковий", "дод", "внутренний", "внутрішній", "внутр", "вн",
	"extension", "extn", "ext", "int", "x", "х", "#",
}

// extensionMark returns the length of the mark that s begins with when a digit
// follows it, else 0.
func extensionMark(s string) int {
	for _, m := range extensionMarks {
		if len(s) <= len(m) || !strings.EqualFold(s[:len(m)], m) {
			continue
		}
		rest := strings.TrimLeftFunc(s[len(m):], extensionSeparator)
		r, _ := utf8.DecodeRuneInString(rest)
		if _, ok := digit(r); ok {
			return len(m)
		}
	}
	return 0
}

// phoneLabels are the words that may stand before a number written without +.
var phoneLabels = [...]string{
	"тел", "телефон", "телефоны", "телефони", "т", "моб", "мобильный", "мобільний", "мобил", "м", "сот", "сотовый", "с",
	"раб", "рабочий", "р", "роб", "робочий", "дом", "домашний", "домашній", "д", "факс", "ф", "гор", "городской", "міський", "міс",
	"контактный", "контактний", "офис", "офіс", "приемная", "приёмная", "приймальня", "секретарь", "секретар", "директор", "бухгалтерия", "бухгалтерія",
	"номер", "ном", "осн", "основной", "основний", "доп", "дополнительный", "и", "та", "или", "або",
	"tel", "telephone", "phone", "ph", "t", "mob", "mobile", "m", "cell", "c", "work", "w", "home", "h", "office", "fax", "f", "main", "number", "no",
	"whatsapp", "wa", "viber", "telegram", "tg", "вайбер", "вотсап", "ватсап", "телеграм", "voice", "pref", "uri",
}

// phoneLabel reports whether s has no words but labels.
func phoneLabel(s string) bool {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !knownLabel(word) {
			return false
		}
	}
	return true
}

func knownLabel(word string) bool {
	for _, l := range phoneLabels {
		if strings.EqualFold(word, l) {
			return true
		}
	}
	return false
}
