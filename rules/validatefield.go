package rules

import "slices"

// Validate lists what is wrong with the field, besides what its CEL says.
func (f *Field) Validate() []Problem {
	v := &validator{}
	v.head(f.APIVersion, f.Kind, KindField, &f.Metadata)
	v.identifier("metadata.name", f.Metadata.Name)
	choice(v, "spec.type", f.Spec.Type, FieldString, FieldNumber, FieldInteger, FieldBool, FieldDate, FieldTime)
	v.titles("spec.label", f.Spec.Label)
	v.expression("spec.requiredFor", f.Spec.RequiredFor)
	if len(f.Spec.Description) > maxTextLength {
		v.add("spec.description", "has %d bytes and at most %d are allowed", len(f.Spec.Description), maxTextLength)
	}
	return v.found
}

// Validate lists what is wrong with the dictionary.
func (d *Dictionary) Validate() []Problem {
	v := &validator{}
	v.head(d.APIVersion, d.Kind, KindDictionary, &d.Metadata)
	v.name(d.Metadata.Name)
	v.vocabulary(d.Spec.Of)
	switch n := len(d.Spec.Values); {
	case n == 0:
		v.add("spec.values", "is empty: a dictionary without values would refuse every value")
	case n > maxDictionaryValues:
		v.add("spec.values", "has %d values and at most %d are allowed", n, maxDictionaryValues)
	}
	first := map[string]int{}
	for i, value := range d.Spec.Values {
		path := index("spec.values", i)
		v.word(key(path, "value"), "the value", value.Value, maxTextLength)
		v.titles(key(path, "title"), value.Title)
		if earlier, twice := first[value.Value]; twice && value.Value != "" {
			v.add(key(path, "value"), "%q is here twice: first as spec.values[%d]", value.Value, earlier)
			continue
		}
		first[value.Value] = i
	}
	return v.found
}

func (v *validator) vocabulary(of string) {
	if of == "" {
		v.add("spec.of", "is missing; name the place in the client whose values are listed, such as companySize")
		return
	}
	if list, name, open := openVocabulary(of); open {
		if list == "fields" {
			v.identifier("spec.of", name)
			return
		}
		v.word("spec.of", "the key of the property", name, maxNameLength)
		return
	}
	if known := Vocabularies(); !slices.Contains(known, of) {
		_, hint := nearest(of, slices.Values(append(known, "properties.<key>", "fields.<name>")))
		v.add("spec.of", "%q has no vocabulary%s", of, hint)
	}
}
