package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"assay/rules"
	"assay/server/crm"
)

// checkSettings checks a rule's settings against the schema of the check.
func checkSettings(schema, settings []byte) error {
	if len(schema) == 0 {
		if len(settings) > 0 {
			return invalid("spec.settings", "unknown_settings", "the check has no settings; leave them out")
		}
		return nil
	}
	compiled, err := compileSchema(schema)
	if err != nil {
		return invalid("spec.module.check", "bad_schema", "the module's settings schema is not a JSON Schema: %v", err)
	}
	if len(settings) == 0 {
		settings = []byte("{}")
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(settings))
	if err != nil {
		return invalid("spec.settings", "malformed_json", "%v", err)
	}
	var bad *jsonschema.ValidationError
	if err := compiled.Validate(value); errors.As(err, &bad) {
		return &crm.InvalidError{Problems: schemaProblems(bad, "spec.settings", value, namesOf(schema))}
	}
	return nil
}

func compileSchema(schema []byte) (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	compiler.AssertFormat()
	const name = "settings.json"
	if err := compiler.AddResource(name, document); err != nil {
		return nil, err
	}
	return compiler.Compile(name)
}

// noLoader keeps a module's schema from reading files or the network.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("a settings schema may not refer to %s", url)
}

// namesOf lists the settings that a schema has.
func namesOf(schema []byte) map[string]json.RawMessage {
	var object struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	_ = json.Unmarshal(schema, &object) // it was read before; properties of another kind are nobody's names
	return object.Properties
}

// schemaProblems lists what is wrong with a value, which stands at a path; known are the settings that there are.
func schemaProblems(e *jsonschema.ValidationError, path string, value any, known map[string]json.RawMessage) []crm.Problem {
	var list []crm.Problem
	for _, cause := range e.Causes {
		list = append(list, schemaProblems(cause, path, value, known)...)
	}
	if len(e.Causes) > 0 {
		return list
	}
	field := placeIn(path, value, e.InstanceLocation)
	switch reason := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range reason.Properties {
			hint := ""
			if len(e.InstanceLocation) == 0 {
				hint = rules.Hint(name, maps.Keys(known))
			}
			list = append(list, crm.Problem{Field: field + "." + name, Code: "invalid_settings", Message: "there is no such setting" + hint})
		}
	case *kind.Required:
		for _, name := range reason.Missing {
			list = append(list, crm.Problem{Field: field + "." + name, Code: "invalid_settings", Text: "missing", Message: "is missing", Args: map[string]string{}})
		}
	default:
		list = append(list, settingProblem(field, e))
	}
	return list
}

// placeIn is the path of what lies in a value, in the form of all places: spec.settings.kinds[0].
func placeIn(path string, value any, location []string) string {
	for _, step := range location {
		list, isList := value.([]any)
		if i, err := strconv.Atoi(step); isList && err == nil && i < len(list) {
			path, value = path+"["+step+"]", list[i]
			continue
		}
		object, _ := value.(map[string]any)
		path, value = path+"."+step, object[step]
	}
	return path
}
