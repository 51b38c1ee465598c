package canon_test

import (
	"strings"
	"testing"

	"assay/server/canon"
)

func TestEmail(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"anna@example.ru", "anna@example.ru", true},
		{" Anna.S@Example.RU\u00a0", "Anna.S@example.ru", true},
		{"mailto:anna@example.ru?subject=Hi", "anna@example.ru", true},
		{"E-mail: anna@example.ru", "anna@example.ru", true},
		{"почта: anna@example.ru", "anna@example.ru", true},
		{"Анна Семакова <anna@example.ru>", "anna@example.ru", true},
		{`"Anna" <MAILTO:anna@EXAMPLE.ru>;`, "anna@example.ru", true},
		{"<anna@example.ru>", "anna@example.ru", true},
		{"anna@example.ru.", "anna@example.ru", true},
		{"anna@example.ru,", "anna@example.ru", true},
		{"anna+tag_1@mail.example.com", "anna+tag_1@mail.example.com", true},
		{"info@почта.рф", "info@xn--80a1acny.xn--p1ai", true},
		{"иван@почта.рф", "иван@xn--80a1acny.xn--p1ai", true},
		{"info@XN--80A1ACNY.xn--p1ai", "info@xn--80a1acny.xn--p1ai", true},
		{"anna@ｅxample。ru", "anna@example.ru", true},
		{strings.Repeat("a", 64) + "@example.ru", strings.Repeat("a", 64) + "@example.ru", true},
		{strings.Repeat("a", 65) + "@example.ru", strings.Repeat("a", 65) + "@example.ru", false},
		{"a@" + strings.Repeat("b.", 126) + "ru", "a@" + strings.Repeat("b.", 126) + "ru", false},
		{"сontact@mail.ru", "сontact@mail.ru", false}, // Cyrillic с
		{"contact@mаil.ru", "contact@mаil.ru", false}, // Cyrillic а
		{"anna", "anna", false},
		{"anna@example", "anna@example", false},
		{"anna@@example.ru", "anna@@example.ru", false},
		{"a@b.ru, c@d.ru", "a@b.ru, c@d.ru", false},
		{"anna @example.ru", "anna @example.ru", false},
		{"an na@example.ru", "an na@example.ru", false},
		{".anna@example.ru", ".anna@example.ru", false},
		{"an..na@example.ru", "an..na@example.ru", false},
		{"anna@-example.ru", "anna@-example.ru", false},
		{"anna@exam_ple.ru", "anna@exam_ple.ru", false},
		{"anna@example..ru", "anna@example..ru", false},
		{"anna@127.0.0.1", "anna@127.0.0.1", false},
		{"anna@[127.0.0.1]", "anna@[127.0.0.1]", false},
		{"@example.ru", "@example.ru", false},
		{"anna@", "anna@", false},
		{"нет", "", false},
		{"", "", false},
	} {
		t.Run(c.in, func(t *testing.T) {
			got, ok := canon.Email(c.in)
			if got != c.want || ok != c.ok {
				t.Errorf("Email(%q) = %q, %v, want %q, %v", c.in, got, ok, c.want, c.ok)
			}
		})
	}
}

func TestEmailKeepsCanonicalStringWithoutAllocation(t *testing.T) {
	if n := testing.AllocsPerRun(20, func() { canon.Email("anna.s@example.ru") }); n != 0 {
		t.Errorf("allocates %v times", n)
	}
}

func TestSite(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"example.ru", "example.ru", true},
		{" HTTPS://WWW.Example.RU/ ", "https://www.example.ru", true},
		{"http://example.ru/Catalog/Item/", "http://example.ru/Catalog/Item", true},
		{"Example.ru/?q=A/", "example.ru?q=A/", true},
		{"example.ru/a/?q=1", "example.ru/a/?q=1", true},
		{"example.ru:8080/", "example.ru:8080", true},
		{"https://ромашка.рф/О-нас", "https://xn--80aa3agjl3d.xn--p1ai/О-нас", true},
		{"vk.com/romashka", "vk.com/romashka", true},
		{"example.ru/go?to=http://b.ru", "example.ru/go?to=http://b.ru", true},
		{"example", "example", false},
		{"http://", "http://", false},
		{"javascript://example.ru", "javascript://example.ru", false},
		{"anna@example.ru", "anna@example.ru", false},
		{"example.ru, b.ru", "example.ru, b.ru", false},
		{"example.ru:http", "example.ru:http", false},
		{"192.168.0.1", "192.168.0.1", false},
		{"нет", "", false},
	} {
		t.Run(c.in, func(t *testing.T) {
			got, ok := canon.Site(c.in)
			if got != c.want || ok != c.ok {
				t.Errorf("Site(%q) = %q, %v, want %q, %v", c.in, got, ok, c.want, c.ok)
			}
		})
	}
}
