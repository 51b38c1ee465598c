package rules

import "time"

// APIVersion is the version every manifest names.
const APIVersion = "assay/v1"

// The kinds a manifest can have.
const (
	KindRule       = "Rule"
	KindField      = "Field"
	KindDictionary = "Dictionary"
	KindWebhook    = "Webhook"
)

// Object is one declared resource: a [*Rule], a [*Field], a [*Dictionary] or a [*Webhook].
type Object interface {
	// ResourceKind returns KindRule, KindField, KindDictionary or KindWebhook.
	ResourceKind() string
	// Meta returns the object's metadata for reading and for the server's stamps.
	Meta() *Metadata
	// State returns the part of the status that all kinds have.
	State() *Status
	// SetDefaults fills in what an author may leave out.
	SetDefaults()
	// Validate lists everything that is wrong with the object; its problems have a
	// path and no line, since an object does not know what file it came from.
	Validate() []Problem
}

// Metadata names an object and says which edition of it this is. Generation,
// ResourceVersion, UID and CreationTimestamp are the server's.
type Metadata struct {
	// Name is unique within a kind: lower-case letters, digits, "-" and "." for rules,
	// dictionaries and webhooks, an identifier for fields; at most 63 characters.
	Name string `json:"name"`
	// Labels are for selectors such as set=default.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations are notes of people and programs; Assay does not select by them.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Generation counts changes of the spec, from 1.
	Generation int64 `json:"generation,omitempty"`
	// ResourceVersion changes with every change of the object. Sent with an apply,
	// it must be the current one.
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// UID tells an object from an earlier one of the same name.
	UID string `json:"uid,omitempty"`
	// CreationTimestamp is when the object was first applied.
	CreationTimestamp time.Time `json:"creationTimestamp,omitzero"`
}

// The labels of an object that the server made on behalf of another one.
const (
	LabelOwnerKind = "assay/owner-kind"
	LabelOwnerName = "assay/owner-name"
)

// Owner returns the object on whose behalf this one was generated; ok is false
// for objects that somebody declared.
func (m *Metadata) Owner() (kind, name string, ok bool) {
	kind, name = m.Labels[LabelOwnerKind], m.Labels[LabelOwnerName]
	return kind, name, kind != "" && name != ""
}

// newObject returns an empty object of the kind, nil for an unknown kind.
func newObject(kind string) Object {
	switch kind {
	case KindRule:
		return &Rule{}
	case KindField:
		return &Field{}
	case KindDictionary:
		return &Dictionary{}
	case KindWebhook:
		return &Webhook{}
	}
	return nil
}
