package canon

import (
	"bytes"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone returns a phone number in E.164 form, +74957480113, with an extension
// written as in RFC 3966: +74957480113;ext=123. region is the ISO 3166-1 alpha-2
// code of the country whose national numbers are meant when raw has no
// country code; with "" or an unknown one only international numbers are
// understood.
//
// Understood are labels before the number (тел., моб., факс, tel:, and any words
// when the number begins with +), an extension (доб. 123, вн. 123, ext 5, x5, #5), a
// remark after it that has no digits, digits and dashes of any script, 00 for +, and
// the Ukrainian 80 67 … besides 0 67 ….
//
// ok means that the number is possible: phonenumbers.IsPossibleNumberWithReason
// says IS_POSSIBLE, so its length is right for its country and it is not a local
// number without area code, and in the plans of +7, +380 and +1 its first
// digits are those the plan can assign. IsValidNumber would ask for more, an assigned
// range, but its tables lag behind new ranges, and a number refused here is
// neither compared nor counted as a phone; assigned or not is for rules to
// judge. Two kinds without + must be valid all the same: in Russia, Kazakhstan and Ukraine
// ten digits that begin with 7 or 8, which may be a number that lacks a digit, and a number with the country code
// of a neighbour of Russia or Ukraine that is not possible in region. When ok is
// false the value is Text(raw).
//
// Numbers of Russia, Ukraine and North America take a path of their own, some
// 100 ns, with one allocation, or none when raw is canonical. Others are read by the plans
// of phonenumbers, some 500 ns; the few that have to be valid, are dialled with an international prefix without +,
// or have a national prefix that their country rewrites are left to its parser, 10 µs.
func Phone(raw, region string) (value string, ok bool) {
	region = regionCode(region)
	if value, ok = phoneFast(raw, region); ok {
		return value, true
	}
	text := Text(raw)
	if value, ok = phoneSlow(text, region); ok {
		return value, true
	}
	return text, false
}

func regionCode(s string) string {
	if len(s) != 2 {
		return ""
	}
	return strings.ToUpper(s)
}

// phoneFast reads numbers of +7, +380 and +1 that need no tables.
func phoneFast(raw, region string) (value string, ok bool) {
	d, ok := scanPhone(raw)
	if !ok {
		return "", false
	}
	d.normalise(region)
	code, national := d.homePlan(region)
	if code == "" {
		return "", false
	}
	return d.write(raw, code, national), true
}

// phoneSlow reads numbers by the tables of phonenumbers.
func phoneSlow(text, region string) (value string, ok bool) {
	d, ok := scanPhone(text)
	if !ok {
		return "", false
	}
	d.normalise(region)
	e164, ok := d.parse(region)
	if !ok {
		return "", false
	}
	return d.write(text, "", []byte(e164[1:])), true
}

// normalise writes what phonenumbers does not know in the way it does: 00 as
// +, and Ukraine's former trunk prefix 8 with the 0 of the area code.
func (d *dialled) normalise(region string) {
	if !d.plus && d.n >= 12 && bytes.HasPrefix(d.number(), []byte("00")) {
		d.plus = true
		d.replace(2, "")
	}
	if !d.plus && region == "UA" && d.n == 11 && bytes.HasPrefix(d.number(), []byte("80")) {
		d.plus = true
		d.replace(2, "380")
	}
}

// homePlan finds the country code and the national number in the forms that are
// usual at home; code is "" when the number has another form.
func (d *dialled) homePlan(region string) (code string, national []byte) {
	n := d.number()
	var trunk byte
	switch {
	case d.plus && d.n == 0:
		return "", nil
	case d.plus && n[0] == '7', !d.plus && region == "RU":
		code, trunk = "7", '8'
	case d.plus && n[0] == '1', !d.plus && (region == "US" || region == "CA"):
		code, trunk = "1", '1'
	case d.plus && bytes.HasPrefix(n, []byte("380")), !d.plus && region == "UA":
		code, trunk = "380", '0'
	default:
		return "", nil
	}
	length := nationalLength(code)
	switch {
	case len(n) == len(code)+length && string(n[:len(code)]) == code:
		national = n[len(code):]
	case d.plus:
		return "", nil
	case len(n) == length+1 && n[0] == trunk:
		national = n[1:]
	case len(n) == length && !d.mayLackDigit(region):
		national = n
	}
	if national == nil || !inPlan(code, national) {
		return "", nil
	}
	return code, national
}

// mayLackDigit reports ten digits that begin with 7 or 8 in Russia, Kazakhstan or
// Ukraine: they are a national number (812 123-45-67) or one with its prefix
// that lacks a digit (8 495 123-45-6).
func (d *dialled) mayLackDigit(region string) bool {
	return !d.plus && (region == "RU" || region == "KZ" || region == "UA") && d.n == 10 && (d.digits[0] == '7' || d.digits[0] == '8')
}

func nationalLength(code string) int {
	if code == "380" {
		return 9
	}
	return 10
}

// inPlan reports whether the plan of a country code can assign the national
// number: the general patterns of libphonenumber's metadata for RU with KZ, UA and US.
func inPlan(code string, national []byte) bool {
	first := national[0]
	switch code {
	case "7":
		return len(national) == 10 && (first == '3' || first == '4' || first >= '7')
	case "380":
		return len(national) == 9 && first >= '3' || len(national) == 10 && first >= '8'
	case "1":
		return len(national) == 10 && first >= '2' && national[3] >= '2'
	}
	return true
}

// parse reads the number by the tables of phonenumbers and returns E.164.
func (d *dialled) parse(region string) (e164 string, ok bool) {
	number := string(d.number())
	if d.plus {
		return possible("+"+number, "", false)
	}
	if e164, ok = possible(number, region, d.mayLackDigit(region)); ok {
		return e164, true
	}
	if d.n >= 11 && neighbour(number) {
		return possible("+"+number, "", true)
	}
	return "", false
}

// neighbour reports whether a number begins with the country code of a country that
// the bases of Russian and Ukrainian companies are full of.
func neighbour(number string) bool {
	for _, code := range [...]string{"7", "380", "375", "373", "374", "992", "993", "994", "995", "996", "998"} {
		if strings.HasPrefix(number, code) {
			return true
		}
	}
	return false
}

// possible returns the E.164 form of a possible, or a valid, number, read until
// the form is its own: some plans' national prefixes can be stripped twice.
func possible(number, region string, valid bool) (e164 string, ok bool) {
	for range 3 {
		e164, ok = e164Of(number, region, valid)
		if !ok || e164 == number {
			return e164, ok
		}
		number, region, valid = e164, "", false
	}
	return "", false
}

func e164Of(number, region string, valid bool) (e164 string, ok bool) {
	if !valid {
		if e164, ok, known := readByPlan(number, region); known {
			return e164, ok
		}
	}
	return readByTables(number, region, valid)
}

// readByTables leaves the whole reading to phonenumbers.
func readByTables(number, region string, valid bool) (e164 string, ok bool) {
	p, err := phonenumbers.Parse(number, region)
	if err != nil || phonenumbers.IsPossibleNumberWithReason(p) != phonenumbers.IS_POSSIBLE {
		return "", false
	}
	if p.GetNationalNumber() == 0 || valid && !phonenumbers.IsValidNumber(p) {
		return "", false
	}
	e164 = phonenumbers.Format(p, phonenumbers.E164)
	national := phonenumbers.GetNationalSignificantNumber(p)
	return e164, inPlan(e164[1:len(e164)-len(national)], []byte(national))
}

// write puts the canonical number together; raw is returned when it is that.
func (d *dialled) write(raw, code string, national []byte) string {
	const mark = ";ext="
	var buffer [1 + maxDigits + len(mark) + maxExtension]byte
	b := append(buffer[:0], '+')
	b = append(b, code...)
	b = append(b, national...)
	if d.extension != "" {
		b = append(b, mark...)
		for _, r := range d.extension {
			v, _ := digit(r)
			b = append(b, '0'+v)
		}
	}
	if string(b) == raw {
		return raw
	}
	return string(b)
}
