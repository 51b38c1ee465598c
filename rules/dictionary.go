package rules

import "strings"

// Dictionary closes a vocabulary: once it is declared, values outside it are refused.
type Dictionary struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   Metadata       `json:"metadata"`
	Spec       DictionarySpec `json:"spec"`
	Status     Status         `json:"status,omitzero"`
}

// DictionarySpec is what the author of a dictionary declares.
type DictionarySpec struct {
	// Of is the place in the client whose values the dictionary lists: one of
	// [Vocabularies], "properties.<key>" or "fields.<name>". [] stands for every row.
	Of     string            `json:"of"`
	Values []DictionaryValue `json:"values"` // at least one, each once
}

// DictionaryValue is one allowed value and what people call it.
type DictionaryValue struct {
	Value string            `json:"value"`           // as clients have it
	Title map[string]string `json:"title,omitempty"` // by language
}

// Vocabularies returns the places in a client, besides properties and custom
// fields, that a dictionary can be declared for.
func Vocabularies() []string {
	return []string{
		"legalForm", "country", "region", "industries", "companySize", "dealPotential", "solvency", "source",
		"stage", "importance", "status", "categories", "tags", "addresses[].type", "channels[].label",
		"contacts[].decisionRole",
	}
}

// ResourceKind returns KindDictionary.
func (d *Dictionary) ResourceKind() string { return KindDictionary }

// Meta returns the dictionary's metadata.
func (d *Dictionary) Meta() *Metadata { return &d.Metadata }

// State returns the dictionary's status.
func (d *Dictionary) State() *Status { return &d.Status }

// SetDefaults fills in version and kind.
func (d *Dictionary) SetDefaults() {
	setDefault(&d.APIVersion, APIVersion)
	setDefault(&d.Kind, KindDictionary)
}

// openVocabulary splits "properties.loyalty" and "fields.gln" into their two halves.
func openVocabulary(of string) (list, key string, ok bool) {
	list, key, ok = strings.Cut(of, ".")
	return list, key, ok && (list == "properties" || list == "fields")
}
