package abi_test

import (
	"bytes"
	"strings"
	"testing"

	"assay/sdk/abi"
)

// preamble begins every module; types is a section that is not custom.
const (
	preamble = "\x00asm\x01\x00\x00\x00"
	types    = "\x01\x04\x01\x60\x00\x00"
)

func TestWithCustomSection(t *testing.T) {
	other := "\x00\x07\x05otherx"
	for _, tt := range []struct{ name, module, want string }{
		{"an empty module", preamble, preamble + "\x00\x08\x05assay{}"},
		{"behind what there is", preamble + types + other, preamble + types + other + "\x00\x08\x05assay{}"},
		{"in place of one", preamble + "\x00\x0b\x05assay[old]" + types, preamble + types + "\x00\x08\x05assay{}"},
		{"in place of several", preamble + "\x00\x06\x05assay" + types + "\x00\x06\x05assay", preamble + types + "\x00\x08\x05assay{}"},
		{"lengths written long", preamble + "\x01\x84\x80\x80\x80\x00\x01\x60\x00\x00", preamble + "\x01\x84\x80\x80\x80\x00\x01\x60\x00\x00\x00\x08\x05assay{}"},
	} {
		got, err := abi.WithCustomSection([]byte(tt.module), "assay", []byte("{}"))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
		again, err := abi.WithCustomSection(got, "assay", []byte("{}"))
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: once more gives other bytes: %q, %v", tt.name, again, err)
		}
		contents, err := abi.CustomSections(got, "assay")
		if err != nil || len(contents) != 1 || string(contents[0]) != "{}" {
			t.Errorf("%s: reads %q, %v", tt.name, contents, err)
		}
	}
}

func TestCustomSectionsOfBrokenModules(t *testing.T) {
	for _, tt := range []struct{ name, module, want string }{
		{"nothing", "", "do not begin like"},
		{"no module", "PK\x03\x04 a zip", "do not begin like"},
		{"a component", "\x00asm\x0d\x00\x01\x00", "do not begin like"},
		{"cut in its length", preamble + "\x00", "the section at byte 8: it is cut off"},
		{"cut in its content", preamble + types + "\x00\x07\x05oth", "the section at byte 14: it should have 7 bytes, and 4 are left"},
		{"a length of 64 bits", preamble + "\x00\xff\xff\xff\xff\xff\xff\x01", "no number of 32 bits"},
		{"a name longer than its section", preamble + "\x00\x02\x09x", "the name of the custom section at byte 8: it should have 9 bytes, and 1 are left"},
	} {
		if _, err := abi.CustomSections([]byte(tt.module), "assay"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if _, err := abi.WithCustomSection([]byte(tt.module), "assay", nil); err == nil {
			t.Errorf("%s: was written", tt.name)
		}
	}
}
