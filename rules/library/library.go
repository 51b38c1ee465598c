package library

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"sync"

	"sigs.k8s.io/yaml"

	"assay/rules"
)

//go:embed */rule.yaml */cases.yaml
var files embed.FS

// Entry is one rule of the library.
type Entry struct {
	Name  string            // as spec.library names it
	Title map[string]string // what it finds, by language
	// Settings is the JSON Schema of the settings; the default of each is in it.
	Settings json.RawMessage
	// Spec is what a rule says that is enabled with it; the expressions speak of settings.<name>.
	Spec  rules.RuleSpec
	Cases []byte // cases.yaml, for rules.ParseCases

	properties map[string]property
}

// All returns the rules of the library by name. They are everybody's: to be read only.
func All() []*Entry { return entries() }

// Find returns the rule of that name. The error says which was meant, or which there are.
func Find(name string) (*Entry, error) {
	names := make([]string, len(entries()))
	for i, e := range entries() {
		if names[i] = e.Name; e.Name == name {
			return e, nil
		}
	}
	hint := rules.Hint(name, slices.Values(names))
	if hint == "" {
		hint = "; GET /api/v1/library and assay get library list them"
	}
	return nil, fmt.Errorf("the library has no rule %q%s", name, hint)
}

// SetDefaults gives a rule of the library the severity that the library says, when it has none of its own.
func SetDefaults(o rules.Object) {
	r, ok := o.(*rules.Rule)
	if !ok || r.Spec.Library == "" || r.Spec.Severity != "" {
		return
	}
	if e, err := Find(r.Spec.Library); err == nil {
		r.Spec.Severity = e.Spec.Severity
	}
}

// entries reads the embedded files once. A test holds that all of them can be read.
var entries = sync.OnceValue(func() []*Entry {
	folders, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	list := make([]*Entry, len(folders))
	for i, folder := range folders {
		if list[i], err = readEntry(folder.Name()); err != nil {
			panic(fmt.Errorf("rules/library/%s: %w", folder.Name(), err))
		}
	}
	return list
})

func readEntry(name string) (*Entry, error) {
	text, err := files.ReadFile(path.Join(name, "rule.yaml"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Title    map[string]string `json:"title"`
		Settings json.RawMessage   `json:"settings"`
		Spec     rules.RuleSpec    `json:"spec"`
	}
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		return nil, err
	}
	var schema struct {
		Properties map[string]property `json:"properties"`
	}
	if err := json.Unmarshal(file.Settings, &schema); err != nil {
		return nil, err
	}
	cases, err := files.ReadFile(path.Join(name, "cases.yaml"))
	return &Entry{Name: name, Title: file.Title, Settings: file.Settings, Spec: file.Spec, Cases: cases, properties: schema.Properties}, err
}
