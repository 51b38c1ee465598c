package formats

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fieldName makes the name of a custom field from a column title:
// "Дата лицензии" -> dataLicenzii. A title without letters gives "column4" for
// the fourth column (index 3).
func fieldName(title string, index int) string {
	var b strings.Builder
	upper := false
	for _, r := range strings.ToLower(norm.NFC.String(title)) {
		latin, ok := latinOf(r)
		if !ok {
			upper = b.Len() > 0
			continue
		}
		if latin == "" {
			continue
		}
		if b.Len() == 0 && isDigit(rune(latin[0])) {
			b.WriteByte('f')
		}
		if b.Len()+len(latin) > maxFieldName {
			break
		}
		if upper {
			latin = strings.ToUpper(latin[:1]) + latin[1:]
			upper = false
		}
		b.WriteString(latin)
	}
	if b.Len() == 0 {
		return "column" + strconv.Itoa(index+1)
	}
	return b.String()
}

// latinOf returns the ASCII letters or digit for r; ok is false for what divides words.
func latinOf(r rune) (string, bool) {
	switch {
	case r < utf8.RuneSelf:
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(r), true
		}
		return "", r == '\''
	case cyrillicToLatin[r] != "":
		return cyrillicToLatin[r], true
	case r == 'ь' || r == 'ъ' || r == '’' || r == 'ʼ' || unicode.IsMark(r):
		return "", true
	}
	// Accented Latin letters lose their accent.
	if base := norm.NFD.String(string(r)); base[0] < utf8.RuneSelf && unicode.IsLetter(rune(base[0])) {
		return base[:1], true
	}
	return "", false
}

// cyrillicToLatin follows the passport transliteration of Russian (ICAO Doc
// 9303, without its ie for ъ), with the Ukrainian letters of the 2010 table.
var cyrillicToLatin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ы': "y", 'э': "e", 'ю': "iu", 'я': "ia",
	'і': "i", 'ї': "i", 'є': "ie", 'ґ': "g", 'ў': "u",
}
