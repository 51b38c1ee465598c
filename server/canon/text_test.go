package canon_test

import (
	"testing"

	"assay/server/canon"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "ООО «Ромашка»", "ООО «Ромашка»"},
		{"spaces of all kinds at the ends", "\ufeff \u00a0\u200b\t ООО\u2003\u200b\r\n", "ООО"},
		{"inside is kept", "a  b\u00a0c\n\td", "a  b\u00a0c\n\td"},
		{"decomposed й and ё", "Андреи\u0306 Семе\u0308нов", "Андрей Семёнов"},
		{"decomposed ї", "Киі\u0308в", "Київ"},
		{"controls go", "a\x00b\x1bc\x7fd\u0085e", "abcd\ne"},
		{"line breaks", "a\r\nb\rc\u2028d\ve", "a\nb\nc\nd\ne"},
		{"soft hyphen, BOM, marks inside", "Ро\u00adма\ufeffш\u200bка\u200e", "Ромашка"},
		{"joiners inside are kept", "👨\u200d👩", "👨\u200d👩"},
		{"invalid UTF-8", "a\xff\xfeb\xd0", "a\ufffdb\ufffd"},
		{"singleton", "\u212b", "Å"},
		{"dash", "-", ""},
		{"em dash", " — ", ""},
		{"en dash", "–", ""},
		{"dashes", "---", ""},
		{"spaced dashes", "- - -", ""},
		{"question marks", "??", ""},
		{"dots", "...", ""},
		{"underscores", "__", ""},
		{"ellipsis", "…", ""},
		{"no", "Нет", ""},
		{"NO", "НЕТ", ""},
		{"n/d", "Н/Д", ""},
		{"uk", "Немає", ""},
		{"uk n/a", "н/а", ""},
		{"en", "N/A", ""},
		{"Excel", "#Н/Д", ""},
		{"Excel en", "#N/A", ""},
		{"none is a name", "none", "none"},
		{"null is a name", "Null", "Null"},
		{"a word that begins so", "нетто", "нетто"},
		{"plus", "+", "+"},
		{"asterisks", "***", "***"},
		{"zero", "0", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := canon.Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestTextKeepsCanonicalStringWithoutAllocation(t *testing.T) {
	for _, s := range []string{
		"", "Romashka Ltd", "ООО «Ромашка» — опт", " Семакова Лидия ", "北京公司", "Türkiye №5 ₽", "líne\nbreak",
	} {
		if n := testing.AllocsPerRun(20, func() { canon.Text(s) }); n != 0 {
			t.Errorf("Text(%q) allocates %v times", s, n)
		}
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{" Семакова   Лидия\u00a0Васильевна\n", "Семакова Лидия Васильевна"},
		{"Семакова\u2003\t Лидия", "Семакова Лидия"},
		{"ОООРомашка", "ОООРомашка"},
		{"иванов ИВАН", "иванов ИВАН"},
		{"н/д", ""},
		{"\u00a0—\u00a0", ""},
	} {
		if got := canon.Name(c.in); got != c.want {
			t.Errorf("Name(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestHandle(t *testing.T) {
	if got := canon.Handle("\u00a0@Anna_S "); got != "@Anna_S" {
		t.Errorf("Handle = %q", got)
	}
}

func TestCountry(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Россия", "RU"}, {"РФ", "RU"}, {"российская  федерация", "RU"}, {"Russia", "RU"}, {"RUS", "RU"}, {"ru", "RU"}, {"RU", "RU"},
		{"Украина", "UA"}, {"Україна", "UA"}, {"УКРАЇНА", "UA"}, {"ukraine", "UA"}, {"ua", "UA"},
		{"Беларусь", "BY"}, {"Білорусь", "BY"}, {"Казахстан", "KZ"}, {"USA", "US"}, {"США", "US"}, {"UK", "GB"}, {"uk", "GB"},
		{"Türkiye", "TR"}, {"В'єтнам", "VN"}, {"Нарния ", "Нарния"}, {"нет", ""}, {"", ""}, {"zz", "ZZ"}, {"r1", "r1"},
	} {
		if got := canon.Country(c.in); got != c.want {
			t.Errorf("Country(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBool(t *testing.T) {
	for in, want := range map[string]bool{
		"да": true, " ДА ": true, "yes": true, "TRUE": true, "1": true, "Так": true, "+": true, "ИСТИНА": true, "on": true,
		"нет": false, "No": false, "false": false, "0": false, "ні": false, "-": false, "—": false, "ложь": false, "ХИБНІСТЬ": false,
	} {
		if got, ok := canon.Bool(in); !ok || got != want {
			t.Errorf("Bool(%q) = %v, %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "?", "2", "может быть", "nope", "н/д"} {
		if got, ok := canon.Bool(in); ok || got {
			t.Errorf("Bool(%q) = %v, %v, want not ok", in, got, ok)
		}
	}
}
