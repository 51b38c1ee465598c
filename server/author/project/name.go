package project

import (
	"strings"
	"unicode"

	"assay/sdk/abi"
)

// naming is what templates are executed with. A rule's name is a text in programs and never a word of
// the language: any name builds.
type naming struct {
	Name         string
	Segmentation bool // the rule divides clients; else it finds what is wrong with them
}

// checkName refuses what is no name for a rule. The error is a *RefusedError.
func checkName(name string) error {
	if !abi.IsName(name) || name[0] < 'a' {
		return refusedf("%q is no name for a rule: small letters, digits and inner hyphens, a letter first, at most %d%s", name, abi.MaxNameBytes, nearName(name))
	}
	return nil
}

// nearName says which name is meant by one that is none.
func nearName(name string) string {
	dashed := strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		}
		return '-'
	}, name)
	near := strings.Join(strings.FieldsFunc(dashed, func(r rune) bool { return r == '-' }), "-")
	if near = strings.TrimLeft(near, "0123456789-"); !abi.IsName(near) {
		return ""
	}
	return "; such as " + near
}
