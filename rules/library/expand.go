package library

import (
	"encoding/json"
	"fmt"
	"strings"

	"assay/rules"
	"assay/rules/cel"
)

// property is as much of a setting's schema as says what its values are in an expression.
type property struct {
	Type    string          `json:"type"`
	Format  string          `json:"format"`
	Default json.RawMessage `json:"default"`
	UpTo    string          `json:"upTo"` // the setting that is the upper bound of what this one is the lower bound of
}

// BoundsError says that a lower bound lies above its upper bound: every value would be wrong.
type BoundsError struct{ Lower, Upper string }

// Error names both settings.
func (e *BoundsError) Error() string {
	return fmt.Sprintf("%s lies above %s, so that no value would do; exchange them", e.Lower, e.Upper)
}

// holds are the formats of settings that name a field of the client.
var holds = map[string]cel.Holds{"client-field": cel.HoldsAnything, "client-text": cel.HoldsText, "client-number": cel.HoldsNumber, "client-date": cel.HoldsTime}

// Expand returns the rule that r, which names e, stands for, and the settings that its expressions speak of.
// The settings have been checked against the schema; bounds of nothing are a *BoundsError. What r says itself goes before
// what e says.
func (e *Entry) Expand(r *rules.Rule) (*rules.Rule, map[string]cel.Setting, error) {
	settings, err := e.values(r.Spec.Settings)
	if err != nil {
		return nil, nil, err
	}
	out := *r
	s := &out.Spec
	s.ForEach, s.Require, s.Path, s.Suggest = e.Spec.ForEach, e.Spec.Require, e.Spec.Path, e.Spec.Suggest
	if s.Severity == "" {
		s.Severity = e.Spec.Severity
	}
	if len(s.Message) == 0 {
		s.Message = e.Spec.Message
	}
	if name, ok := strings.CutPrefix(s.Path, "settings."); ok {
		s.Path = fmt.Sprint(settings[name].Value)
	}
	return &out, settings, nil
}

// values are the settings with their defaults, typed as the schema says.
func (e *Entry) values(given json.RawMessage) (map[string]cel.Setting, error) {
	var texts map[string]json.RawMessage
	if len(given) > 0 {
		if err := json.Unmarshal(given, &texts); err != nil {
			return nil, fmt.Errorf("read the settings: %w", err)
		}
	}
	settings := make(map[string]cel.Setting, len(e.properties))
	for name, p := range e.properties {
		text, isGiven := texts[name]
		if !isGiven {
			text = p.Default
		}
		value, err := p.value(text)
		if err != nil {
			return nil, fmt.Errorf("read the setting %s: %w", name, err)
		}
		settings[name] = cel.Setting{Value: value, Given: text != nil, Holds: holds[p.Format]}
	}
	return settings, e.checkBounds(settings)
}

func (e *Entry) checkBounds(settings map[string]cel.Setting) error {
	for name, p := range e.properties {
		lower, upper := settings[name], settings[p.UpTo]
		if p.UpTo == "" || !lower.Given || !upper.Given {
			continue
		}
		above := false
		switch least := lower.Value.(type) {
		case float64:
			above = least > upper.Value.(float64)
		case string: // a day
			above = least > upper.Value.(string)
		}
		if above {
			return &BoundsError{Lower: name, Upper: p.UpTo}
		}
	}
	return nil
}

// value reads JSON as the type of the setting; nil is the type's default.
func (p property) value(text json.RawMessage) (any, error) {
	switch p.Type {
	case "boolean":
		return read[bool](text)
	case "integer":
		n, err := read[float64](text) // 90.0 is an integer to JSON Schema
		return int64(n), err
	case "number":
		return read[float64](text)
	case "array":
		return read[[]string](text)
	}
	if text == nil && p.Format == "date" {
		return "1970-01-01", nil
	}
	return read[string](text)
}

func read[T any](text json.RawMessage) (value T, err error) {
	if text != nil {
		err = json.Unmarshal(text, &value)
	}
	return value, err
}
