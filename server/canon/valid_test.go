package canon_test

import (
	"strings"
	"testing"

	"assay/server/canon"
)

func TestValidEmail(t *testing.T) {
	for _, s := range []string{"a@b.ru", "Anna.Maria+x@Mail.Example.COM", "почта@почта.рф", "a@xn--80a1acny.xn--p1ai", "a@1.b2",
		strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".ru"} {
		if !canon.ValidEmail(s) {
			t.Errorf("ValidEmail(%q) is false", s)
		}
	}
	for _, s := range []string{"", "@", "a@", "@b.ru", "a@b", "a b@c.ru", "a@b.ru ", " a@b.ru", "Anna <a@b.ru>", "mailto:a@b.ru", "a@b@c.ru", ".a@b.ru", "a.@b.ru",
		"a..b@c.ru", "a@b..ru", "a@b.ru.", "a@-b.ru", "a@b-.ru", "a@b.1", "a@b_c.ru", "сontact@mail.ru", "a@mаil.ru", "a@b.ru\x00", "a\xff@b.ru", "a@b\u00a0.ru",
		strings.Repeat("a", 65) + "@b.ru", "a@" + strings.Repeat("b", 64) + ".ru", "a@" + strings.Repeat("b.", 126) + "ru"} {
		if canon.ValidEmail(s) {
			t.Errorf("ValidEmail(%q) is true", s)
		}
	}
}

func TestValidPhone(t *testing.T) {
	for _, c := range []struct {
		text, country string
		want          bool
	}{
		{"+74957480113", "", true}, {"8 (495) 748-01-13", "RU", true}, {"8 (495) 748-01-13", "Россия", true},
		{"067 123-45-67", "UA", true}, {"067 123-45-67", "", false}, {"", "RU", false}, {"нет", "RU", false}, {"+7495748011", "RU", false},
	} {
		if got := canon.ValidPhone(c.text, c.country); got != c.want {
			t.Errorf("ValidPhone(%q, %q) = %v", c.text, c.country, got)
		}
	}
}

func TestBlank(t *testing.T) {
	for s, want := range map[string]bool{"": true, " \u00a0\u200b\n": true, "—": true, "Н\u00adет": true, "#N/A": true, "не\u1c84": true, "- ? …": true,
		"none": false, "0": false, "нет данных": false, "-\u200d-": false, "\ufffd": false, "\xff": false} {
		if got := canon.Blank(s); got != want {
			t.Errorf("Blank(%q) = %v", s, got)
		}
	}
}

// FuzzValidEmail: it agrees with Email where both are asked the same.
func FuzzValidEmail(f *testing.F) {
	for _, s := range []string{"a@b.ru", "Анна <anna@Почта.рф>", "a@B.ru.", "a@xn--80a1acny.xn--p1ai", "a@ß.de", "a@b--c.ru", "ㅤa@b.ru"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		value, ok := canon.Email(s)
		if ok && !canon.ValidEmail(value) {
			t.Errorf("Email(%q) = %q, which ValidEmail refuses", s, value)
		}
		ascii := strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 && !strings.Contains(strings.ToLower(s), "xn--")
		if want := ok && strings.EqualFold(value, s); ascii && canon.ValidEmail(s) != want {
			t.Errorf("ValidEmail(%q) is %v; Email gives %q, %v", s, !want, value, ok)
		}
	})
}
