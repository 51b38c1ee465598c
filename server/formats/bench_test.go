package formats_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/formats"
)

func benchmarkRead(b *testing.B, file []byte, records int, o formats.Options) {
	o.TempDir = b.TempDir()
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := formats.NewReader(bytes.NewReader(file), o)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			rec, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil || len(rec.Errs) > 0 {
				b.Fatal(err, rec.Errs)
			}
			n++
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		if n != records {
			b.Fatalf("%d records of %d", n, records)
		}
	}
	b.ReportMetric(float64(records)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// clientLine is about 700 bytes, as an ordinary client is.
const clientLine = `{"externalId":"1c-%06d","kind":"company","name":"ООО «Ромашка Плюс»","legalForm":"ООО","taxId":"7707083893","country":"RU","region":"Москва","industries":["wholesale"],"source":"site","stage":"negotiation","status":"active","manager":"ivanov","channels":[{"type":"phone","value":"8 (495) 748-01-13","label":"office"},{"type":"email","value":"info@romashka.example"}],"addresses":[{"type":"legal","text":"117312, г. Москва, ул. Вавилова, д. 19","city":"Москва"}],"contacts":[{"name":"Семакова Лидия Васильевна","jobTitle":"бухгалтер","channels":[{"type":"phone","value":"+7 912 345-67-89"}]}],"tags":["vip"],"notes":"звонить после обеда"}` + "\n"

func BenchmarkReadNDJSON(b *testing.B) {
	const n = 20_000
	var file bytes.Buffer
	for i := range n {
		fmt.Fprintf(&file, clientLine, i)
	}
	benchmarkRead(b, file.Bytes(), n, formats.Options{Format: formats.NDJSON})
}

func benchClients(n int) []crm.Client {
	clients := make([]crm.Client, n)
	for i := range clients {
		clients[i] = crm.Client{ExternalID: fmt.Sprintf("1c-%06d", i), Kind: "company", Name: "ООО «Ромашка Плюс»", LegalForm: "ООО", TaxID: "7707083893", Country: "RU", Region: "Москва",
			Source: "site", Stage: "negotiation", Status: "active", Manager: "ivanov", Tags: []string{"vip"}, Notes: "звонить после обеда",
			Channels:  []crm.Channel{{Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13", Label: "office"}, {Type: "email", Value: "info@romashka.example"}},
			Addresses: []crm.Address{{Type: "legal", Text: "117312, г. Москва, ул. Вавилова, д. 19", City: "Москва"}},
			Contacts:  []crm.Contact{{Name: "Семакова Лидия Васильевна", JobTitle: "бухгалтер", Channels: []crm.Channel{{Type: "phone", Value: "+79123456789"}}}}}
	}
	return clients
}

// BenchmarkReadCSV reads a file such as people make: 14 columns with titles in Russian.
func BenchmarkReadCSV(b *testing.B) {
	const n = 20_000
	file := "Код;Тип;Наименование;ОПФ;ИНН;Регион;Источник;Стадия;Статус;Ответственный;Телефон;E-mail;Юридический адрес;Контактное лицо;Должность;Теги;Комментарий\r\n" +
		strings.Repeat("1c-000123;Компания;ООО «Ромашка Плюс»;ООО;7707083893;Москва;сайт;переговоры;активный;ivanov;8 (495) 748-01-13, +7 912 345-67-89;info@romashka.example;\"117312, г. Москва, ул. Вавилова, д. 19\";Семакова Лидия Васильевна;бухгалтер;vip;звонить после обеда\r\n", n)
	benchmarkRead(b, []byte(file), n, formats.Options{Format: formats.CSV, Merge: true})
}

func BenchmarkReadExportedCSV(b *testing.B) {
	const n = 5_000
	benchmarkRead(b, write(b, formats.CSV, formats.WriteOptions{}, benchClients(n)...), n, formats.Options{Format: formats.CSV})
}

func BenchmarkReadXLSX(b *testing.B) {
	const n = 2_000
	benchmarkRead(b, write(b, formats.XLSX, formats.WriteOptions{}, benchClients(n)...), n, formats.Options{Format: formats.XLSX})
}

func BenchmarkReadVCard(b *testing.B) {
	const n = 20_000
	file := strings.Repeat("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Семакова Лидия Васильевна\r\nN:Семакова;Лидия;Васильевна;;\r\nORG:ООО «Ромашка»\r\nTITLE:бухгалтер\r\nTEL;TYPE=WORK,VOICE:8 (495) 748-01-13\r\nEMAIL;TYPE=INTERNET:lidia@romashka.example\r\nEND:VCARD\r\n", n)
	benchmarkRead(b, []byte(file), n, formats.Options{Format: formats.VCard})
}

func BenchmarkWrite(b *testing.B) {
	clients := benchClients(2_000)
	for _, format := range []string{formats.NDJSON, formats.CSV, formats.XLSX} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				w, err := formats.NewWriter(io.Discard, format, formats.WriteOptions{})
				if err != nil {
					b.Fatal(err)
				}
				for i := range clients {
					if err := w.Write(&clients[i]); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(clients))*float64(b.N)/b.Elapsed().Seconds(), "clients/s")
		})
	}
}
