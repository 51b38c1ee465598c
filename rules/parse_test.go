package rules_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"assay/rules"
)

const jobTitle = `apiVersion: assay/v1
kind: Rule
metadata: {name: contact-job-title, labels: {set: default}}
spec:
  type: Quality                    # Quality | Segmentation
  match: client.kind == "company"  # CEL, optional
  forEach: {in: client.contacts, as: contact}
  require: contact.jobTitle != ""
  path: contacts[].jobTitle
  message:
    en: "{{ contact.name }} has no job title"
    ru: "У контактного лица {{ contact.name }} не указана должность"
  cases: [{client: {kind: company, taxId: "77", birthday: 2020-01-31, amount: 0x10}, findings: [{path: "contacts[0].jobTitle"}]}]
  limits: {fuel: 20000, memory: 16Mi}
  isolation: Record
`

const size = `{"apiVersion": "assay/v1", "kind": "Rule", "metadata": {"name": "size"},
 "spec": {"type": "Segmentation", "label": "client.companySize == \"large\" ? \"large\" : \"\"",
	"labels": {"large": {"title": {"en": "Large \ud83d\ude00", "uk": "Великі"}}}}}`

const licence = `apiVersion: assay/v1
kind: Field
metadata: {name: licenceUntil}
spec: {type: date, label: {en: Licence until, ru: Лицензия до}, requiredFor: 'client.industries.exists(i, i == "pharmacy")'}
`

const module = `apiVersion: assay/v1
kind: Rule
metadata: {name: licence}
spec:
  type: Quality
  mode: Enforce
  severity: error
  module: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", check: licence}
  settings: {days: 30, list: [a, 1, true, null, 1.5], "b": {x: 2020-01-01}}
`

const sizes = `apiVersion: assay/v1
kind: Dictionary
metadata: {name: sizes}
spec:
  of: companySize
  values:
    - {value: small, title: {en: Small}}
    - {value: large}
`

func TestParseFillsInDefaults(t *testing.T) {
	objects, err := rules.Parse([]byte(jobTitle+"---\n---\n# nothing here\n---\n"+licence+"--- \n"+module+"---\n"+sizes), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 4 {
		t.Fatalf("got %d objects, want 4", len(objects))
	}
	rule := objects[0].(*rules.Rule)
	want := rules.RuleSpec{
		Type: rules.Quality, Mode: rules.Monitor, Severity: rules.Warning, FailurePolicy: rules.Allow,
		Match:   `client.kind == "company"`,
		ForEach: &rules.ForEach{In: "client.contacts", As: "contact"},
		Require: `contact.jobTitle != ""`,
		Path:    "contacts[].jobTitle",
		Message: map[string]string{
			"en": "{{ contact.name }} has no job title",
			"ru": "У контактного лица {{ contact.name }} не указана должность",
		},
		Limits: &rules.Limits{Fuel: 20000, Memory: "16Mi"}, Isolation: rules.IsolateRecord,
		Cases: []rules.Case{{
			Client:   []byte(`{"kind":"company","taxId":"77","birthday":"2020-01-31","amount":16}`),
			Findings: []rules.CaseFinding{{Path: "contacts[0].jobTitle"}},
		}},
	}
	if !reflect.DeepEqual(rule.Spec, want) {
		t.Errorf("spec\n got %+v\nwant %+v", rule.Spec, want)
	}
	if got := string(objects[2].(*rules.Rule).Spec.Settings); got != `{"days":30,"list":["a",1,true,null,1.5],"b":{"x":"2020-01-01"}}` {
		t.Errorf("settings %s", got)
	}
	values := []rules.DictionaryValue{{Value: "small", Title: map[string]string{"en": "Small"}}, {Value: "large"}}
	if got := objects[3].(*rules.Dictionary).Spec.Values; !reflect.DeepEqual(got, values) {
		t.Errorf("values %+v", got)
	}
}

func TestParseReadsJSON(t *testing.T) {
	object, err := rules.ParseOne([]byte(size), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rule := object.(*rules.Rule)
	if got := rule.Spec.Labels["large"].Title["en"]; got != "Large 😀" {
		t.Errorf("title %q", got)
	}
	if rule.Spec.Mode != rules.Monitor || rule.Spec.Severity != "" {
		t.Errorf("a segmentation has mode Monitor and no severity, got %q and %q", rule.Spec.Mode, rule.Spec.Severity)
	}
}

func TestParseReadsFlowYAMLThatIsNotJSON(t *testing.T) {
	text := `{"apiVersion": assay/v1, kind: Dictionary, metadata: {name: d}, spec: {of: tags, values: [{value: a}]}}`
	if _, err := rules.Parse([]byte(text), rules.ParseOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestParseTakesStatusAsTheServers(t *testing.T) {
	object, err := rules.ParseOne([]byte(jobTitle+"status: {from: the future, conditions: 5}\n"), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := object.(*rules.Rule).Status; !reflect.DeepEqual(got, rules.RuleStatus{}) {
		t.Errorf("status was read: %+v", got)
	}
}

func TestParseExpandsAliases(t *testing.T) {
	text := edit(edit(sizes, "{en: Small}", "&t {en: Small}"), "{value: large}", "{value: large, title: *t}")
	object, err := rules.ParseOne([]byte(text), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := object.(*rules.Dictionary).Spec.Values[1].Title["en"]; got != "Small" {
		t.Errorf("title %q", got)
	}
}

// edit returns a manifest with one piece of it replaced.
func edit(manifest, from, to string) string {
	if !strings.Contains(manifest, from) {
		panic("the manifest has no " + from)
	}
	return strings.Replace(manifest, from, to, 1)
}

// TestParseListsEveryProblem has one manifest a case and the whole list of what is said of it.
func TestParseListsEveryProblem(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"line 1, column 1: there is no manifest in it; one begins with apiVersion: assay/v1"}},
		{"only comments", "# a\n---\n", []string{"line 1, column 1: there is no manifest in it; one begins with apiVersion: assay/v1"}},
		{"text", "hello", []string{"line 1, column 1: this is no manifest; one begins with apiVersion: assay/v1 and kind: Rule, Field, Dictionary or Webhook"}},
		{"list", "- a\n", []string{"line 1, column 1: this is no manifest; one begins with apiVersion: assay/v1 and kind: Rule, Field, Dictionary or Webhook"}},
		{"wrong head", "apiVersion: v1\nkind: rule\n", []string{
			"line 1, column 13: apiVersion: must be assay/v1",
			`line 2, column 7: kind: "rule" is not a kind; did you mean "Rule"?`,
		}},
		{"no head", "metadata: {name: x}\n", []string{
			"line 1, column 1: this is no manifest; one begins with apiVersion: assay/v1 and kind: Rule, Field, Dictionary or Webhook",
		}},
		{"no version", "kind: Rule\nmetadata: {name: x}\n", []string{
			"line 1, column 1: apiVersion: is missing; write apiVersion: assay/v1",
			"line 1, column 1: spec.type: is missing; known are Quality, Segmentation",
		}},
		{"no kind", "apiVersion: assay/v1\nmetadata: {name: x}\n", []string{
			"line 1, column 1: kind: is missing; write Rule, Field, Dictionary or Webhook",
		}},
		{"unknown kind", edit(jobTitle, "kind: Rule", "kind: Deployment"), []string{
			`line 2, column 7: kind: "Deployment" is not a kind; known are Dictionary, Field, Rule, Webhook`,
		}},
		{"unknown keys in three places", edit(edit(edit(jobTitle, "require:", "requre:"), "labels:", "lables:"), "fuel:", "feul:"), []string{
			`line 3, column 37: metadata.lables: unknown key; did you mean "labels"?`,
			`line 8, column 3: spec.requre: unknown key; did you mean "require"?`,
			`line 14, column 12: spec.limits.feul: unknown key; did you mean "fuel"?`,
		}},
		{"far from everything", edit(jobTitle, "forEach: {in: client.contacts, as: contact}", "forEach: {in: client.contacts, as: contact, zzzzzz: 1}"), []string{
			"line 7, column 47: spec.forEach.zzzzzz: unknown key; known are as, in",
		}},
		{"duplicate keys", edit(jobTitle, "  path:", "  require: 'true'\n  path:"), []string{
			"line 9, column 3: spec.require: the key is here twice: first on line 8; remove one",
		}},
		{"wrong types", edit(edit(edit(jobTitle, `require: contact.jobTitle != ""`, "require: true"), "fuel: 20000", "fuel: 1.5"), "name: contact-job-title", "name: 007"), []string{
			`line 3, column 18: metadata.name: must be text, not a number; put it in quotes: "007"`,
			`line 8, column 12: spec.require: must be text, not true or false; put it in quotes: "true"`,
			"line 14, column 18: spec.limits.fuel: must be a whole number, not 1.5",
		}},
		{"mapping for a list", edit(sizes, "of: companySize\n  values:\n    - {value: small, title: {en: Small}}\n    - {value: large}", "of: companySize\n  values: {small: Small}"), []string{
			"line 6, column 11: spec.values: must be a list, not a mapping (key: value)",
		}},
		{"bad values", edit(edit(jobTitle, "type: Quality ", "type: quality "), "memory: 16Mi", "memory: 16MB"), []string{
			`line 5, column 9: spec.type: "quality" is not known here; did you mean "Quality"?`,
			`line 14, column 33: spec.limits.memory: "16MB" is not an amount of memory such as 512Ki or 16Mi`,
		}},
		{"memory out of range", edit(jobTitle, "memory: 16Mi", "memory: 5Gi"), []string{
			`line 14, column 33: spec.limits.memory: "5Gi" is out of range: give 64Ki to 64Mi`,
		}},
		{"language", edit(jobTitle, "    ru:", "    de:"), []string{
			`line 12, column 9: spec.message.de: "de" is not a language of Assay; known are en, ru, uk`,
		}},
		{"template", edit(jobTitle, "{{ contact.name }} has", "{{ contact.name } has"), []string{
			`line 11, column 9: spec.message.en: "{{" is not closed: write {{ expression }} (at character 1)`,
		}},
		{"quality without require and message", "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: x}\nspec: {type: Quality}\n", []string{
			"line 4, column 7: spec: a Quality rule needs require (a CEL expression that must be true), library or module",
		}},
		{"module and CEL", edit(jobTitle, "  path:", `  module: {check: ""}`+"\n  settings: {}\n  path:"), []string{
			"line 6, column 10: spec.match: cannot stand beside module: let the module pass over the clients it does not judge, or remove module",
			"line 7, column 12: spec.forEach: cannot stand beside module: the module itself says so; remove one of the two",
			"line 8, column 12: spec.require: cannot stand beside module: the module itself says so; remove one of the two",
			`line 9, column 11: spec.module: needs digest: "sha256:…", as uploading the module answers it`,
			"line 11, column 9: spec.path: cannot stand beside module: the module itself says so; remove one of the two",
		}},
		{"digest", edit(module, "sha256:0123", "sha256:0123Z"), []string{
			`line 8, column 20: spec.module.digest: "sha256:0123Z456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" is not "sha256:" and 64 hexadecimal digits in lower case`,
		}},
		{"path of a module where files cannot be read", edit(module, `digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"`, "path: licence.wasm"), []string{
			"line 8, column 18: spec.module.path: a file cannot be named here; upload the module and give its digest, or apply the manifest with the command line",
		}},
		{"settings without a module", edit(jobTitle, "  path:", "  settings: {a: 1}\n  path:"), []string{
			"line 9, column 13: spec.settings: settings are for modules and rules of the library; remove them, or name the module or the library's rule",
		}},
		{"path without forEach", edit(jobTitle, "  forEach: {in: client.contacts, as: contact}\n", ""), []string{
			"line 8, column 9: spec.path: [] stands for the row of forEach and there is no forEach",
		}},
		{"variable", edit(jobTitle, "as: contact}", "as: client}"), []string{
			`line 7, column 38: spec.forEach.as: "client" is taken; choose another name`,
		}},
		{"segmentation that enforces", "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: x}\nspec: {type: Segmentation, mode: Enforce, severity: error, label: '\"a\"', labels: {' a': {}}}\n", []string{
			"line 4, column 34: spec.mode: Enforce refuses findings and a Segmentation rule has none; use Shadow or Monitor",
			"line 4, column 53: spec.severity: belongs to Quality rules; remove it",
			`line 4, column 89: spec.labels. a: the label " a" begins or ends with a space`,
		}},
		{"isolation", edit(jobTitle, "isolation: Record", "isolation: record"), []string{
			`line 15, column 14: spec.isolation: "record" is not known here; did you mean "Record"?`,
		}},
		{"a key that is not there", edit(jobTitle, "  path:", "  advice: '1'\n  path:"), []string{
			`line 9, column 3: spec.advice: unknown key; known are cases, failurePolicy, forEach, isolation, label, labels, library, limits, match, message, mode, module, path, reason, require, settings, severity, severityBy, suggest, type`,
		}},
		{"name", edit(jobTitle, "name: contact-job-title", "name: Contact_Job"), []string{
			`line 3, column 18: metadata.name: "Contact_Job" has something else than lower-case letters, digits, - and . between them`,
		}},
		{"long name", edit(jobTitle, "name: contact-job-title", "name: "+strings.Repeat("a", 64)), []string{
			"line 3, column 18: metadata.name: has 64 characters and at most 63 are allowed",
		}},
		{"field name", edit(licence, "licenceUntil", "in"), []string{
			`line 3, column 18: metadata.name: "in" is a word of CEL itself; choose another name`,
		}},
		{"field name for CEL", edit(licence, "licenceUntil", "licence-until"), []string{
			`line 3, column 18: metadata.name: "licence-until" is not a name for CEL: begin with a letter, go on with letters, digits and _`,
		}},
		{"field type", edit(licence, "type: date", "type: dat"), []string{
			`line 4, column 14: spec.type: "dat" is not known here; did you mean "date"?`,
		}},
		{"dictionary", edit(edit(sizes, "of: companySize", "of: companysize"), "value: large", "value: small"), []string{
			`line 5, column 7: spec.of: "companysize" has no vocabulary; did you mean "companySize"?`,
			`line 8, column 15: spec.values[1].value: "small" is here twice: first as spec.values[0]`,
		}},
		{"cases", edit(jobTitle, "cases: [{client:", "cases: [{}, {client: 5}, {raw: true, label: x, client:"), []string{
			"line 13, column 11: spec.cases[0]: needs client, in the form of the API: client: {kind: company}",
			"line 13, column 24: spec.cases[1].client: must be a mapping in the form of the API: {kind: company}",
			"line 13, column 34: spec.cases[2].raw: belongs to case files; give the client as it is stored",
			"line 13, column 47: spec.cases[2].label: a Quality rule gives no label; expect findings",
		}},
		{"two documents, problems in both", edit(jobTitle, "requ", "re_qu") + "---\n" + edit(licence, "type: date", "typ: date"), []string{
			`line 8, column 3: spec.re_quire: unknown key; did you mean "require"?`,
			`line 20, column 8: spec.typ: unknown key; did you mean "type"?`,
		}},
		{"declared twice", sizes + "---\n" + sizes, []string{
			"line 12, column 18: metadata.name: Dictionary sizes is declared twice: first in the document on line 1",
		}},
		{"a text that begins with braces", edit(jobTitle, `en: "{{ contact.name }} has no job title"`, "en: {{ contact.name }}"), []string{
			"line 11, column 10: spec.message.en: a mapping stands where a key is expected; text that begins with {{ must be in quotes",
		}},
		{"tag", edit(jobTitle, "name: contact", "name: !!str contact"), []string{
			"line 3, column 18: metadata.name: YAML tags such as !!str are not used here; remove it",
		}},
		{"merge key", edit(sizes, "spec:\n", "spec:\n  <<: {of: tags}\n"), []string{
			"line 5, column 3: spec: merge keys (<<) are not used here; write the keys out",
		}},
		{"JSON syntax", `{"apiVersion": "assay/v1",` + "\n" + ` "kind": "Rule" "metadata": 1}`, []string{
			"line 2, column 17: not JSON: invalid character '\"' after object key:value pair",
		}},
		{"JSON breaks off", `{"apiVersion": "assay/v1", "spec": {`, []string{
			"line 1, column 37: not JSON: the text ends before its last bracket is closed",
		}},
		{"JSON duplicate and unknown", edit(size, `"type": "Segmentation"`, `"type": "Segmentation", "tpe": 1, "type": ""`), []string{
			`line 2, column 35: spec.tpe: unknown key; did you mean "type"?`,
			"line 2, column 45: spec.type: the key is here twice: first on line 2; remove one",
		}},
		{"not UTF-8", "apiVersion: assay/v1\nkind: \xcf\xf0", []string{"line 2, column 7: not UTF-8 text; save the file in the encoding UTF-8"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			objects, err := rules.Parse([]byte(c.text), rules.ParseOptions{})
			var bad *rules.ParseError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, %v, want a ParseError", objects, err)
			}
			got := make([]string, len(bad.Problems))
			for i, p := range bad.Problems {
				got[i] = p.String()
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("problems\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
			}
		})
	}
}

// TestSyntaxErrorsNameTheirPlace has the mistakes people make in YAML, with the
// place where the mistake is rather than where a parser notices it.
func TestSyntaxErrorsNameTheirPlace(t *testing.T) {
	cases := []struct {
		name, text   string
		line, column int
		hint         string
	}{
		{"indentation", "spec:\n  type: Quality\n mode: x\nfoo: 1\n", 3, 2, "did not find expected key"},
		{"unquoted ternary", "a: 1\nspec:\n  label: x ? \"b\": \"c\"\n", 3, 17, "an expression with a colon must be in quotes"},
		{"open quote", "a: 1\nspec:\n  require: \"abc\n  b: 1\n", 3, 12, "end of stream"},
		{"tab", "a: 1\nspec:\n\trequire: abc\n  b: 1\n", 3, 1, "indent with spaces"},
		{"open brace", "a: 1\nb: {a, b\nc: 1\n", 2, 8, "','"},
		{"wrong bracket", "a: 1\nb: [a, b}\nc: 1\n", 2, 8, "']'"},
		{"reserved character", "a: 1\nb: @foo\nc: 1\n", 2, 4, "cannot start any token"},
		{"escape", "a: 1\nb: \"\\q\"\nc: 1\n", 2, 5, "escape"},
		{"no colon", "a: 1\nfoo\nc: 1\n", 2, 1, "':'"},
		{"braces in the middle of a block", "a: 1\nb: {{ foo }} has\nc: 1\n", 2, 14, "must be in quotes"},
		{"list at the wrong place", "a: 1\nb:\n  - 1\n - 2\nc: 1\n", 4, 2, "expected key"},
		{"unknown alias", "a: 1\nb: *foo\nc: 1\n", 2, 7, "unknown anchor"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := rules.Parse([]byte(c.text), rules.ParseOptions{})
			var bad *rules.ParseError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want a ParseError", err)
			}
			p := bad.Problems[0]
			if p.Line != c.line || p.Column != c.column || !strings.Contains(p.Message, c.hint) {
				t.Errorf("got %s, want line %d, column %d and %q", p, c.line, c.column, c.hint)
			}
		})
	}
}

func TestParseBoundsItsInput(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for _, name := range strings.Split("bcdefgh", "") {
		before := string(name[0] - 1)
		bomb += fmt.Sprintf("%s: &%s [%s]\n", name, name, strings.TrimSuffix(strings.Repeat("*"+before+", ", 10), ", "))
	}
	cases := []struct{ name, text, want string }{
		{"too many bytes", strings.Repeat("# a\n", 300_000), "at most 1048576 are read"},
		{"alias bomb", bomb, "more than 100000 values"},
		{"alias of itself", "a: &a [*a]\n", "nested more than 64 levels deep"},
		{"deep YAML", strings.Repeat("[", 20_000), "depth"},
		{"deep JSON", `{"a":` + strings.Repeat("[", 20_000), "nested more than 64 levels deep"},
		{"rather deep YAML", strings.Repeat("- ", 100) + "x", "nested more than 64 levels deep"},
		{"rather deep JSON", strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), "nested more than 64 levels deep"},
		{"many values", "[" + strings.Repeat("1, ", 200_000) + "1]", "more than 100000 values"},
		{"many problems", "apiVersion: assay/v1\nkind: Rule\nspec:\n" + manyKeys(1000), "and 902 more problems"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := rules.Parse([]byte(c.text), rules.ParseOptions{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  key%d: 1\n", i)
	}
	return b.String()
}

func TestParseOneRefusesTwo(t *testing.T) {
	_, err := rules.ParseOne([]byte(sizes+"---\n"+licence), rules.ParseOptions{})
	if err == nil || !strings.Contains(err.Error(), "there are 2 manifests") {
		t.Fatalf("got %v", err)
	}
}

func TestParseAcceptsFilesOfModulesWhenAsked(t *testing.T) {
	text := edit(module, `digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"`, "path: licence.wasm")
	object, err := rules.ParseOne([]byte(text), rules.ParseOptions{ModulePaths: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := object.(*rules.Rule).Spec.Module.Path; got != "licence.wasm" {
		t.Errorf("path %q", got)
	}
}

func TestLocate(t *testing.T) {
	cases := []struct {
		path         string
		line, column int
	}{
		{"spec.require", 8, 12},
		{"spec.message.ru", 12, 9},
		{"spec.cases[0].client.kind", 13, 27},
		{"spec.label", 5, 3},
	}
	for _, c := range cases {
		line, column, ok := rules.Locate([]byte(jobTitle), c.path)
		if !ok || line != c.line || column != c.column {
			t.Errorf("%s is at line %d, column %d, %v; want %d, %d", c.path, line, column, ok, c.line, c.column)
		}
	}
	if _, _, ok := rules.Locate([]byte("a: ["), "a"); ok {
		t.Error("a place in a text that cannot be read")
	}
}
