package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/rules"
)

// valid returns a rule, a field and a dictionary without a mistake, to spoil.
func valid() (*rules.Rule, *rules.Field, *rules.Dictionary) {
	rule := &rules.Rule{
		Metadata: rules.Metadata{Name: "r"},
		Spec:     rules.RuleSpec{Type: rules.Quality, Require: "true", Message: map[string]string{"en": "x"}},
	}
	field := &rules.Field{Metadata: rules.Metadata{Name: "f"}, Spec: rules.FieldSpec{Type: rules.FieldString}}
	dictionary := &rules.Dictionary{
		Metadata: rules.Metadata{Name: "d"},
		Spec:     rules.DictionarySpec{Of: "tags", Values: []rules.DictionaryValue{{Value: "a"}}},
	}
	for _, o := range []rules.Object{rule, field, dictionary} {
		o.SetDefaults()
	}
	return rule, field, dictionary
}

func TestValidObjectsHaveNoProblems(t *testing.T) {
	rule, field, dictionary := valid()
	enabled, _, _ := valid()
	if ofLibrary(enabled); enabled.Spec.Type != rules.Quality || enabled.Spec.Severity != "" {
		t.Errorf("a rule of the library is of type %q and severity %q by default", enabled.Spec.Type, enabled.Spec.Severity)
	}
	for _, o := range []rules.Object{rule, enabled, field, dictionary} {
		if problems := o.Validate(); problems != nil {
			t.Errorf("%s: %v", o.ResourceKind(), problems)
		}
		o.State().ObservedGeneration = 1
		if o.State().ObservedGeneration != 1 {
			t.Errorf("%s: State is a copy", o.ResourceKind())
		}
	}
	for _, of := range append(rules.Vocabularies(), "properties.loyalty level", "fields.gln") {
		dictionary.Spec.Of = of
		if problems := dictionary.Validate(); problems != nil {
			t.Errorf("%s: %v", of, problems)
		}
	}
}

func TestValidateRule(t *testing.T) {
	long := strings.Repeat("я", 10_000)
	cases := []struct {
		spoil func(r *rules.Rule)
		want  string
	}{
		{func(r *rules.Rule) { r.APIVersion = "v2" }, "apiVersion: must be assay/v1"},
		{func(r *rules.Rule) { r.Kind = "Field" }, "kind: must be Rule"},
		{func(r *rules.Rule) { r.Metadata.Name = "" }, "metadata.name: is missing; give the object a name such as licence-until"},
		{func(r *rules.Rule) { r.Metadata.Labels = map[string]string{"a b": ""} }, "metadata.labels.a b: a label's key has letters, digits and . _ / - between them, at most 63"},
		{func(r *rules.Rule) { r.Metadata.Labels = map[string]string{"a": "b c"} }, "metadata.labels.a: a label's value has letters, digits and . _ - between them, at most 63"},
		{func(r *rules.Rule) { r.Metadata.Annotations = map[string]string{"a": strings.Repeat("a", 70_000)} }, "metadata.annotations: have 70001 bytes and at most 65536 are kept"},
		{func(r *rules.Rule) { r.Spec.Type = "" }, "spec.type: is missing; known are Quality, Segmentation"},
		{func(r *rules.Rule) { r.Spec.Severity = "eror" }, `spec.severity: "eror" is not known here; did you mean "error"?`},
		{func(r *rules.Rule) { r.Spec.Match = " \n" }, "spec.match: is blank; write a CEL expression or remove it"},
		{func(r *rules.Rule) { r.Spec.Match = long }, "spec.match: has 20000 bytes and at most 16384 are allowed"},
		{func(r *rules.Rule) { r.Spec.Message["ru"] = " " }, "spec.message.ru: is empty; fill it in or remove it"},
		{func(r *rules.Rule) { r.Spec.Message["ru"] = long }, "spec.message.ru: has 20000 bytes and at most 4096 are allowed"},
		{func(r *rules.Rule) { r.Spec.Label = "''" }, "spec.label: belongs to Segmentation rules; remove it"},
		{func(r *rules.Rule) { r.Spec.Path = "a b" }, `spec.path: "a b" is not a place in a client such as taxId or contacts[].jobTitle`},
		{func(r *rules.Rule) { r.Spec.Path, r.Spec.ForEach = "a[].b[]", &rules.ForEach{In: "x", As: "y"} }, "spec.path: has [] twice, and forEach walks one list"},
		{func(r *rules.Rule) { r.Spec.ForEach = &rules.ForEach{As: "y"} }, "spec.forEach.in: is missing; name a list such as client.contacts"},
		{func(r *rules.Rule) { r.Spec.ForEach = &rules.ForEach{In: "x"} }, "spec.forEach.as: is missing; give a name such as licenceUntil"},
		{func(r *rules.Rule) { r.Spec.ForEach = &rules.ForEach{In: "x", As: strings.Repeat("y", 64)} }, "spec.forEach.as: has 64 characters and at most 63 are allowed"},
		{func(r *rules.Rule) { r.Spec.Limits = &rules.Limits{Fuel: -1} }, "spec.limits.fuel: is -1; give 1 to 100000000 units for one client, or none for the default of 20000000"},
		{func(r *rules.Rule) { r.Spec.Limits = &rules.Limits{Memory: "-1"} }, `spec.limits.memory: "-1" is not an amount of memory such as 512Ki or 16Mi`},
		{func(r *rules.Rule) { r.Spec.Limits = &rules.Limits{Memory: "4294967295Gi"} }, `spec.limits.memory: "4294967295Gi" is out of range: give 64Ki to 64Mi`},
		{func(r *rules.Rule) { r.Spec.Isolation = "Bacth" }, `spec.isolation: "Bacth" is not known here; did you mean "Batch"?`},
		{func(r *rules.Rule) { ofModule(r).Module.Check = " x" }, `spec.module.check: the name of the check " x" begins or ends with a space`},
		{func(r *rules.Rule) { ofModule(r).Module.Check = "a\tb" }, `spec.module.check: the name of the check "a\tb" has a control character in it`},
		{func(r *rules.Rule) { ofModule(r).Module.Check = long }, "spec.module.check: the name of the check has more than 63 characters"},
		{func(r *rules.Rule) { ofModule(r).Module.Path = "a.wasm" }, "spec.module: has both digest and path; keep one"},
		{func(r *rules.Rule) { ofModule(r).Settings = []byte("5") }, "spec.settings: must be a mapping (key: value)"},
		{func(r *rules.Rule) { ofModule(r).Settings = []byte("{") }, "spec.settings: must be a mapping (key: value)"},
		{func(r *rules.Rule) { ofModule(r).Settings = []byte(`{"a":"` + strings.Repeat("a", 70_000) + `"}`) }, "spec.settings: has 70008 bytes as JSON and at most 65536 are allowed"},
		{func(r *rules.Rule) { ofLibrary(r).Settings = []byte("[]") }, "spec.settings: must be a mapping (key: value)"},
		{func(r *rules.Rule) { ofLibrary(r).Require = "true" }, "spec.require: cannot stand beside library: the library's rule itself says so; remove one of the two"},
		{func(r *rules.Rule) { ofLibrary(r).ForEach = &rules.ForEach{In: "client.contacts", As: "c"} }, "spec.forEach: cannot stand beside library: the library's rule itself says so; remove one of the two"},
		{func(r *rules.Rule) { ofLibrary(r).Path = "taxId" }, "spec.path: cannot stand beside library: the library's rule itself says so; remove one of the two"},
		{func(r *rules.Rule) { ofLibrary(r).Severity = "eror" }, `spec.severity: "eror" is not known here; did you mean "error"?`},
		{func(r *rules.Rule) { ofLibrary(r).Type = rules.Segmentation }, "spec.type: the rules of the library are Quality rules; remove the type or the library"},
		{func(r *rules.Rule) { ofModule(r).Library = "region" }, "spec.module: cannot stand beside library: the library's rule itself says so; remove one of the two"},
		{func(r *rules.Rule) {
			ofLibrary(r).Cases = []rules.Case{{Client: []byte("{}"), Settings: []byte("{}")}}
		}, "spec.cases[0].settings: belongs to case files; a rule has its settings in spec.settings"},
		{func(r *rules.Rule) { segmentation(r).Label = "" }, "spec: a Segmentation rule needs label (a CEL expression that gives a text) or module"},
		{func(r *rules.Rule) { segmentation(r).Message = map[string]string{"en": "x"} }, "spec.message: belongs to Quality rules; say why a client has its label in reason"},
		{func(r *rules.Rule) { segmentation(r).Labels = map[string]rules.Label{"": {}} }, "spec.labels.: the label is empty"},
		{func(r *rules.Rule) {
			segmentation(r).Labels = map[string]rules.Label{"a": {Title: map[string]string{"en": "{{ x }}"}}}
		}, "spec.labels.a.title.en: {{ }} has no meaning here; remove it"},
		{func(r *rules.Rule) {
			segmentation(r).Cases = []rules.Case{{Client: []byte("{}"), Findings: []rules.CaseFinding{{}}}}
		}, "spec.cases[0].findings: a Segmentation rule gives no findings; expect a label"},
	}
	for i, c := range cases {
		t.Run(fmt.Sprint(i, " ", c.want), func(t *testing.T) {
			rule, _, _ := valid()
			c.spoil(rule)
			if got := fmt.Sprint(rule.Validate()); got != "["+c.want+"]" {
				t.Errorf("got %s\nwant [%s]", got, c.want)
			}
		})
	}
}

// ofModule makes r a rule of a module.
func ofModule(r *rules.Rule) *rules.RuleSpec {
	r.Spec.Require = ""
	r.Spec.Module = &rules.Module{Digest: "sha256:" + strings.Repeat("0", 64), Check: "x"}
	return &r.Spec
}

// ofLibrary makes r a rule of the library, with all it may say itself.
func ofLibrary(r *rules.Rule) *rules.RuleSpec {
	r.Spec = rules.RuleSpec{Library: "region", Settings: []byte(`{"kinds":["company"]}`), Match: "true", SeverityBy: "'info'", Message: map[string]string{"en": "x"}}
	r.SetDefaults()
	return &r.Spec
}

// segmentation makes r a segmentation.
func segmentation(r *rules.Rule) *rules.RuleSpec {
	r.Spec = rules.RuleSpec{Type: rules.Segmentation, Label: "'a'"}
	r.SetDefaults()
	return &r.Spec
}

func TestValidateFieldAndDictionary(t *testing.T) {
	cases := []struct {
		spoil func(f *rules.Field, d *rules.Dictionary)
		want  string
	}{
		{func(f *rules.Field, _ *rules.Dictionary) { f.Spec.RequiredFor = " " }, "spec.requiredFor: is blank; write a CEL expression or remove it"},
		{func(f *rules.Field, _ *rules.Dictionary) { f.Spec.Label = map[string]string{"en": "{{ x }}"} }, "spec.label.en: {{ }} has no meaning here; remove it"},
		{func(f *rules.Field, _ *rules.Dictionary) { f.Spec.Description = strings.Repeat("a", 5000) }, "spec.description: has 5000 bytes and at most 4096 are allowed"},
		{func(f *rules.Field, _ *rules.Dictionary) { f.Metadata.Name = "while" }, `metadata.name: "while" is a word of CEL itself; choose another name`},
		{func(_ *rules.Field, d *rules.Dictionary) { d.Spec.Of = "" }, "spec.of: is missing; name the place in the client whose values are listed, such as companySize"},
		{func(_ *rules.Field, d *rules.Dictionary) { d.Spec.Of = "properties." }, "spec.of: the key of the property is empty"},
		{func(_ *rules.Field, d *rules.Dictionary) { d.Spec.Of = "fields.a-b" }, `spec.of: "a-b" is not a name for CEL: begin with a letter, go on with letters, digits and _`},
		{func(_ *rules.Field, d *rules.Dictionary) { d.Spec.Values = nil }, "spec.values: is empty: a dictionary without values would refuse every value"},
		{func(_ *rules.Field, d *rules.Dictionary) { d.Spec.Values[0].Value = "" }, "spec.values[0].value: the value is empty"},
		{func(_ *rules.Field, d *rules.Dictionary) { d.Spec.Values = manyValues(10_001) }, "spec.values: has 10001 values and at most 10000 are allowed"},
	}
	for i, c := range cases {
		t.Run(fmt.Sprint(i, " ", c.want), func(t *testing.T) {
			_, field, dictionary := valid()
			c.spoil(field, dictionary)
			got := append(field.Validate(), dictionary.Validate()...)
			if fmt.Sprint(got) != "["+c.want+"]" {
				t.Errorf("got %v\nwant [%s]", got, c.want)
			}
		})
	}
}

func manyValues(n int) []rules.DictionaryValue {
	values := make([]rules.DictionaryValue, n)
	for i := range values {
		values[i].Value = fmt.Sprint(i)
	}
	return values
}
