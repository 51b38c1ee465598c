package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"assay/rules"
	"assay/rules/library"
	"assay/rules/schema"
)

// validators are the schemas in a validator that is not the generator's.
func validators(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	all := map[string]*jsonschema.Schema{}
	for _, name := range schema.Names() {
		text, ok := schema.Of(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(name+".json", doc); err != nil {
			t.Fatal(err)
		}
		if all[name], err = c.Compile(name + ".json"); err != nil { // checked by the schema of schemas
			t.Fatal(err)
		}
	}
	return all
}

// check validates one manifest in YAML by the schema of its kind and by that of all kinds.
func check(t *testing.T, by map[string]*jsonschema.Schema, kind, manifest string) (of, all error) {
	t.Helper()
	var read any
	if err := yaml.Unmarshal([]byte(manifest), &read); err != nil {
		t.Fatalf("%v in\n%s", err, manifest)
	}
	text, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return by[strings.ToLower(kind)].Validate(doc), by[schema.All].Validate(doc)
}

// documents parts the documents of a file, each of which is a manifest.
func documents(text string) (list []string) {
	for _, doc := range regexp.MustCompile(`(?m)^---\s*$`).Split(text, -1) {
		if strings.TrimSpace(doc) != "" {
			list = append(list, doc)
		}
	}
	return list
}

// manifests returns every manifest of the repository by where it stands: files, and the pieces of YAML
// in documents.
func manifests(t *testing.T) map[string]string {
	t.Helper()
	const root = "../.."
	fenced := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")
	found := map[string]string{}
	add := func(where, text string) {
		for i, doc := range documents(text) {
			found[fmt.Sprintf("%s, document %d", where, i+1)] = doc
		}
	}
	for _, dir := range []string{"rules/builtin", "examples", "rules/cel", "sdk", "server"} {
		files, err := rules.ManifestFiles(os.DirFS(filepath.Join(root, dir)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(filepath.Join(root, dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := rules.Parse(text, rules.ParseOptions{ModulePaths: true}); err == nil {
				add(filepath.Join(dir, file), string(text))
			}
		}
	}
	for _, file := range []string{"README.md", "rules/README.md", "sdk/README.md", "sdk/abi/STDIO.md", "sdk/abi/ABI.md", "rules/cel/LANGUAGE.md"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		for i, block := range fenced.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(block[1], "apiVersion: ") {
				add(fmt.Sprintf("%s, piece %d", file, i+1), block[1])
			}
		}
	}
	return found
}

func kindOf(t *testing.T, manifest string) string {
	t.Helper()
	var head struct{ Kind string }
	if err := yaml.Unmarshal([]byte(manifest), &head); err != nil {
		t.Fatal(err)
	}
	return head.Kind
}

func TestTheManifestsOfTheRepositoryFit(t *testing.T) {
	by := validators(t)
	all := manifests(t)
	for where, text := range all {
		if of, any := check(t, by, kindOf(t, text), text); of != nil || any != nil {
			t.Errorf("%s: %v, %v", where, of, any)
		}
	}
	for _, want := range []string{"rules/builtin/tax-id/rule.yaml, document 1", "examples/unusual-fields/manifests/fields.yaml, document 1", "rules/README.md, piece 1, document 2"} {
		if all[want] == "" {
			t.Errorf("%s was not looked at", want)
		}
	}
}

func TestTheRulesOfTheLibraryFitWithTheSettingsOfTheirCases(t *testing.T) {
	by := validators(t)
	manifest := func(name string, settings json.RawMessage) string {
		spec := `{"library":"` + name + `"`
		if settings != nil {
			spec += `,"settings":` + string(settings)
		}
		return `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"r"},"spec":` + spec + `}}`
	}
	for _, e := range library.All() {
		cases, err := rules.ParseCases(e.Cases)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if of, any := check(t, by, rules.KindRule, manifest(e.Name, c.Settings)); of != nil || any != nil {
				t.Errorf("%s with %s: %v, %v", e.Name, c.Settings, of, any)
			}
		}
		if of, _ := check(t, by, rules.KindRule, manifest(e.Name, json.RawMessage(`{"nonesuch":1}`))); of == nil {
			t.Errorf("%s takes settings that it does not have", e.Name)
		}
	}
}

func TestDescriptionsEnumsAndDefaultsAreThere(t *testing.T) {
	var s struct {
		Properties struct {
			Spec struct {
				Properties map[string]struct {
					Description string
					Enum        []string
					Default     string
					Examples    []any
				}
			}
		}
	}
	text, _ := schema.Of("Rule")
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	for name, p := range s.Properties.Spec.Properties {
		if p.Description == "" || strings.ContainsAny(p.Description, "\t") {
			t.Errorf("spec.%s is described as %q", name, p.Description)
		}
	}
	mode := s.Properties.Spec.Properties["mode"]
	if !slices.Equal(mode.Enum, []string{"Shadow", "Monitor", "Enforce"}) || mode.Default != "Monitor" || !strings.Contains(mode.Description, "Enforce: also refuses a write") {
		t.Errorf("mode is %+v", mode)
	}
	if len(s.Properties.Spec.Properties["require"].Examples) == 0 {
		t.Error("require has no example")
	}
}
