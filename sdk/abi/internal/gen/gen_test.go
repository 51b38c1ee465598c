package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/sdk/abi"
)

const abiDir = "../.."

// Whoever changes the schema or the reader must run `go generate ./sdk/abi`.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := generate(abiDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		got, err := os.ReadFile(filepath.Join(abiDir, f.path))
		if err != nil || !bytes.Equal(got, f.text) {
			t.Errorf("%s is not what `go generate ./sdk/abi` writes (%v)", f.path, err)
		}
	}
}

func TestGenerationRepeats(t *testing.T) {
	first, err := generate(abiDir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(abiDir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if !bytes.Equal(first[i].text, second[i].text) {
			t.Errorf("two runs write %s differently", first[i].path)
		}
	}
}

func TestLimitsAreThoseOfTheCard(t *testing.T) {
	if maxClientSlots != abi.MaxClientSlots || maxRowSlots != abi.MaxRowSlots || maxEnumCode != abi.MaxEnumCode {
		t.Error("the limits of the generator differ from those of package abi")
	}
}

const small = `
version: 1
enums: {Kind: [a, b]}
client:
  - {name: id, kind: int}
  - {name: revision, kind: int}
  - {name: kind, kind: enum(Kind)}
  - {name: parts, kind: rows(Part)}
rows:
  Part:
    - {name: id, kind: string}
`

func TestSchemaThatCannotBeGenerated(t *testing.T) {
	if _, err := parse([]byte(small)); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, old, new, says string }{
		{"version", "version: 1", "version: 2", "version is 2"},
		{"unknown key", "version: 1", "version: 1\nnotes: x", "notes"},
		{"repeated key", "version: 1", "version: 1\nversion: 1", "version"},
		{"unknown key of a slot", "{name: id, kind: string}", "{name: id, kind: string, size: 4}", "size"},
		{"unknown kind", "kind: string", "kind: text", `"text"`},
		{"argument of a plain kind", "kind: string", "kind: string(Kind)", `"string(Kind)"`},
		{"unknown enum", "enum(Kind)", "enum(Sort)", `"enum(Sort)"`},
		{"unknown row", "rows(Part)", "rows(Whole)", `"rows(Whole)"`},
		{"repeated slot", "name: parts", "name: kind", "comes twice"},
		{"repeated enum value", "[a, b]", "[a, a]", "comes twice"},
		{"empty enum", "[a, b]", "[]", "0 values"},
		{"id moved", "{name: id, kind: int}", "{name: key, kind: int}", "client[0]"},
		{"name not in camel case", "name: parts", "name: Parts", "lowerCamelCase"},
		{"rows within themselves", "{name: id, kind: string}", "{name: parts, kind: rows(Part)}", "its own type"},
		{"in on a row", "{name: id, kind: string}", "{name: id, kind: string, in: activity}", "`in`"},
		{"enum named as a row", "enums: {Kind: [a, b]}", "enums: {Kind: [a], Part: [b]}", "same name"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.Replace(small, tc.old, tc.new, 1)
			if text == small {
				t.Fatal("the case changes nothing")
			}
			if _, err := parse([]byte(text)); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want one that says %s", err, tc.says)
			}
		})
	}
}

func TestExportedNames(t *testing.T) {
	for name, want := range map[string]string{
		"id": "ID", "externalId": "ExternalID", "taxId": "TaxID", "bic": "BIC", "jobTitle": "JobTitle", "kind": "Kind",
	} {
		if got := exported(name); got != want {
			t.Errorf("exported(%q) = %q, want %q", name, got, want)
		}
	}
}
