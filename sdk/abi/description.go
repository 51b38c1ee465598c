package abi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Types of checks, the same words as in a rule's spec.type.
const (
	TypeQuality      = "Quality"
	TypeSegmentation = "Segmentation"
)

// Description is what assay_describe returns, as JSON.
type Description struct {
	ABI    int                `json:"abi"`
	Checks []CheckDescription `json:"checks"` // at least one; assay_configure takes the index
}

// CheckDescription describes one check of a module.
type CheckDescription struct {
	// Name is a name by IsName, unique in the module.
	Name string `json:"name"`
	// Type is TypeQuality or TypeSegmentation; "" for the check of a command without a description, which
	// is of the type that a rule says it is, with any settings.
	Type string `json:"type,omitempty"`
	// Settings is the JSON Schema of the check's settings, an object; absent when there is
	// nothing to set.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Messages are templates by finding code (for a segmentation: reasons by label) and language.
	Messages map[string]map[string]string `json:"messages,omitempty"`
	// Labels are the labels a segmentation may give.
	Labels map[string]LabelDescription `json:"labels,omitempty"`
}

// LabelDescription describes a label of a segmentation.
type LabelDescription struct {
	Title map[string]string `json:"title,omitempty"` // by language
}

// Check returns the index of the check called name, -1 when there is none.
func (d Description) Check(name string) int {
	return slices.IndexFunc(d.Checks, func(c CheckDescription) bool { return c.Name == name })
}

// IsName says whether s is a name: [a-z0-9]([a-z0-9-]*[a-z0-9])?, at most MaxNameBytes long.
func IsName(s string) bool {
	if s == "" || len(s) > MaxNameBytes || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// IsLabel says whether s can be a label: 1 to MaxIdentBytes bytes of valid UTF-8 without
// control characters.
func IsLabel(s string) bool {
	if s == "" || len(s) > MaxIdentBytes || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}

// ParseDescription decodes and checks the JSON of a description. Unknown fields, duplicate keys
// and anything after the object are errors; every error says where and what is expected.
func ParseDescription(b []byte) (Description, error) {
	if len(b) > MaxDescriptionBytes {
		return Description{}, fmt.Errorf("the description is %d bytes long, at most %d are allowed", len(b), MaxDescriptionBytes)
	}
	if !utf8.Valid(b) {
		return Description{}, errors.New("the description is not valid UTF-8")
	}
	if err := refuseDuplicateKeys(b); err != nil {
		return Description{}, fmt.Errorf("the description: %w", err)
	}
	var d Description
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return Description{}, fmt.Errorf("the description: %w", err)
	}
	if err := d.validate(); err != nil {
		return Description{}, err
	}
	return d, nil
}

func (d Description) validate() error {
	if d.ABI != ModuleVersion {
		return fmt.Errorf("abi is %d, want %d", d.ABI, ModuleVersion)
	}
	if len(d.Checks) == 0 {
		return errors.New("checks is empty: a module describes at least one check")
	}
	if len(d.Checks) > MaxChecks {
		return fmt.Errorf("checks has %d entries, at most %d are allowed", len(d.Checks), MaxChecks)
	}
	seen := make(map[string]int, len(d.Checks))
	for i, c := range d.Checks {
		if first, ok := seen[c.Name]; ok {
			return fmt.Errorf("checks[%d].name: %q is already the name of checks[%d]", i, c.Name, first)
		}
		seen[c.Name] = i
		if err := c.validate(); err != nil {
			return fmt.Errorf("checks[%d]%w", i, err)
		}
	}
	return nil
}

// validate returns errors that begin with the path inside the check.
func (c CheckDescription) validate() error {
	if !IsName(c.Name) {
		return fmt.Errorf(".name: %q is not a name: small letters, digits and inner hyphens, at most %d", c.Name, MaxNameBytes)
	}
	if c.Type != TypeQuality && c.Type != TypeSegmentation {
		return fmt.Errorf(".type: %q, want %s or %s", c.Type, TypeQuality, TypeSegmentation)
	}
	if len(c.Settings) > 0 && c.Settings[0] != '{' {
		return errors.New(".settings: want a JSON Schema, an object")
	}
	if c.Type == TypeQuality && len(c.Labels) > 0 {
		return fmt.Errorf(".labels: only a check of type %s has labels", TypeSegmentation)
	}
	for _, code := range slices.Sorted(maps.Keys(c.Messages)) {
		if c.Type == TypeQuality && !IsName(code) {
			return fmt.Errorf(".messages: code %q is not a name: small letters, digits and inner hyphens, at most %d", code, MaxNameBytes)
		}
		if err := checkTexts(c.Messages[code]); err != nil {
			return fmt.Errorf(".messages.%s%w", code, err)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(c.Labels)) {
		if !IsLabel(label) {
			return fmt.Errorf(".labels: %q is not a label: 1 to %d bytes without control characters", label, MaxIdentBytes)
		}
		if err := checkTexts(c.Labels[label].Title); err != nil {
			return fmt.Errorf(".labels.%s.title%w", label, err)
		}
	}
	return nil
}

// checkTexts checks texts by language.
func checkTexts(texts map[string]string) error {
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		if !IsName(language) {
			return fmt.Errorf(": %q is not a language, want en, ru, uk or the like", language)
		}
		if texts[language] == "" {
			return fmt.Errorf(".%s is empty", language)
		}
	}
	return nil
}

// maxJSONDepth bounds the nesting of a description; encoding/json itself stops at 10,000.
const maxJSONDepth = 64

// refuseDuplicateKeys walks the JSON value in b and checks that nothing follows it;
// encoding/json would silently take the last of two equal keys.
func refuseDuplicateKeys(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := walkValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the JSON object at byte %d", dec.InputOffset())
	}
	return nil
}

func walkValue(dec *json.Decoder, depth int) error {
	if depth > maxJSONDepth {
		return fmt.Errorf("nested deeper than %d", maxJSONDepth)
	}
	token, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	keys := map[string]bool{}
	for dec.More() {
		if open == '{' {
			token, err := dec.Token()
			if err != nil {
				return err
			}
			key := token.(string)
			if keys[key] {
				return fmt.Errorf("key %q stands twice in an object, at byte %d", key, dec.InputOffset())
			}
			keys[key] = true
		}
		if err := walkValue(dec, depth+1); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}
