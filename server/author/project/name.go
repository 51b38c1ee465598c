package project

import (
	"strings"
	"unicode"

	"assay/sdk/abi"
)

// naming is a rule's name as templates write it.
type naming struct {
	Name  string // as it is: tax-id
	Ident string // taxId
	Snake string // tax_id
}

// namesOf returns how a rule's name is written in programs. The error is a *RefusedError.
func namesOf(name string) (naming, error) {
	if !abi.IsName(name) || name[0] < 'a' {
		return naming{}, refusedf("%q is no name for a rule: small letters, digits and inner hyphens, a letter first, at most %d%s", name, abi.MaxNameBytes, nearName(name))
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' })
	if len(words) == 1 && reserved[name] {
		words = append(words, "rule")
	}
	n := naming{Name: name, Ident: words[0], Snake: strings.Join(words, "_")}
	for _, word := range words[1:] {
		n.Ident += strings.ToUpper(word[:1]) + word[1:]
	}
	return n, nil
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

// reserved are names that mean something else in a program of one of the languages: their keywords, and what
// every program or its SDK already calls so.
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(`
		break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var
		any bool byte error false int len main init new nil string true uint
		abstract as async await become box crate do dyn enum extern final fn impl in let loop macro match mod move mut override priv pub ref self static super
		trait try typeof union unsafe unsized use virtual where while yield alloc assay core std str test
		auto char double float inline long register restrict short signed sizeof unsigned void volatile
		arguments catch class constructor debugger declare delete eval export extends finally from function get implements instanceof is keyof module namespace null
		number object of private protected public readonly require set symbol this throw undefined with
		client report settings check sdk log now matches phone quality segmentation`) {
		words[word] = true
	}
	return words
}()
