package author

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"assay/sdk/abi"
)

// Check is a check of a module, with its settings as people read them.
type Check struct {
	abi.CheckDescription
	Parameters []Parameter `json:"parameters,omitempty"`
	// Missing are the languages that a code or label has no text in, while others of the check have.
	Missing map[string][]string `json:"missing,omitempty"`
}

// CheckOf is a check as a module describes it, with its settings as people read them.
func CheckOf(c abi.CheckDescription) Check {
	check := Check{CheckDescription: c, Parameters: parametersOf(c.Settings)}
	check.Missing = check.missing()
	return check
}

func (c *Check) missing() map[string][]string {
	all, missing := c.Languages(), map[string][]string{}
	note := func(key string, texts map[string]string) {
		for _, language := range all {
			if _, has := texts[language]; !has {
				missing[key] = append(missing[key], language)
			}
		}
	}
	for code, texts := range c.Messages {
		note(code, texts)
	}
	for name, label := range c.Labels {
		note(name, label.Title)
	}
	if len(missing) == 0 {
		return nil
	}
	return missing
}

// Languages are the languages that the check's messages and titles are in.
func (c *Check) Languages() []string {
	found := map[string]bool{}
	for _, texts := range c.Messages {
		for language := range texts {
			found[language] = true
		}
	}
	for _, label := range c.Labels {
		for language := range label.Title {
			found[language] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Parameter is one setting of a check, as its schema says.
type Parameter struct {
	Name     string `json:"name"`
	Type     string `json:"type"`            // text, integer, number, boolean, list of …; "" when the schema does not say
	Title    string `json:"title,omitempty"` // or its description
	Required bool   `json:"required,omitempty"`
	Default  string `json:"default,omitempty"` // JSON
	Bounds   string `json:"bounds,omitempty"`  // such as 1 to 20 characters
}

// parametersOf reads the properties of a settings schema, by name.
func parametersOf(schema json.RawMessage) (list []Parameter) {
	var object struct {
		Properties map[string]property `json:"properties"`
		Required   []string            `json:"required"`
	}
	if len(schema) == 0 || json.Unmarshal(schema, &object) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(object.Properties)) {
		p := object.Properties[name]
		title := p.Title
		if title == "" {
			title = p.Description
		}
		list = append(list, Parameter{Name: name, Type: p.kind(), Title: title, Required: slices.Contains(object.Required, name), Default: string(p.Default), Bounds: p.bounds()})
	}
	return list
}

// property is as much of a setting's schema as people are told.
type property struct {
	Type        any               `json:"type"` // a text; a list of them is told as it stands
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Default     json.RawMessage   `json:"default"`
	Minimum     json.Number       `json:"minimum"`
	Maximum     json.Number       `json:"maximum"`
	MinLength   json.Number       `json:"minLength"`
	MaxLength   json.Number       `json:"maxLength"`
	Pattern     string            `json:"pattern"`
	Enum        []json.RawMessage `json:"enum"`
	Items       *property         `json:"items"`
}

func (p *property) kind() string {
	switch {
	case p.Type == "array" && p.Items != nil && p.Items.kind() != "":
		return "list of " + p.Items.kind()
	case p.Type == "array":
		return "list"
	case p.Type == "string":
		return "text"
	}
	kind, _ := p.Type.(string)
	return kind
}

func (p *property) bounds() string {
	var parts []string
	if len(p.Enum) > 0 {
		values := make([]string, len(p.Enum))
		for i, v := range p.Enum {
			values[i] = string(v)
		}
		parts = append(parts, "one of "+strings.Join(values, ", "))
	}
	if r := between(p.Minimum, p.Maximum); r != "" {
		parts = append(parts, r)
	}
	if r := between(p.MinLength, p.MaxLength); r != "" {
		parts = append(parts, r+" characters")
	}
	if p.Pattern != "" {
		parts = append(parts, "like "+p.Pattern)
	}
	return strings.Join(parts, ", ")
}

func between(low, high json.Number) string {
	switch {
	case low != "" && high != "":
		return low.String() + " to " + high.String()
	case low != "":
		return "at least " + low.String()
	case high != "":
		return "at most " + high.String()
	}
	return ""
}
