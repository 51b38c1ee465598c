package formats_test

import (
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"assay/server/crm"
	"assay/server/formats"
)

func ExampleReader() {
	file := "Наименование;ИНН;Телефон;Дата рождения\n" +
		"ООО «Ромашка»;7707083893;8 (495) 748-01-13, +7 912 345-67-89;\n" +
		"ИП Лютик;;;31.02.1980\n"
	r, err := formats.NewReader(strings.NewReader(file), formats.Options{Format: formats.CSV})
	if err != nil {
		log.Fatal(err) // no such file
	}
	defer r.Close()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err) // damaged from here on
		}
		for _, reason := range rec.Errs {
			fmt.Println(reason.Line, reason.Field, reason.Code)
		}
		if len(rec.Errs) == 0 {
			fmt.Println(rec.Line, string(rec.Doc))
		}
	}
	// Output:
	// 2 {"name":"ООО «Ромашка»","taxId":"7707083893","channels":[{"type":"phone","value":"8 (495) 748-01-13"},{"type":"phone","value":"+7 912 345-67-89"}]}
	// 3 birthday invalid_date
}

func ExampleNewWriter() {
	w, err := formats.NewWriter(os.Stdout, formats.NDJSON, formats.WriteOptions{})
	if err != nil {
		log.Fatal(err)
	}
	if err := w.Write(&crm.Client{ID: 1, Name: "ООО «Ромашка»"}); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
}
