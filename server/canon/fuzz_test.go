package canon_test

import (
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"assay/server/canon"
)

// FuzzIdempotent: for any bytes every function returns valid UTF-8 and the
// canonical form of a canonical form is itself.
func FuzzIdempotent(f *testing.F) {
	for _, s := range []string{
		"", " нет ", "\ufeffООО  «Ромашка»\u00a0", "Андреи\u0306", "a\xff\xfe", "1-800-FLOWERS",
		"тел/факс: 8 (495) 748-01-13 доб. 123; моб. +38 (067) 123-45-67", "8 495 748 01 13 8 916 123 45 67",
		"+54 9 11 1234 5678", "0549886377", "Анна <anna@Почта.рф>", "https://Ромашка.рф:80//a//?b#c", "ИНН/КПП: 7707083893/773601001", "И НН 5",
		"31.12.2026 14:30:05.123+03:00", "1 234 567,50 руб.", "1.5e300", "да", "Российская  Федерация", "ŉß１２３",
	} {
		f.Add(s)
	}
	text := map[string]func(string) string{
		"Text": canon.Text, "Name": canon.Name, "Handle": canon.Handle, "Country": canon.Country,
		"Phone RU":  value(func(s string) (string, bool) { return canon.Phone(s, "RU") }),
		"Phone UA":  value(func(s string) (string, bool) { return canon.Phone(s, "UA") }),
		"Phone US":  value(func(s string) (string, bool) { return canon.Phone(s, "US") }),
		"Phone BR":  value(func(s string) (string, bool) { return canon.Phone(s, "BR") }),
		"Email":     value(canon.Email),
		"Site":      value(canon.Site),
		"TaxID":     value(func(s string) (string, bool) { return canon.TaxID(s, "") }),
		"TaxID RU":  value(func(s string) (string, bool) { return canon.TaxID(s, "RU") }),
		"TaxID UA":  value(func(s string) (string, bool) { return canon.TaxID(s, "UA") }),
		"TaxID DE":  value(func(s string) (string, bool) { return canon.TaxID(s, "DE") }),
		"date":      func(s string) string { d, _ := canon.Date(s); return d.String() },
		"time":      func(s string) string { t, _ := canon.Time(s, time.FixedZone("", 3*60*60)); return t.String() },
		"number":    number,
		"yes or no": func(s string) string { v, _ := canon.Bool(s); return strconv.FormatBool(v) },
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, canonical := range text {
			once := canonical(s)
			if !utf8.ValidString(once) {
				t.Errorf("%s(%q) = %q is not UTF-8", name, s, once)
			}
			if twice := canonical(once); twice != once {
				t.Errorf("%s(%q) = %q, and of that %q", name, s, once, twice)
			}
		}
	})
}

func value(f func(string) (string, bool)) func(string) string {
	return func(s string) string { v, _ := f(s); return v }
}

func number(s string) string {
	v, ok := canon.Number(s)
	if !ok {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// FuzzStaysOK: what is ok once is ok in its canonical form, a phone also under
// another region.
func FuzzStaysOK(f *testing.F) {
	for _, s := range []string{"8 (495) 748-01-13 доб. 5", "+54 9 11 1234 5678", "Анна <anna@Почта.рф>", "Ромашка.рф/", "ЄДРПОУ 32855961", "1 234,5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, from := range []string{"RU", "UA", "US", "BR", ""} {
			v, ok := canon.Phone(s, from)
			for _, to := range []string{"RU", "UA", "US", "AR", "IT", ""} {
				if again, still := canon.Phone(v, to); ok && (!still || again != v) {
					t.Errorf("Phone(%q, %s) = %q, of which Phone(…, %s) = %q, %v", s, from, v, to, again, still)
				}
			}
		}
		for name, f := range map[string]func(string) (string, bool){
			"Email": canon.Email, "Site": canon.Site,
			"TaxID RU": func(s string) (string, bool) { return canon.TaxID(s, "RU") },
			"TaxID UA": func(s string) (string, bool) { return canon.TaxID(s, "UA") },
			"TaxID DE": func(s string) (string, bool) { return canon.TaxID(s, "DE") },
		} {
			v, ok := f(s)
			if _, still := f(v); ok && !still {
				t.Errorf("%s(%q) = %q is ok, and of that not", name, s, v)
			}
		}
	})
}

// FuzzSplitPhones: pieces do not divide further, and nothing with a digit is lost.
func FuzzSplitPhones(f *testing.F) {
	for _, s := range []string{
		"тел/факс: 8 495 748-01-13, доб. 123; моб. 8 916 123-45-67 (Иван, директор)", "84957480113 89161234567 380671234567",
		"+74957480113+79161234567", "044/123-45-67", "8 495 748-01-13/14 и 8 916 123-45-67", "доб. 5, доб. 6", "\xff,8,+",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		digits := phonenumbers.NormalizeDigitsOnly(canon.Text(s))
		kept := ""
		for _, piece := range canon.SplitPhones(s) {
			kept += phonenumbers.NormalizeDigitsOnly(piece)
			if again := canon.SplitPhones(piece); len(again) != 1 || again[0] != piece {
				t.Errorf("SplitPhones(%q) has %q, which divides into %q", s, piece, again)
			}
		}
		if kept != digits {
			t.Errorf("SplitPhones(%q) keeps digits %s of %s", s, kept, digits)
		}
	})
}

// FuzzPhoneAgreesWithTables: see TestPhoneAgreesWithTables.
func FuzzPhoneAgreesWithTables(f *testing.F) {
	f.Add(uint64(84957480113), uint8(0), false)
	f.Add(uint64(671234567), uint8(1), false)
	f.Add(uint64(12125550123), uint8(2), true)
	regions := []string{"RU", "UA", "US", "KZ", "DE", ""}
	f.Fuzz(func(t *testing.T, n uint64, region uint8, plus bool) {
		number := strconv.FormatUint(n%1e15, 10)
		if plus {
			number = "+" + number
		}
		agree(t, number, regions[int(region)%len(regions)])
	})
}
