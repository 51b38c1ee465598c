package engine

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"assay/server/crm"
)

// settingProblem says what is wrong with one setting; what it mentions goes along for translations.
func settingProblem(field string, e *jsonschema.ValidationError) crm.Problem {
	text, words, args := settingWords(e.ErrorKind)
	if text != "" {
		message := words
		for name, value := range args {
			message = strings.ReplaceAll(message, "{"+name+"}", value)
		}
		return crm.Problem{Field: field, Code: "invalid_settings", Text: text, Message: message, Args: args}
	}
	message := e.Error()
	if _, detail, found := strings.Cut(message, "': "); found {
		message = detail
	}
	return crm.Problem{Field: field, Code: "invalid_settings", Message: message}
}

// settingWords are ours for what schemas mostly ask for; "" leaves the words to the library.
func settingWords(reason jsonschema.ErrorKind) (text, words string, args map[string]string) {
	switch k := reason.(type) {
	case *kind.Minimum:
		return "minimum", "is {got}; at least {want} is allowed", numbers(k.Got, k.Want)
	case *kind.Maximum:
		return "maximum", "is {got}; at most {want} is allowed", numbers(k.Got, k.Want)
	case *kind.ExclusiveMinimum:
		return "above", "is {got}; it must be more than {want}", numbers(k.Got, k.Want)
	case *kind.ExclusiveMaximum:
		return "below", "is {got}; it must be less than {want}", numbers(k.Got, k.Want)
	case *kind.MinLength:
		return "short", "is too short: {got} of at least {want} characters", counts(k.Got, k.Want)
	case *kind.MaxLength:
		return "long", "is too long: {got} of at most {want} characters", counts(k.Got, k.Want)
	case *kind.MinItems:
		return "few", "has too few values: {got} of at least {want}", counts(k.Got, k.Want)
	case *kind.MaxItems:
		return "many", "has too many values: {got} of at most {want}", counts(k.Got, k.Want)
	case *kind.Enum:
		return "enum", "must be one of {want}", map[string]string{"want": alternatives(k.Want)}
	case *kind.Type:
		if len(k.Want) == 1 {
			return "type", "is {got}; {want} is expected", map[string]string{"got": noun(k.Got), "want": noun(k.Want[0])}
		}
	}
	return "", "", nil
}

func numbers(got, want *big.Rat) map[string]string {
	return map[string]string{"got": number(got), "want": number(want)}
}

func counts(got, want int) map[string]string {
	return map[string]string{"got": strconv.Itoa(got), "want": strconv.Itoa(want)}
}

// number writes a number as people do; what is not whole, or too long to be read, as far as a double tells.
func number(r *big.Rat) string {
	if r.IsInt() && r.Num().IsInt64() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func alternatives(values []any) string {
	list := make([]string, len(values))
	for i, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			text = []byte("…") // it was JSON before: cannot happen
		}
		list[i] = string(text)
	}
	return strings.Join(list, ", ")
}

// noun is what the values of a type of JSON are called, in requests too.
func noun(jsonType string) string {
	switch jsonType {
	case "string":
		return "text"
	case "integer":
		return "a whole number"
	case "number":
		return "a number"
	case "boolean":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "an object"
	}
	return jsonType // null
}
