package assay

import (
	"reflect"
	"strings"
)

// What packages reflect, strconv, strings and slices have for this makes a module 80 KB larger.

// split cuts a list at its commas; the empty list is "".
func split(list string) []string {
	if list == "" {
		return nil
	}
	var items []string
	start := 0
	for i := range len(list) {
		if list[i] == ',' {
			items = append(items, list[start:i])
			start = i + 1
		}
	}
	return append(items, list[start:])
}

// join makes a list to be read of texts.
func join(items []string) string {
	var out []byte
	for i, item := range items {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(out, item...)
	}
	return string(out)
}

// languages returns the languages of texts in order.
func languages(texts Texts) []string {
	var sorted []string
	for language := range texts {
		at := len(sorted)
		sorted = append(sorted, language)
		for ; at > 0 && sorted[at-1] > language; at-- {
			sorted[at] = sorted[at-1]
		}
		sorted[at] = language
	}
	return sorted
}

// parseInteger reads decimal digits with or without a minus sign; false for anything else and beyond 64 bits.
func parseInteger(text string) (n int64, ok bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	const most, least = 1<<63 - 1, -1 << 63
	for i := range len(text) { // downwards, for the least has no positive
		digit := int64(text[i]) - '0'
		if digit < 0 || digit > 9 || n < (least+digit)/10 {
			return 0, false
		}
		n = n*10 - digit
	}
	if negative {
		return n, text != ""
	}
	return -n, text != "" && n >= -most
}

// parseWhole reads a JSON number that is whole, however it is written: JSON Schema takes 3.0 and 30e-1 for integers. It is
// exact, and false for a fraction and beyond 64 bits.
func parseWhole(text string) (int64, bool) {
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	digits, point := significant(text)
	const most = 19 // digits of the largest
	if digits == "" {
		return 0, true
	}
	if len(digits) > point || point > most {
		return 0, false
	}
	const zeros = "0000000000000000000"
	return parseInteger(sign + digits + zeros[:point-len(digits)])
}

// significant returns the digits of a JSON number without a sign, from the first to the last that is not 0, and how many of
// them, or more, stand before the point.
func significant(text string) (digits string, point int) {
	if e := max(strings.IndexByte(text, 'e'), strings.IndexByte(text, 'E')); e >= 0 {
		text, point = text[:e], exponent(text[e+1:])
	}
	whole, fraction, _ := strings.Cut(text, ".")
	digits, point = whole+fraction, point+len(whole)
	for digits != "" && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	for digits != "" && digits[0] == '0' {
		digits, point = digits[1:], point-1
	}
	return digits, point
}

// exponent reads the exponent of a JSON number. One that no settings, of 64 KiB, have digits for is cut.
func exponent(text string) (n int) {
	const most = 1 << 20
	sign := 1
	for i := range len(text) {
		switch c := text[i]; c {
		case '-':
			sign = -1
		case '+':
		default:
			n = min(n*10+int(c-'0'), most)
		}
	}
	return sign * n
}

// tagged returns the value of a key in a tag.
func tagged(tag reflect.StructTag, key string) (value string, ok bool) {
	for tag != "" {
		name, text, rest, read := cutTag(tag)
		if !read {
			break
		}
		if name == key {
			return text, true
		}
		tag = rest
	}
	return "", false
}

// cutTag reads the first key of a tag of the usual form, key:"value" key:"value"; false when it is of another. In a value, a backslash
// stands before a quote and before itself.
func cutTag(tag reflect.StructTag) (name, value string, rest reflect.StructTag, ok bool) {
	at := 0
	for at < len(tag) && tag[at] != ':' && tag[at] != '"' && tag[at] != ' ' {
		at++
	}
	name = string(tag[:at])
	if at += 2; name == "" || at > len(tag) || tag[at-2] != ':' || tag[at-1] != '"' {
		return "", "", "", false
	}
	var text []byte
	for ; at < len(tag) && tag[at] != '"'; at++ {
		if tag[at] == '\\' && at+1 < len(tag) {
			at++
		}
		text = append(text, tag[at])
	}
	if at == len(tag) {
		return "", "", "", false
	}
	for at++; at < len(tag) && tag[at] == ' '; at++ {
	}
	return name, string(text), tag[at:], true
}
