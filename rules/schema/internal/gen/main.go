// Command gen writes the JSON Schemas of the manifests. Run it by go generate in rules/schema.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"assay/rules"
)

func main() {
	if err := generate(".."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// draft is what the schemas say they are written in.
const draft = "http://json-schema.org/draft-07/schema#"

// generate reads the source of package rules and writes a schema for each kind, and one for all.
func generate(source string) error {
	words, err := readSource(source)
	if err != nil {
		return err
	}
	all := &jsonschema.Schema{Version: draft, Title: "A manifest of Assay"}
	for _, k := range kinds {
		s, err := words.schemaOf(k)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		s.Version = draft
		if err := write(strings.ToLower(k.name), s); err != nil {
			return err
		}
		one := *s
		one.Version = ""
		all.OneOf = append(all.OneOf, &one)
	}
	if left := words.unused(); len(left) > 0 {
		return fmt.Errorf("shape.go speaks of what the types do not have: %s", strings.Join(left, ", "))
	}
	return write("manifest", all)
}

func write(name string, s *jsonschema.Schema) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // && and < would be unreadable
	e.SetIndent("", " ")
	if err := e.Encode(s); err != nil {
		return err
	}
	return os.WriteFile(name+".json", b.Bytes(), 0o644)
}

// schemaOf makes the schema of a kind.
func (w *words) schemaOf(k kind) (*jsonschema.Schema, error) {
	r := &jsonschema.Reflector{Anonymous: true, DoNotReference: true, ExpandedStruct: true}
	s := r.Reflect(k.empty)
	t := reflect.TypeOf(k.empty).Elem()
	if err := w.dress(s, t); err != nil {
		return nil, err
	}
	s.Title, s.Description = k.name, w.comments[t.Name()]
	put(s, "apiVersion", &jsonschema.Schema{Type: "string", Const: rules.APIVersion, Description: "The version of the manifest's form."})
	put(s, "kind", &jsonschema.Schema{Type: "string", Const: k.name, Description: "The kind of the object."})
	put(s, "status", &jsonschema.Schema{Type: "object", Description: "The server's; ignored in a manifest."})
	k.extend(s)
	return s, nil
}

// dress gives a struct's schema, and those inside it, the words of the source and their shapes.
func (w *words) dress(s *jsonschema.Schema, t reflect.Type) error {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "status" {
			continue
		}
		p, ok := s.Properties.Get(name)
		if !ok {
			return fmt.Errorf("%s.%s has no property", t.Name(), f.Name)
		}
		if p == jsonschema.TrueSchema { // the library's own, for any JSON
			p = &jsonschema.Schema{}
			s.Properties.Set(name, p)
		}
		if p.Description = w.comment(t, f); p.Description == "" && f.Type.Kind() != reflect.Struct && name != "apiVersion" && name != "kind" {
			return fmt.Errorf("%s.%s has no comment, which editors would show", t.Name(), f.Name)
		}
		if values := w.values[f.Type.Name()]; f.Type.Kind() == reflect.String && len(values) > 0 {
			w.choices(p, values)
		}
		if shape := w.shapes[t.Name()+"."+f.Name]; shape != nil {
			shape(p)
			w.used[t.Name()+"."+f.Name] = true
		}
		if err := w.inside(p, f.Type); err != nil {
			return err
		}
	}
	return nil
}

// inside dresses the structs that a value of the type holds.
func (w *words) inside(s *jsonschema.Schema, t reflect.Type) error {
	switch {
	case t == reflect.TypeFor[json.RawMessage]() || t.PkgPath() == "time":
		return nil
	case t.Kind() == reflect.Pointer:
		return w.inside(s, t.Elem())
	case t.Kind() == reflect.Struct:
		return w.dress(s, t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return w.dress(s.Items, t.Elem())
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		return w.dress(s.AdditionalProperties, t.Elem())
	}
	return nil
}

// choices makes a property one of the constants of its type.
func (w *words) choices(p *jsonschema.Schema, values []constant) {
	for _, v := range values {
		p.Enum = append(p.Enum, v.value)
		if v.comment != "" {
			p.Description += "\n" + v.value + ": " + v.comment + "."
		}
	}
}

func put(s *jsonschema.Schema, name string, p *jsonschema.Schema) { s.Properties.Set(name, p) }
