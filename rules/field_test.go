package rules_test

import (
	"reflect"
	"testing"

	"assay/rules"
)

func TestRequiredRule(t *testing.T) {
	field := &rules.Field{
		Metadata: rules.Metadata{Name: "licenceUntil", Generation: 3, Labels: map[string]string{"team": "pharmacy"}},
		Spec: rules.FieldSpec{
			Type:        rules.FieldDate,
			Label:       map[string]string{"en": "Licence until", "ru": "Лицензия до"},
			RequiredFor: `"pharmacy" in client.industries`,
		},
	}
	field.SetDefaults()
	got, ok := field.RequiredRule()
	if !ok {
		t.Fatal("there is no rule")
	}
	want := &rules.Rule{
		APIVersion: "assay/v1", Kind: "Rule",
		Metadata: rules.Metadata{Name: "field-licence-until", Generation: 3, Labels: map[string]string{
			"team": "pharmacy", "assay/owner-kind": "Field", "assay/owner-name": "licenceUntil",
		}},
		Spec: rules.RuleSpec{
			Type: rules.Quality, Mode: rules.Monitor, Severity: rules.Warning, FailurePolicy: rules.Allow,
			Match:   `"pharmacy" in client.industries`,
			Require: "has(client.fields.licenceUntil)",
			Path:    "fields.licenceUntil",
			Message: map[string]string{
				"en": "Fill in “Licence until”", "ru": "Заполните поле «Лицензия до»", "uk": "Заповніть поле «Licence until»",
			},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if problems := got.Validate(); problems != nil {
		t.Errorf("a generated rule has problems: %v", problems)
	}
	if kind, name, ok := got.Metadata.Owner(); !ok || kind != "Field" || name != "licenceUntil" {
		t.Errorf("owner %s %s %v", kind, name, ok)
	}
	if _, _, ok := field.Metadata.Owner(); ok {
		t.Error("the field has an owner")
	}
	if field.Metadata.Labels["assay/owner-kind"] != "" {
		t.Error("the field's own labels were changed")
	}
	field.Spec.RequiredFor = ""
	if _, ok := field.RequiredRule(); ok {
		t.Error("a rule for a field that nobody must have")
	}
}

// TestRequiredRuleNames has names that must not meet, and the longest ones.
func TestRequiredRuleNames(t *testing.T) {
	long := "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzABCDEFGHIJK"
	names := []string{
		"gln", "licenceUntil", "licence_until", "LicenceUntil", "licenceuntil", "licence_Until", "licence__until", "x", "X",
		"INN", "iNN", "inn", "a1B2", "a_", "A_", long, long[:62] + "L",
	}
	seen := map[string]string{}
	for _, name := range names {
		field := &rules.Field{Metadata: rules.Metadata{Name: name}, Spec: rules.FieldSpec{Type: rules.FieldString, RequiredFor: "true"}}
		field.SetDefaults()
		if problems := field.Validate(); problems != nil {
			t.Errorf("%s: %v", name, problems)
		}
		rule, _ := field.RequiredRule()
		if problems := rule.Validate(); problems != nil {
			t.Errorf("%s: %v", name, problems)
		}
		if other := seen[rule.Metadata.Name]; other != "" {
			t.Errorf("%s and %s have the same rule %s", name, other, rule.Metadata.Name)
		}
		seen[rule.Metadata.Name] = name
	}
	if seen["field-gln"] != "gln" || seen["field-licence-until"] != "licenceUntil" {
		t.Errorf("plain names have plain rules: %v", seen)
	}
}
