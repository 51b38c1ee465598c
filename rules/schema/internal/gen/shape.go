package main

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"

	"assay/rules"
	"assay/rules/library"
	"assay/sdk/abi"
)

// shapes says what JSON Schema can say of a field beyond its Go type.
var shapes = map[string]func(*jsonschema.Schema){
	"Metadata.Labels":          labels,
	"Metadata.Annotations":     examples(map[string]any{"owner": "sales"}),
	"Metadata.Generation":      servers,
	"Metadata.UID":             servers,
	"Metadata.ResourceVersion": servers,

	"RuleSpec.Library":    libraryNames,
	"RuleSpec.Match":      cel(`client.kind == "company"`, `"retail" in client.industries`),
	"RuleSpec.Require":    filled(`client.region != ""`, `contact.jobTitle != ""`),
	"RuleSpec.Path":       pattern(rules.PathPattern, "taxId", "contacts[].jobTitle"),
	"RuleSpec.SeverityBy": cel(`client.activity.revenue > 1000000.0 ? "error" : ""`),
	"RuleSpec.Suggest":    cel(`client.name.trim()`),
	"RuleSpec.Label":      filled(`client.companySize == "large" ? "large" : ""`),
	"RuleSpec.Message":    texts("{{ client.name }} has no region"),
	"RuleSpec.Reason":     texts("revenue {{ client.activity.revenue }}"),
	"RuleSpec.Settings":   anObject,
	"RuleSpec.Labels":     examples(map[string]any{"large": map[string]any{"title": map[string]any{"en": "Large"}}}),
	"Label.Title":         texts("Large"),
	"ForEach.In":          filled("client.contacts"),
	"ForEach.As":          identifier("contact"),
	"Module.Digest":       pattern(rules.DigestPattern),
	"Module.Path":         examples("licence.wasm"),
	"Module.Check":        notEmpty,
	"Limits.Memory":       pattern(`^[0-9]+(Ki|Mi|Gi)?$`, "16Mi"),
	"Limits.Fuel":         fuel,
	"Case.Client":         anObject,
	"Case.Raw":            never,
	"Case.Settings":       never,
	"Case.Rule":           never,
	"Case.Fuel":           units,
	"Case.Reason":         texts(""),
	"CaseFinding.Message": texts(""),
	"CaseFinding.Path":    examples("contacts[0].jobTitle"),

	"FieldSpec.Label":       texts("Licence until"),
	"FieldSpec.RequiredFor": cel("true", `client.industries.exists(i, i == "pharmacy")`),

	"DictionarySpec.Of":     vocabulary,
	"DictionarySpec.Values": atLeastOne,
	"DictionaryValue.Value": notEmpty,
	"DictionaryValue.Title": texts("Small"),

	"WebhookSpec.URL":      pattern(`^https?://`, "https://example.com/hook"),
	"WebhookSpec.Events":   atLeastOne,
	"WebhookSpec.Filter":   cel(`client.region == "Москва"`),
	"WebhookSpec.Secret":   pattern(`^whsec_`),
	"WebhookSpec.Headers":  examples(map[string]any{"X-Token": "abc"}),
	"WebhookSpec.Language": languages,
	"WebhookSpec.Timeout":  examples("15s"),
}

// languages lists the languages of Assay.
func languages(s *jsonschema.Schema) {
	for _, l := range rules.Languages() {
		s.Enum = append(s.Enum, l)
	}
}

func examples(list ...any) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) { s.Examples = list }
}

// servers marks what a manifest need not say.
func servers(s *jsonschema.Schema) { s.ReadOnly = true }

// filled is an expression that must be given.
func filled(list ...string) func(*jsonschema.Schema) { return pattern(`\S`, list...) }

// cel is an expression: no blank text.
func cel(list ...string) func(*jsonschema.Schema) {
	return pattern(`\S|^$`, list...)
}

func pattern(of string, list ...string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) {
		s.Pattern = of
		for _, example := range list {
			s.Examples = append(s.Examples, example)
		}
	}
}

// identifier is a name in CEL.
func identifier(example string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) {
		pattern(rules.IdentifierPattern, example)(s)
		s.Not = &jsonschema.Schema{}
		for _, word := range rules.ReservedWords() {
			s.Not.Enum = append(s.Not.Enum, word)
		}
	}
}

// texts are texts by language; "" is no example.
func texts(example string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) {
		s.AdditionalProperties = jsonschema.FalseSchema
		s.Properties = jsonschema.NewProperties()
		for _, language := range rules.Languages() {
			put(s, language, &jsonschema.Schema{Type: "string", Pattern: `\S`})
		}
		if example != "" {
			s.Examples = []any{map[string]any{"en": example}}
		}
	}
}

func labels(s *jsonschema.Schema) {
	s.PropertyNames = &jsonschema.Schema{Pattern: rules.LabelKeyPattern}
	s.AdditionalProperties.Pattern = rules.LabelValuePattern
	s.Examples = []any{map[string]any{"set": "sales"}}
}

func anObject(s *jsonschema.Schema) { s.Type = "object" }

func notEmpty(s *jsonschema.Schema) { s.Pattern = `^\S(.*\S)?$` }

// never is for what belongs to case files alone.
func never(s *jsonschema.Schema) {
	*s = jsonschema.Schema{Description: s.Description, Not: &jsonschema.Schema{}}
}

func units(s *jsonschema.Schema) { s.Minimum, s.Maximum = "0", json.Number(fmt.Sprint(abi.MaxFuel)) }

func fuel(s *jsonschema.Schema) {
	units(s)
	s.Description += fmt.Sprintf(" of %d", abi.DefaultFuel)
}

func atLeastOne(s *jsonschema.Schema) { s.MinItems = new(uint64); *s.MinItems = 1 }

func vocabulary(s *jsonschema.Schema) {
	known := &jsonschema.Schema{}
	for _, place := range rules.Vocabularies() {
		known.Enum = append(known.Enum, place)
	}
	s.AnyOf = []*jsonschema.Schema{known, {Pattern: `^properties\.\S(.*\S)?$`}, {Pattern: `^fields\.[A-Za-z][A-Za-z0-9_]*$`}}
	s.Examples = []any{"companySize", "properties.loyalty", "fields.gln"}
}

// libraryNames are the rules of the library.
func libraryNames(s *jsonschema.Schema) {
	for _, e := range library.All() {
		s.Enum = append(s.Enum, e.Name)
		s.Description += "\n" + e.Name + ": " + e.Title["en"] + "."
	}
}
