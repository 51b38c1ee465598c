package main

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Limits of the card, as package abi states them.
const (
	maxClientSlots = 128
	maxRowSlots    = 64
	maxEnumCode    = 255
)

// schema is schema.yaml, checked and with its kinds parsed.
type schema struct {
	Version int                 `json:"version"`
	Enums   map[string][]string `json:"enums"`
	Client  []slot              `json:"client"`
	Rows    map[string][]slot   `json:"rows"`
}

// slot is one line of the schema.
type slot struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // as written; load splits "rows(X)" into Kind and Of
	In   string `json:"in"`

	Of    string `json:"-"` // the enum or row type
	last  string // enums: the value with the highest code
	Index int    `json:"-"`
}

var (
	lowerCamel = regexp.MustCompile(`^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$`)
	upperCamel = regexp.MustCompile(`^([A-Z][a-z0-9]*)+$`)
	kindForm   = regexp.MustCompile(`^([a-z]+)(?:\(([A-Za-z0-9]+)\))?$`)
	plainKinds = []string{"int", "float", "bool", "time", "date", "money", "string", "strings"}
)

// load reads the schema and refuses whatever the generated code could not hold.
func load(path string) (*schema, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func parse(text []byte) (*schema, error) {
	s := new(schema)
	if err := yaml.UnmarshalStrict(text, s); err != nil {
		return nil, err
	}
	if s.Version != 1 {
		return nil, fmt.Errorf("version is %d, this generator writes version 1", s.Version)
	}
	// Each check relies on those before it.
	for _, check := range []func() error{s.checkEnums, s.checkClient, s.checkRows, s.checkNesting} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *schema) enumNames() []string { return slices.Sorted(maps.Keys(s.Enums)) }
func (s *schema) rowNames() []string  { return slices.Sorted(maps.Keys(s.Rows)) }

func (s *schema) checkEnums() error {
	for _, name := range s.enumNames() {
		values := s.Enums[name]
		if !upperCamel.MatchString(name) {
			return fmt.Errorf("enums.%s: the name is not in UpperCamelCase", name)
		}
		if len(values) == 0 || len(values) > maxEnumCode {
			return fmt.Errorf("enums.%s: has %d values, want 1 to %d", name, len(values), maxEnumCode)
		}
		for i, v := range values {
			if !lowerCamel.MatchString(v) || slices.Contains(values[:i], v) {
				return fmt.Errorf("enums.%s: %q is not in lowerCamelCase or comes twice", name, v)
			}
		}
	}
	return nil
}

func (s *schema) checkClient() error {
	if err := s.checkSlots("client", s.Client, maxClientSlots); err != nil {
		return err
	}
	// The store patches these two in a finished card (abi.SetID, abi.SetRevision).
	for i, name := range []string{"id", "revision"} {
		if i >= len(s.Client) || s.Client[i].Name != name || s.Client[i].Kind != "int" {
			return fmt.Errorf("client[%d]: want {name: %s, kind: int}", i, name)
		}
	}
	return nil
}

func (s *schema) checkRows() error {
	for _, name := range s.rowNames() {
		if !upperCamel.MatchString(name) {
			return fmt.Errorf("rows.%s: the name is not in UpperCamelCase", name)
		}
		if _, both := s.Enums[name]; both {
			return fmt.Errorf("rows.%s: an enum has the same name", name)
		}
		if err := s.checkSlots("rows."+name, s.Rows[name], maxRowSlots); err != nil {
			return err
		}
		for _, sl := range s.Rows[name] {
			if sl.In != "" {
				return fmt.Errorf("rows.%s: slot %s has `in`, which only slots of the client may have", name, sl.Name)
			}
		}
	}
	return nil
}

// checkSlots parses the kinds of one record's slots in place and numbers them.
func (s *schema) checkSlots(where string, slots []slot, most int) error {
	if len(slots) == 0 || len(slots) > most {
		return fmt.Errorf("%s: has %d slots, want 1 to %d", where, len(slots), most)
	}
	seen := map[string]bool{}
	for i := range slots {
		sl := &slots[i]
		sl.Index = i
		if !lowerCamel.MatchString(sl.Name) || seen[sl.Name] {
			return fmt.Errorf("%s[%d]: name %q is not in lowerCamelCase or comes twice", where, i, sl.Name)
		}
		seen[sl.Name] = true
		if sl.In != "" && !lowerCamel.MatchString(sl.In) {
			return fmt.Errorf("%s[%d]: in %q is not in lowerCamelCase", where, i, sl.In)
		}
		if err := s.parseKind(sl); err != nil {
			return fmt.Errorf("%s[%d] (%s): %w", where, i, sl.Name, err)
		}
	}
	return nil
}

func (s *schema) parseKind(sl *slot) error {
	m := kindForm.FindStringSubmatch(sl.Kind)
	if m == nil {
		return fmt.Errorf("kind %q is not a kind", sl.Kind)
	}
	kind, of := m[1], m[2]
	switch {
	case kind == "enum" && s.Enums[of] != nil, kind == "rows" && s.Rows[of] != nil:
	case of == "" && slices.Contains(plainKinds, kind):
	default:
		return fmt.Errorf("kind %q is none of %s, enum(Name), rows(Name) with a Name of this file",
			sl.Kind, strings.Join(plainKinds, ", "))
	}
	sl.Kind, sl.Of = kind, of
	if kind == "enum" {
		sl.last = s.Enums[of][len(s.Enums[of])-1]
	}
	return nil
}

// checkNesting refuses row types that hold themselves: readers recurse along them.
func (s *schema) checkNesting() error {
	for _, name := range s.rowNames() {
		if s.reaches(name, name, len(s.Rows)) {
			return fmt.Errorf("rows.%s: the row type holds rows of its own type", name)
		}
	}
	return nil
}

func (s *schema) reaches(from, to string, depth int) bool {
	for _, sl := range s.Rows[from] {
		if sl.Kind != "rows" {
			continue
		}
		if sl.Of == to || depth > 0 && s.reaches(sl.Of, to, depth-1) {
			return true
		}
	}
	return false
}

// keyed reports whether rows of the type are sorted by a key and can be searched.
func keyed(row []slot) bool { return row[0].Name == "key" && row[0].Kind == "string" }
