// Command clients writes the example files of this folder: clients as companies
// really keep them, with what is wrong in them on purpose, and expected.json,
// which says what a correct import finds. Everybody and everything in them is
// invented: the telephone numbers begin with 000 and ring nowhere, the tax ids
// are of regions that do not exist, the domains end in .example.
//
//	go generate ./examples/clients
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"log"
	"os"
	"path/filepath"
)

//go:generate go run .

func main() {
	dir := flag.String("dir", ".", "folder the files are written to")
	flag.Parse()
	files, err := build()
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(*dir, name), content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// build returns the files by name.
func build() (map[string][]byte, error) {
	csvFile, csvSays, err := messyCSV()
	if err != nil {
		return nil, err
	}
	xlsxFile, xlsxSays, err := clientsXLSX()
	if err != nil {
		return nil, err
	}
	vcfFile, vcfSays, err := contactsVCF()
	if err != nil {
		return nil, err
	}
	ndjsonFile, ndjsonSays, err := clientsNDJSON()
	if err != nil {
		return nil, err
	}
	var says bytes.Buffer
	encoder := json.NewEncoder(&says)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string]*expected{"messy.csv": csvSays, "clients.xlsx": xlsxSays, "contacts.vcf": vcfSays, "clients.ndjson": ndjsonSays}); err != nil {
		return nil, err
	}
	return map[string][]byte{"messy.csv": csvFile, "clients.xlsx": xlsxFile, "contacts.vcf": vcfFile, "clients.ndjson": ndjsonFile, "expected.json": says.Bytes()}, nil
}
