package canon_test

import (
	"testing"

	"assay/server/canon"
)

func TestCheckDigits(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(string) bool
		good  []string
		bad   []string
	}{
		{
			"INN", canon.INN,
			[]string{"7707083893", "7736050003", "500100732259"},
			[]string{"7707083894", "500100732258", "500100732359", "0000000000", "000000000000", "770708389", "77070838930", "770708389a", "", "７７０７０８３８９３"},
		},
		{
			// 32855961 and 14360570 lie on both sides of the change of weights; 00032129 begins with zeros.
			"EDRPOU", canon.EDRPOU,
			[]string{"32855961", "14360570", "00032129", "20077720"},
			[]string{"32855968", "14360571", "00000000", "3285596", "328559610", "3285596x", ""},
		},
		{
			"RNOKPP", canon.RNOKPP,
			[]string{"1759013776"},
			[]string{"1759013777", "0000000000", "175901377", "17590137760", "175901377x", ""},
		},
		{
			"OGRN", canon.OGRN,
			[]string{"1027700132195", "304500116000157"},
			[]string{"1027700132194", "304500116000158", "0000000000000", "000000000000000", "10277001321950", "102770013219x", ""},
		},
		{
			"KPP", canon.KPP,
			[]string{"773601001", "7736AZ001"},
			[]string{"77360100", "7736az001", "7736ФФ1", "A73601001", "77360100A", ""},
		},
	} {
		for _, s := range c.good {
			if !c.check(s) {
				t.Errorf("%s(%q) is false", c.name, s)
			}
		}
		for _, s := range c.bad {
			if c.check(s) {
				t.Errorf("%s(%q) is true", c.name, s)
			}
		}
	}
}

// TestCheckDigitIsUnique holds for every formula: of the ten last digits exactly
// one fits.
func TestCheckDigitIsUnique(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(string) bool
		stems []string
	}{
		{"INN", canon.INN, []string{"770708389", "123456789", "010500500", "50010073225"}},
		{"EDRPOU", canon.EDRPOU, []string{"3285596", "1436057", "3000000", "6000000", "6000001", "9999999", "0003212"}},
		{"RNOKPP", canon.RNOKPP, []string{"175901377", "000000001", "999999999", "900000000"}},
	} {
		for _, stem := range c.stems {
			fits := 0
			for last := byte('0'); last <= '9'; last++ {
				if c.check(stem + string(last)) {
					fits++
				}
			}
			if fits != 1 {
				t.Errorf("%s(%s?): %d last digits fit", c.name, stem, fits)
			}
		}
	}
}

func TestTaxID(t *testing.T) {
	for _, c := range []struct {
		in, country, want string
		ok                bool
	}{
		{"7707083893", "RU", "7707083893", true},
		{" 7707 083 893 ", "RU", "7707083893", true},
		{"7707-083-893", "RU", "7707083893", true},
		{"ИНН 7707083893", "RU", "7707083893", true},
		{"ИНН: 7707083893", "Россия", "7707083893", true},
		{"инн7707083893", "", "7707083893", true},
		{"ИНН/КПП: 7707083893/773601001", "RU", "7707083893", true},
		{"7707083893/773601001", "RU", "7707083893", true},
		{"7707083893 / КПП 7736AB001", "RU", "7707083893", true},
		{"7707083893, КПП 773601001", "RU", "7707083893", true},
		{"7707083893 773601001", "RU", "7707083893", true},
		{"500100732259", "RU", "500100732259", true},
		{"7707083893.0", "RU", "7707083893", true},
		{"7707083893,00", "RU", "7707083893", true},
		{"７７０７０８３８９３", "RU", "7707083893", true},
		{"7707083894", "RU", "7707083894", false},
		{"770708389", "RU", "770708389", false},
		{"0000000000", "RU", "0000000000", false},
		{"7,70708E+09", "RU", "7,70708E+09", false},
		{"7.707083893E9", "RU", "7.707083893E9", false},
		{"7707083893/77", "RU", "7707083893/77", false},
		{"ООО Ромашка", "RU", "ООО Ромашка", false},
		{"ИНН", "RU", "ИНН", false},
		{"нет", "RU", "", false},
		{"", "RU", "", false},
		{"32855961", "UA", "32855961", true},
		{"ЄДРПОУ 32855961", "UA", "32855961", true},
		{"Код ЄДРПОУ: 32855961", "", "32855961", true},
		{"код за ЄДРПОУ 32855961", "UA", "32855961", true},
		{"1759013776", "Україна", "1759013776", true},
		{"РНОКПП 1759013776", "UA", "1759013776", true},
		{"32855962", "UA", "32855962", false},
		{"00000000", "UA", "00000000", false},
		{"МЕ123456", "UA", "МЕ123456", false},
		{"7707083893", "UA", "7707083893", false},
		{"de 123 456 789", "DE", "DE123456789", true},
		{"VAT: be-0123.456.789", "BE", "BE0123456789", true},
		{"УНП 190275968", "BY", "190275968", true},
		{"123456789012.0", "KZ", "123456789012", true},
		{"7707083893", "", "7707083893", true},
		{"000-000", "DE", "000-000", false},
		{"unknown yet", "DE", "unknown yet", false},
		{"—", "DE", "", false},
	} {
		t.Run(c.country+" "+c.in, func(t *testing.T) {
			got, ok := canon.TaxID(c.in, c.country)
			if got != c.want || ok != c.ok {
				t.Errorf("TaxID(%q, %q) = %q, %v, want %q, %v", c.in, c.country, got, ok, c.want, c.ok)
			}
		})
	}
}
