package engine

import (
	"errors"
	"fmt"

	"assay/rules"
	"assay/rules/cel"
	"assay/rules/library"
)

// written returns the CEL rule that r stands for, which is r itself unless it is one of the library, and what
// is to be compiled of it.
func written(r *rules.Rule) (*rules.Rule, cel.Check, error) {
	if r.Spec.Library == "" {
		return r, cel.CheckOf(r), nil
	}
	entry, err := library.Find(r.Spec.Library)
	if err != nil {
		return nil, cel.Check{}, invalid("spec.library", "unknown_library", "%v", err)
	}
	if err := checkSettings(entry.Settings, r.Spec.Settings); err != nil {
		return nil, cel.Check{}, err
	}
	out, settings, err := entry.Expand(r)
	if bounds, ok := errors.AsType[*library.BoundsError](err); ok {
		return nil, cel.Check{}, invalid("spec.settings."+bounds.Lower, "invalid_settings", "%v", bounds)
	}
	if err != nil {
		return nil, cel.Check{}, fmt.Errorf("write out rule %s of the library: %w", entry.Name, err)
	}
	check := cel.CheckOf(out)
	check.Settings = settings
	return out, check, nil
}
