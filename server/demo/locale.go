package demo

import "strings"

// word is a part of a name with its spelling in Latin letters, for addresses.
type word struct{ text, latin string }

// words reads a table of "слово/slovo".
func words(table string) (list []word) {
	for entry := range strings.FieldsSeq(table) {
		text, latin, _ := strings.Cut(entry, "/")
		list = append(list, word{text, latin})
	}
	return list
}

// surname is a family name of a man and of a woman.
type surname struct{ male, female, latin string }

// surnames joins stems with endings such as "ов|ова/ov".
func surnames(stems, endings string) (list []surname) {
	for _, stem := range words(stems) {
		for _, e := range words(endings) {
			male, female, both := strings.Cut(e.text, "|")
			if !both {
				female = male
			}
			list = append(list, surname{stem.text + male, stem.text + female, strings.ToLower(stem.latin + e.latin)})
		}
	}
	return list
}

// place is a town with what goes with it.
type place struct {
	city, region, areaCode, postalCode string // the code's first digits; # is any
}

// places reads a table with a line "city|region|area code|postal code" each.
func places(table string) (list []place) {
	for line := range strings.Lines(strings.TrimSpace(table)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		list = append(list, place{f[0], f[1], f[2], f[3]})
	}
	return list
}

// locale is the language and the country that a client's words come from.
type locale struct {
	country   string   // ISO code
	spellings []string // how the country is written; "" for not at all
	team      []string // logins of the managers who serve it
	places    []place

	given       [2][]word // of men, of women
	patronymics [2][]string
	surnames    []surname
	surnameLast bool // the order of a full name

	companyForms []string
	soleForm     string
	brand        [3][]word // first, middle and last part of an invented company name
	trades       []string  // what may stand after it
	quotes       [][2]string

	jobTitles, streets, banks, notes, noPerson, badPhones []string
	street                                                [2]string // before and after the name of the street
	officePhones, mobilePhones, mobileCodes               []string
}

// lines reads a table with an entry a line.
func lines(table string) []string {
	list := strings.Split(strings.TrimSpace(table), "\n")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}
