package reconcile

import (
	"fmt"
	"strconv"

	"assay/rules"
	"assay/server/crm"
)

// StaleError refuses a change of an object that was made from another version of
// it than there is; it is crm.ErrRevisionConflict.
type StaleError struct {
	Kind, Name string
	Have       string // the resourceVersion it has, "" when there is no such object
	Sent       string // the one the change was made from
}

// Error names both versions and the way out.
func (e *StaleError) Error() string {
	if e.Have == "" {
		return fmt.Sprintf("%s %s does not exist, and its resourceVersion %s is asked for; leave it out to create it", e.Kind, e.Name, e.Sent)
	}
	return fmt.Sprintf("%s %s is at resourceVersion %s, not %s; read it again and repeat the change", e.Kind, e.Name, e.Have, e.Sent)
}

// Unwrap returns crm.ErrRevisionConflict.
func (e *StaleError) Unwrap() error { return crm.ErrRevisionConflict }

// checkVersion refuses a change of o that was made from another version than the
// old one; "" is any.
func checkVersion(o rules.Object, old *object, sent string) error {
	if sent == "" {
		return nil
	}
	stale := &StaleError{Kind: o.ResourceKind(), Name: o.Meta().Name, Sent: sent}
	if old != nil {
		stale.Have = strconv.FormatInt(old.version, 10)
	}
	if stale.Have == sent {
		return nil
	}
	return stale
}

// checkLabels refuses labels that only the server gives: they say that an object
// is another one's.
func checkLabels(o rules.Object) error {
	for _, label := range []string{rules.LabelOwnerKind, rules.LabelOwnerName} {
		if _, given := o.Meta().Labels[label]; given {
			return invalid("metadata.labels."+label, "reserved_label", "the label %s is the server's: it marks a rule that a field asks for; leave it out", label)
		}
	}
	return nil
}

// checkOwner refuses to change by itself a rule that a field asks for.
func (r *Reconciler) checkOwner(key objectKey) error {
	if key.kind != rules.KindRule || r.objects[key] != nil {
		return nil
	}
	if owner := r.owner(key.name); owner != "" {
		return &InUseError{What: "rule " + key.name, By: "field " + owner + ", which asks for it"}
	}
	return nil
}
