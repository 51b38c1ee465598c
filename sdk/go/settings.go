package assay

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// setting is one member of a check's settings: a field of their struct and what its tags say.
//
// Settings are described by package reflect, which reads types only, and written through the field's
// offset: reading values by it, too, would make a module 230 KB larger, encoding/json 1.4 MB.
type setting struct {
	name, title          string
	kind                 settingKind
	offset               uintptr
	word                 bool // of an integer: the field is an int
	required, hasDefault bool
	standard             value    // the default
	written              []byte   // the default as JSON
	minimum, maximum     string   // JSON numbers; "" for none
	minLength, maxLength string   // decimal; "" for none
	choices              []string // of a text; nil for any
}

// settingKind is the kind of a setting, which is that of its field.
type settingKind uint8

const (
	textSetting settingKind = iota + 1
	boolSetting
	integerSetting
	numberSetting
	textsSetting
)

// settingsOf describes the struct of a check's settings. It panics where that cannot be done, for it is
// the program that is wrong.
func settingsOf(check string, t reflect.Type) []setting {
	at := "assay: check " + quoted(check) + ": settings "
	if t.Kind() != reflect.Struct {
		panic(at + t.String() + " are not a struct")
	}
	var list []setting
	for i := range t.NumField() {
		field := t.Field(i)
		name, _ := tagged(field.Tag, "json")
		if comma := strings.IndexByte(name, ','); comma >= 0 {
			name = name[:comma] // options of encoding/json
		}
		if !field.IsExported() || name == "-" {
			continue
		}
		s := setting{name: name, offset: field.Offset, kind: settingKindOf(field.Type), word: field.Type.Kind() == reflect.Int}
		if fault := s.describe(field.Tag); fault != "" {
			panic(at + t.String() + "." + field.Name + ": " + fault)
		}
		list = append(list, s)
	}
	return list
}

// settingKindOf returns the kind of a field, 0 for a type that no setting has.
func settingKindOf(t reflect.Type) settingKind {
	switch t.Kind() {
	case reflect.String:
		return textSetting
	case reflect.Bool:
		return boolSetting
	case reflect.Int, reflect.Int64:
		return integerSetting
	case reflect.Float64:
		return numberSetting
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return textsSetting
		}
	}
	return 0
}

// describe reads the tags of a field and says what is wrong with them.
func (s *setting) describe(tag reflect.StructTag) string {
	if s.kind == 0 {
		return "the type is none of string, bool, int, int64, float64, []string"
	}
	if s.name == "" {
		return `has no json tag, such as json:"days"`
	}
	if fault := unknownTag(tag); fault != "" {
		return fault
	}
	s.title, _ = tagged(tag, "title")
	s.minimum, _ = tagged(tag, "minimum")
	s.maximum, _ = tagged(tag, "maximum")
	s.minLength, _ = tagged(tag, "minLength")
	s.maxLength, _ = tagged(tag, "maxLength")
	choices, _ := tagged(tag, "enum")
	s.choices = split(choices)
	required, _ := tagged(tag, "required")
	if s.required = required == "true"; !s.required && required != "" && required != "false" {
		return "required is " + quoted(required) + `, want "true" or "false"`
	}
	if fault := s.limits(); fault != "" {
		return fault
	}
	if standard, ok := tagged(tag, "default"); ok {
		return s.describeDefault(standard)
	}
	return ""
}

// settingTags are the keys that the tag of a setting's field may have.
var settingTags = []string{"json", "title", "default", "required", "minimum", "maximum", "minLength", "maxLength", "enum"}

// unknownTag says what of a field's tag nobody would read, "" for nothing.
func unknownTag(tag reflect.StructTag) string {
	for tag != "" {
		name, _, rest, ok := cutTag(tag)
		if !ok {
			return "the tag goes on with " + quoted(string(tag)) + `, which is not of the form minimum:"0"`
		}
		if !slices.Contains(settingTags, name) {
			return "the tag has " + quoted(name) + ", which is none of " + join(settingTags)
		}
		tag = rest
	}
	return ""
}

// limits says which limit of a setting is none.
func (s *setting) limits() string {
	number := s.kind == integerSetting || s.kind == numberSetting
	text := s.kind == textSetting
	for _, limit := range []struct {
		name, value string
		fits        bool
		parses      func(string) bool
	}{
		{"minimum", s.minimum, number, isNumber},
		{"maximum", s.maximum, number, isNumber},
		{"minLength", s.minLength, text, isLength},
		{"maxLength", s.maxLength, text, isLength},
		{"enum", join(s.choices), text, isText},
	} {
		if limit.value != "" && !(limit.fits && limit.parses(limit.value)) {
			return limit.name + " is " + quoted(limit.value) + ", which is no limit of a setting of this type"
		}
	}
	return ""
}

// describeDefault takes the default as the tag writes it.
func (s *setting) describeDefault(text string) string {
	if s.required {
		return "is required and has a default: it can be one of the two"
	}
	s.hasDefault, s.written = true, s.defaultJSON(text)
	r := jsonReader{text: string(s.written)}
	standard, fault := r.value(s)
	if fault != "" || !r.ended() {
		return "the default " + quoted(text) + " is no value of the setting"
	}
	s.standard = standard
	return ""
}

// defaultJSON returns the default as JSON.
func (s *setting) defaultJSON(text string) []byte {
	switch {
	case s.kind == textSetting:
		return appendQuoted(nil, text)
	case s.kind == textsSetting:
		w := jsonWriter{}
		w.list(split(text))
		return w.text
	}
	return []byte(text)
}

// allows says why a value is not one the setting takes, "" when it is.
func (s *setting) allows(v value) string {
	switch s.kind {
	case textSetting:
		return s.allowsText(v.text)
	case integerSetting:
		return s.allowsInteger(v.integer)
	case numberSetting:
		return s.allowsNumber(v.number)
	}
	return ""
}

func (s *setting) allowsText(text string) string {
	length := int64(utf8.RuneCountInString(text))
	if least, ok := parseInteger(s.minLength); ok && length < least {
		return "must have at least " + s.minLength + " characters"
	}
	if most, ok := parseInteger(s.maxLength); ok && length > most {
		return "must have at most " + s.maxLength + " characters"
	}
	if s.choices != nil && !slices.Contains(s.choices, text) {
		return "must be one of " + join(s.choices)
	}
	return ""
}

func (s *setting) allowsNumber(number float64) string {
	if least, ok := ParseDouble(s.minimum); ok && number < least {
		return "must be at least " + s.minimum
	}
	if most, ok := ParseDouble(s.maximum); ok && number > most {
		return "must be at most " + s.maximum
	}
	return ""
}

// allowsInteger compares with whole limits exactly: a double tells 2^53 from 2^53+1 no more.
func (s *setting) allowsInteger(n int64) string {
	if least, ok := wholeLimit(s.minimum); ok && n < least {
		return "must be at least " + s.minimum
	}
	if most, ok := wholeLimit(s.maximum); ok && n > most {
		return "must be at most " + s.maximum
	}
	return s.allowsNumber(float64(n))
}

// wholeLimit returns a limit that is an integer; false without one.
func wholeLimit(text string) (int64, bool) {
	if text == "" {
		return 0, false
	}
	return parseWhole(text)
}

func isText(string) bool { return true }

func isLength(text string) bool {
	n, ok := parseInteger(text)
	return ok && n >= 0
}

func isNumber(text string) bool {
	r := jsonReader{text: text}
	_, ok := r.number()
	return ok && r.ended()
}
