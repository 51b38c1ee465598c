package project

import "testing"

func TestNames(t *testing.T) {
	for _, tt := range []struct{ name, ident, snake string }{
		{"licence", "licence", "licence"},
		{"tax-id", "taxId", "tax_id"},
		{"a--b-2c", "aB2c", "a_b_2c"},
		{"match", "matchRule", "match_rule"},
		{"assay", "assayRule", "assay_rule"},
		{"type-of-client", "typeOfClient", "type_of_client"},
	} {
		got, err := namesOf(tt.name)
		if err != nil || got != (naming{tt.name, tt.ident, tt.snake}) {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
}
