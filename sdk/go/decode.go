package assay

import (
	"slices"
	"unsafe"
)

// settingsError is why settings are refused, for the person who wrote them.
type settingsError string

func (e settingsError) Error() string { return string(e) }

// value is the value of a setting: the member of its kind.
type value struct {
	text    string
	truth   bool
	integer int64
	number  float64
	texts   []string
}

// store writes the value into the setting's field of the struct at to. A field whose type has a
// name of its own lies in memory like its kind.
func (v value) store(s *setting, to unsafe.Pointer) {
	field := unsafe.Add(to, s.offset)
	switch s.kind {
	case textSetting:
		*(*string)(field) = v.text
	case boolSetting:
		*(*bool)(field) = v.truth
	case integerSetting:
		if s.word {
			*(*int)(field) = int(v.integer)
			return
		}
		*(*int64)(field) = v.integer
	case numberSetting:
		*(*float64)(field) = v.number
	case textsSetting:
		*(*[]string)(field) = slices.Clone(v.texts)
	}
}

// decode reads settings, a JSON object, into the struct at to. What is absent has its default.
func decode(text string, list []setting, to unsafe.Pointer) error {
	for i := range list {
		if s := &list[i]; s.hasDefault {
			s.standard.store(s, to)
		}
	}
	given := make([]bool, len(list))
	if err := decodeObject(text, list, given, to); err != nil {
		return err
	}
	for i, s := range list {
		if s.required && !given[i] {
			return settingsError(s.name + ": is required")
		}
	}
	return nil
}

const notObject = settingsError("settings: want a JSON object")

func decodeObject(text string, list []setting, given []bool, to unsafe.Pointer) error {
	r := jsonReader{text: text}
	if !r.take('{') {
		return notObject
	}
	for first := true; !r.take('}'); first = false {
		if !first && !r.take(',') {
			return notObject
		}
		name, ok := r.string()
		if !ok || !r.take(':') {
			return notObject
		}
		i := slices.IndexFunc(list, func(s setting) bool { return s.name == name })
		if i < 0 {
			return unknownSetting(list, name)
		}
		if given[i] {
			return settingsError(name + ": stands twice")
		}
		v, fault := r.value(&list[i])
		if fault != "" {
			return settingsError(name + ": " + fault)
		}
		v.store(&list[i], to)
		given[i] = true
	}
	if !r.ended() {
		return notObject
	}
	return nil
}

func unknownSetting(list []setting, name string) error {
	if len(list) == 0 {
		return settingsError(name + ": is unknown, there is nothing to set")
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].name
	}
	return settingsError(name + ": is unknown, there are " + join(names))
}

// value reads the value of a setting, or says what it must be.
func (r *jsonReader) value(s *setting) (v value, fault string) {
	var ok bool
	switch s.kind {
	case textSetting:
		v.text, ok = r.string()
		fault = "must be a text"
	case boolSetting:
		v.truth, ok = r.bool()
		fault = "must be true or false"
	case integerSetting:
		v.integer, ok = r.integer()
		fault = "must be an integer"
	case numberSetting:
		v.number, ok = r.float()
		fault = "must be a number"
	case textsSetting:
		v.texts, ok = r.strings()
		fault = "must be a list of texts"
	}
	if !ok {
		return value{}, fault
	}
	return v, s.allows(v)
}
