package canon_test

import (
	"testing"

	"assay/server/canon"
)

func BenchmarkText(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"ascii", "Romashka Trading Ltd"},
		{"cyrillic", "ООО «Ромашка», Москва"},
		{"spaces", "\u00a0ООО «Ромашка», Москва "},
		{"decomposed", "Андреи\u0306 Семе\u0308нов"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				canon.Text(c.in)
			}
		})
	}
}

func BenchmarkPhone(b *testing.B) {
	for _, c := range []struct{ name, in, region string }{
		{"fast/canonical", "+74957480113", "RU"},
		{"fast/national", "8 (495) 748-01-13", "RU"},
		{"fast/labelled", "тел.: +38 (067) 123-45-67 доб. 12", "RU"},
		{"slow/germany", "+49 30 123456", "RU"},
		{"slow/britain", "020 7946 0958", "GB"},
		{"slow/impossible", "748-01-13", "RU"},
		{"slow/prefix", "810 49 30 123456", "RU"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				canon.Phone(c.in, c.region)
			}
		})
	}
}

func BenchmarkCells(b *testing.B) {
	for name, f := range map[string]func(){
		"SplitPhones": func() { canon.SplitPhones("8 (495) 748-01-13, доб. 123; 8 916 123-45-67") },
		"Email":       func() { canon.Email("anna.s@example.ru") },
		"TaxID":       func() { canon.TaxID("7707083893", "RU") },
		"Date":        func() { canon.Date("31.12.2026") },
		"Number":      func() { canon.Number("1 234,50") },
		"Name":        func() { canon.Name("Семакова Лидия Васильевна") },
		"Country":     func() { canon.Country("Россия") },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}
