package library_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"assay/rules"
	"assay/rules/library"
)

func ExampleFind() {
	_, err := library.Find("stale-verificaton")
	fmt.Println(err)
	entry, _ := library.Find("stale-verification")
	fmt.Println(entry.Title["en"])
	// Output:
	// the library has no rule "stale-verificaton"; did you mean "stale-verification"?
	// The data were not verified for too long
}

func TestEveryFolderIsEmbedded(t *testing.T) {
	manifests, err := fs.Glob(os.DirFS("."), "*/rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if all := library.All(); len(manifests) != len(all) {
		t.Errorf("%d folders have a rule.yaml and %d are embedded", len(manifests), len(all))
	}
}

// setting is the schema of one setting.
type setting struct {
	Type, Format string
	Title        string
	Titles       map[string]string
	Default      json.RawMessage
	Minimum      *float64
	Maximum      *float64
	MaxLength    *int
	Items        *struct{ Type string }
}

func properties(t testing.TB, e *library.Entry) map[string]setting {
	t.Helper()
	var schema struct{ Properties map[string]setting }
	if err := json.Unmarshal(e.Settings, &schema); err != nil {
		t.Fatal(err)
	}
	return schema.Properties
}

// TestRulesAreWhatARuleOfTheLibraryShouldBe: whole Quality rules in three languages, with settings that have a
// title in each, whose match is left to the user.
func TestRulesAreWhatARuleOfTheLibraryShouldBe(t *testing.T) {
	for _, e := range library.All() {
		rule := &rules.Rule{Metadata: rules.Metadata{Name: e.Name}, Spec: e.Spec}
		rule.Spec.Type = rules.Quality
		rule.SetDefaults()
		if problems := rule.Validate(); len(problems) > 0 {
			t.Errorf("%s: %v", e.Name, problems)
		}
		if e.Spec.Match != "" || e.Spec.Path == "" || e.Spec.Severity == "" || e.Spec.Mode != "" {
			t.Errorf("%s: a rule has a path and a severity, no mode and no match: %+v", e.Name, e.Spec)
		}
		for _, lang := range rules.Languages() {
			if e.Title[lang] == "" || e.Spec.Message[lang] == "" {
				t.Errorf("%s: no title or message in %s", e.Name, lang)
			}
			for name, s := range properties(t, e) {
				if s.Title == "" || lang != "en" && s.Titles[lang] == "" {
					t.Errorf("%s: the setting %s has no title in %s", e.Name, name, lang)
				}
			}
		}
		for name, s := range properties(t, e) {
			if !slices.Contains([]string{"boolean", "integer", "number", "string", "array"}, s.Type) || s.Type == "integer" && (s.Minimum == nil || s.Maximum == nil) {
				t.Errorf("%s: the setting %s has no type that expressions know, or is an integer without bounds", e.Name, name)
			}
		}
	}
}

// TestDefaultsFitTheirSchemas: a rule without settings of its own is the rule with its defaults written out, or
// says which setting it needs.
func TestDefaultsFitTheirSchemas(t *testing.T) {
	for _, e := range library.All() {
		defaults := map[string]json.RawMessage{}
		for name, s := range properties(t, e) {
			if s.Default != nil {
				defaults[name] = s.Default
			}
		}
		written, err := json.Marshal(defaults)
		if err != nil {
			t.Fatal(err)
		}
		bare, err := compiler.Compile(t.Context(), enable(t, e.Name, nil, ""))
		if err != nil {
			if !strings.Contains(err.Error(), "spec.settings.") || !strings.Contains(err.Error(), "is missing") {
				t.Errorf("%s without settings: %v", e.Name, err)
			}
			continue
		}
		if full := compile(t, enable(t, e.Name, written, "")); bare.Digest != full.Digest {
			t.Errorf("%s: without settings it is another module than with %s", e.Name, written)
		}
		_ = bare.Close(t.Context())
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct{ name, settings, want string }{
		{"stale-verificaton", `{}`, `spec.library: the library has no rule "stale-verificaton"; did you mean "stale-verification"?`},
		{"nothing-like-it", `{}`, `spec.library: the library has no rule "nothing-like-it"; GET /api/v1/library and assay get library list them`},
		{"stale-verification", `{"day":90}`, `spec.settings.day: there is no such setting; did you mean "days"?`},
		{"stale-verification", `{"days":"90"}`, `spec.settings.days: is text; a whole number is expected`},
		{"stale-verification", `{"days":90.5}`, `spec.settings.days: is a number; a whole number is expected`},
		{"stale-verification", `{"days":0}`, `spec.settings.days: is 0; at least 1 is allowed`},
		{"stale-verification", `{"days":null}`, `spec.settings.days: is null; a whole number is expected`},
		{"birthday", `{"days":61}`, `spec.settings.days: is 61; at most 60 is allowed`},
		{"required", `{}`, `spec.settings.field: is missing`},
		{"required", `{"field":"regoin"}`, `spec.settings.field: there is no field "regoin", did you mean region?`},
		{"required", `{"field":"fields.glm"}`, `spec.settings.field: there is no field "fields.glm", did you mean gln?`},
		{"required", `{"field":"fields.unknownOne"}`, `spec.settings.field: there is no field "fields.unknownOne": declare it as a Field first`},
		{"required", `{"field":"feilds.gln"}`, `spec.settings.field: there is no field "feilds.gln", did you mean fields?`},
		{"required", `{"field":"fields"}`, `spec.settings.field: "fields" holds several values: name one of them, fields.…`},
		{"required", `{"field":"contacts.name"}`, `spec.settings.field: "contacts.name": contacts has no parts that can be named here`},
		{"required", `{"field":"region.x"}`, `spec.settings.field: "region.x": region has no parts that can be named here`},
		{"required", `{"field":"activity.x.y"}`, `spec.settings.field: there is no field "activity.x.y"`},
		{"required", `{"field":""}`, `spec.settings.field: there is no field ""`},
		{"required", `{"field":"client.region || true"}`, `spec.settings.field: there is no field "client.region || true"`},
		{"required", `{"field":"region","kinds":["firm"]}`, `spec.settings.kinds[0]: must be one of "company", "soleTrader", "person"`},
		{"pattern", `{"field":"activity.revenue","pattern":"x"}`, `spec.settings.field: "activity.revenue" does not hold a text: name one that does, such as callWindow, companySize,`},
		{"pattern", `{"field":"region","pattern":"[a"}`, `spec.settings.pattern: '[a' is not valid regex: error parsing regexp: missing closing ]`},
		{"pattern", `{"field":"region","pattern":"(?=a)"}`, `spec.settings.pattern: '(?=a)' is not valid regex`},
		{"one-of", `{"field":"region","values":[]}`, `spec.settings.values: has too few values: 0 of at least 1`},
		{"number-range", `{"field":"region","min":1}`, `spec.settings.field: "region" does not hold a number: name one that does, such as activity.interactions, activity.purchases, activity.revenue, completeness, fields.score, fields.staff, id, revision`},
		{"number-range", `{"field":"completeness"}`, `spec.settings.min: is missing`},
		{"date-range", `{"field":"fields.staff","from":"2027-01-31"}`, `spec.settings.field: "fields.staff" does not hold a date or time`},
		{"date-range", `{"field":"birthday","from":"31.01.2027"}`, `spec.settings.from: '31.01.2027' is not valid date`},
		{"date-range", `{"field":"birthday","to":"9999-12-31"}`, `spec.settings.to: '9999-12-31' does not match pattern`},
		{"tax-id-valid", `{"country":"US"}`, `spec.settings.country: must be one of "", "RU", "UA"`},
		{"manager-listed", `{"managers":"ivanov"}`, `spec.settings.managers: is text; a list is expected`},
	} {
		_, err := compiler.Compile(t.Context(), enable(t, tt.name, []byte(tt.settings), ""))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %s: %v\nwant %s", tt.name, tt.settings, err, tt.want)
		}
	}
}

// TestTheManualListsTheLibrary: the table of rules/README.md has every rule, with an example that can be applied.
func TestTheManualListsTheLibrary(t *testing.T) {
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		name, found := strings.CutPrefix(cells[0], "| `")
		if !found || len(cells) != 4 || !strings.HasSuffix(line, "}` |\n") {
			continue
		}
		name = strings.TrimSuffix(name, "`")
		example := strings.Trim(cells[3], "`| ")
		settings, err := yaml.YAMLToJSON([]byte(example))
		if err != nil {
			t.Fatalf("%s: %v", example, err)
		}
		compile(t, enable(t, name, settings, ""))
		listed = append(listed, name)
		entry, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		for setting := range properties(t, entry) {
			if !strings.Contains(cells[2], "`"+setting+"`") {
				t.Errorf("%s: the setting %s is not in the table", name, setting)
			}
		}
	}
	slices.Sort(listed)
	var all []string
	for _, e := range library.All() {
		all = append(all, e.Name)
	}
	if !slices.Equal(listed, all) {
		t.Errorf("listed are %q\nand there are %q", listed, all)
	}
}
