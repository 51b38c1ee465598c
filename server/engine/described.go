package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"assay/rules"
	"assay/sdk/abi"
)

// Flaws says what is wrong with a module's description that keeps no host from taking the module, a sentence each: a text in a language that nobody
// reads, settings whose schema is none, a default that its own schema refuses. Tools refuse to make such a module.
func Flaws(d abi.Description) (list []string) {
	for i := range d.Checks {
		c := &d.Checks[i]
		for _, flaw := range slices.Concat(unreadTexts(c), settingFlaws(c.Settings)) {
			list = append(list, fmt.Sprintf("check %s: %s", c.Name, flaw))
		}
	}
	return list
}

// unreadTexts names the texts of a check in languages that are none of Assay.
func unreadTexts(c *abi.CheckDescription) (list []string) {
	note := func(what string, texts map[string]string) {
		for _, language := range slices.Sorted(maps.Keys(texts)) {
			if !slices.Contains(rules.Languages(), language) {
				list = append(list, fmt.Sprintf("%s has a text in %q, which nobody reads; texts are in %s", what, language, strings.Join(rules.Languages(), ", ")))
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(c.Messages)) {
		note("the message "+code, c.Messages[code])
	}
	for _, label := range slices.Sorted(maps.Keys(c.Labels)) {
		note("the title of "+label, c.Labels[label].Title)
	}
	return list
}

// settingFlaws says what is wrong with a settings schema and its defaults.
func settingFlaws(schema []byte) []string {
	if len(schema) == 0 {
		return nil
	}
	compiled, err := compileSchema(schema)
	if err != nil {
		return []string{"its settings are described by what is not a JSON Schema: " + err.Error()}
	}
	return defaultFlaws("", compiled)
}

// defaultFlaws says which defaults of the settings at a path their own schemas refuse.
func defaultFlaws(path string, s *jsonschema.Schema) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		setting, at := s.Properties[name], strings.TrimPrefix(path+"."+name, ".")
		list = append(list, defaultFlaws(at, setting)...)
		if setting.Default == nil {
			continue
		}
		bad, wrong := errors.AsType[*jsonschema.ValidationError](setting.Validate(*setting.Default))
		if !wrong {
			continue
		}
		for _, p := range schemaProblems(bad, "the default of setting "+at, *setting.Default, nil) {
			list = append(list, p.Field+" "+p.Message)
		}
	}
	return list
}
