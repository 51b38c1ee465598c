package main

import (
	"encoding/json"

	"github.com/invopop/jsonschema"

	"assay/rules"
	"assay/rules/library"
)

// kind is a kind of object, and what its schema says besides its type.
type kind struct {
	name   string
	empty  rules.Object
	extend func(*jsonschema.Schema)
}

// kinds are all kinds of objects.
var kinds = []kind{
	{rules.KindRule, &rules.Rule{}, func(s *jsonschema.Schema) {
		name(s, pattern(rules.NamePattern, "licence-until"))
		ruleDefaults(property(s, "spec"))
		together(property(s, "spec"))
	}},
	{rules.KindField, &rules.Field{}, func(s *jsonschema.Schema) { name(s, identifier("licenceUntil")) }},
	{rules.KindDictionary, &rules.Dictionary{}, func(s *jsonschema.Schema) { name(s, pattern(rules.NamePattern, "company-sizes")) }},
	{rules.KindWebhook, &rules.Webhook{}, func(s *jsonschema.Schema) {
		name(s, pattern(rules.NamePattern, "crm"))
		property(property(s, "spec"), "timeout").Default = rules.DefaultWebhookTimeout
	}},
}

func property(s *jsonschema.Schema, name string) *jsonschema.Schema {
	p, ok := s.Properties.Get(name)
	if !ok {
		panic("there is no property " + name)
	}
	return p
}

func name(s *jsonschema.Schema, shape func(*jsonschema.Schema)) {
	shape(property(property(s, "metadata"), "name"))
}

// ruleDefaults writes down what SetDefaults fills in. Those of quality rules hold where
// their keys may stand.
func ruleDefaults(spec *jsonschema.Schema) {
	r := &rules.Rule{Spec: rules.RuleSpec{Type: rules.Quality}}
	r.SetDefaults()
	property(spec, "mode").Default = r.Spec.Mode
	property(spec, "severity").Default = r.Spec.Severity
	property(spec, "failurePolicy").Default = r.Spec.FailurePolicy
}

// together says which keys of a rule need and which exclude one another.
func together(spec *jsonschema.Schema) {
	has := func(keys ...string) *jsonschema.Schema { return &jsonschema.Schema{Required: keys} }
	without := func(keys ...string) *jsonschema.Schema {
		s := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
		for _, k := range keys {
			property(spec, k) // it is there
			put(s, k, jsonschema.FalseSchema)
		}
		return s
	}
	segments := has("type")
	segments.Properties = jsonschema.NewProperties()
	put(segments, "type", &jsonschema.Schema{Const: rules.Segmentation})

	segmentation := without("severity", "failurePolicy", "library", "forEach", "require", "path", "severityBy", "suggest", "message")
	put(segmentation, "mode", &jsonschema.Schema{Enum: []any{rules.Shadow, rules.Monitor}})
	segmentation.AnyOf = []*jsonschema.Schema{has("label"), has("module")}
	quality := without("label", "labels", "reason")
	quality.AnyOf = []*jsonschema.Schema{has("require"), has("library"), has("module")}

	spec.Required = nil
	spec.AnyOf = []*jsonschema.Schema{has("type"), has("library")}
	spec.AllOf = []*jsonschema.Schema{
		{If: segments, Then: segmentation, Else: quality},
		{If: has("module"), Then: without("match", "forEach", "require", "label", "path", "severityBy", "suggest")},
		{If: has("library"), Then: without("module", "forEach", "require", "path", "suggest")},
		{If: has("settings"), Then: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{has("module"), has("library")}}},
		{If: has("suggest"), Then: has("path")},
	}
	property(spec, "module").OneOf = []*jsonschema.Schema{has("digest"), has("path")}
	for _, e := range library.All() {
		spec.AllOf = append(spec.AllOf, settingsOf(e))
	}
}

// settingsOf says what the settings of a rule of the library are.
func settingsOf(e *library.Entry) *jsonschema.Schema {
	named := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Required: []string{"library"}}
	put(named, "library", &jsonschema.Schema{Const: e.Name})
	settings := &jsonschema.Schema{}
	if err := json.Unmarshal(e.Settings, settings); err != nil {
		panic(err) // the library's tests hold that they are schemas
	}
	then := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
	put(then, "settings", settings)
	if len(settings.Required) > 0 {
		then.Required = []string{"settings"}
	}
	return &jsonschema.Schema{If: named, Then: then}
}
