package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"unicode"
)

// FieldType is the type of a custom field.
type FieldType string

// The types of a custom field.
const (
	FieldString  FieldType = "string"
	FieldNumber  FieldType = "number"
	FieldInteger FieldType = "integer"
	FieldBool    FieldType = "bool"
	FieldDate    FieldType = "date" // a calendar day
	FieldTime    FieldType = "time" // a moment
)

// Field declares a custom field: client.fields.<name> in CEL and in JSON.
type Field struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Metadata   Metadata  `json:"metadata"`
	Spec       FieldSpec `json:"spec"`
	Status     Status    `json:"status,omitzero"`
}

// FieldSpec is what the author of a field declares.
type FieldSpec struct {
	Type        FieldType         `json:"type"`
	Label       map[string]string `json:"label,omitempty"`       // what people call it, by language
	Description string            `json:"description,omitempty"` // for those who fill it in
	// RequiredFor is CEL: the clients that must have the field; "" means none and
	// "true" all. It is carried out by a generated rule, see [Field.RequiredRule]. As
	// everywhere in CEL, a field has a value when it is not its type's default: a
	// required number must not be 0, a required bool must be true.
	RequiredFor string `json:"requiredFor,omitempty"`
}

// ResourceKind returns KindField.
func (f *Field) ResourceKind() string { return KindField }

// Meta returns the field's metadata.
func (f *Field) Meta() *Metadata { return &f.Metadata }

// State returns the field's status.
func (f *Field) State() *Status { return &f.Status }

// SetDefaults fills in version and kind.
func (f *Field) SetDefaults() {
	setDefault(&f.APIVersion, APIVersion)
	setDefault(&f.Kind, KindField)
}

// RequiredRule returns the rule that carries out RequiredFor, and false when
// the field is required of nobody. The rule is owned by the field (see
// [Metadata.Owner]), bears its labels, generation and source, and has the same
// name whenever it is generated.
func (f *Field) RequiredRule() (*Rule, bool) {
	if f.Spec.RequiredFor == "" {
		return nil, false
	}
	labels := maps.Clone(f.Metadata.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[LabelOwnerKind], labels[LabelOwnerName] = KindField, f.Metadata.Name
	rule := &Rule{
		Metadata: Metadata{
			Name:       requiredRuleName(f.Metadata.Name),
			Labels:     labels,
			Generation: f.Metadata.Generation,
		},
		Spec: RuleSpec{
			Type:    Quality,
			Match:   f.Spec.RequiredFor,
			Require: "has(client.fields." + f.Metadata.Name + ")",
			Path:    "fields." + f.Metadata.Name,
			Message: map[string]string{
				"en": "Fill in “" + f.Title("en") + "”",
				"ru": "Заполните поле «" + f.Title("ru") + "»",
				"uk": "Заповніть поле «" + f.Title("uk") + "»",
			},
		},
	}
	if file, ok := f.Metadata.Source(); ok {
		rule.Metadata.SetSource(file)
	}
	rule.SetDefaults()
	return rule, true
}

// Title returns what people call the field in the language, its name when it has no label.
func (f *Field) Title(lang string) string {
	if title := Text(f.Spec.Label, lang); title != "" {
		return title
	}
	return f.Metadata.Name
}

// requiredRuleName turns licenceUntil into field-licence-until. Names that
// would meet others on the way (licence_until, LicenceUntil) or get too long
// end in a piece of their hash.
func requiredRuleName(field string) string {
	const prefix, hashDigits = "field-", 8
	kebab, camel := kebabCase(field)
	name := prefix + kebab
	if camel == field && len(name) <= maxNameLength {
		return name
	}
	sum := sha256.Sum256([]byte(field))
	suffix := "-" + hex.EncodeToString(sum[:])[:hashDigits]
	if room := maxNameLength - len(suffix); len(name) > room {
		name = name[:room]
	}
	return strings.TrimRight(name, "-") + suffix
}

// kebabCase returns the kebab form of an identifier and the one camel-case
// identifier which that form stands for.
func kebabCase(name string) (kebab, camel string) {
	words := strings.FieldsFunc(splitCapitals(name), func(r rune) bool { return r == '_' })
	kebab = strings.ToLower(strings.Join(words, "-"))
	for i, word := range strings.Split(kebab, "-") {
		if i > 0 && word != "" {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		camel += word
	}
	return kebab, camel
}

func splitCapitals(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return b.String()
}
