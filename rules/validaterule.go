package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"assay/sdk/abi"
)

// Validate lists what is wrong with the rule, besides what its CEL says. Set defaults first.
func (r *Rule) Validate() []Problem {
	v := &validator{}
	v.head(r.APIVersion, r.Kind, KindRule, &r.Metadata)
	v.name(r.Metadata.Name)
	s := &r.Spec
	choice(v, "spec.type", s.Type, Quality, Segmentation)
	switch {
	case s.Library != "" && s.Type != Quality:
		v.add("spec.type", "the rules of the library are Quality rules; remove the type or the library")
	case s.Type == Quality:
		v.quality(s)
	case s.Type == Segmentation:
		v.segmentation(s)
	}
	v.expressions(s)
	v.library(s)
	v.module(s)
	v.limits(s.Limits)
	if s.Isolation != "" {
		choice(v, "spec.isolation", s.Isolation, IsolateRecord, IsolateBatch)
	}
	for i := range s.Cases {
		v.specCase(s, &s.Cases[i], index("spec.cases", i))
	}
	return v.found
}

func (v *validator) quality(s *RuleSpec) {
	choice(v, "spec.mode", s.Mode, Shadow, Monitor, Enforce)
	if s.Library == "" || s.Severity != "" {
		choice(v, "spec.severity", s.Severity, Info, Warning, Error)
	}
	choice(v, "spec.failurePolicy", s.FailurePolicy, Allow, Refuse)
	const reason = "belongs to Segmentation rules; remove it"
	v.absent("spec.label", s.Label != "", reason)
	v.absent("spec.labels", s.Labels != nil, reason)
	v.absent("spec.reason", s.Reason != nil, reason)
	if s.Require == "" && s.Module == nil && s.Library == "" {
		v.add("spec", "a Quality rule needs require (a CEL expression that must be true), library or module")
	}
}

func (v *validator) segmentation(s *RuleSpec) {
	if s.Mode == Enforce {
		v.add("spec.mode", "Enforce refuses findings and a Segmentation rule has none; use Shadow or Monitor")
	} else {
		choice(v, "spec.mode", s.Mode, Shadow, Monitor)
	}
	const reason = "belongs to Quality rules; remove it"
	v.absent("spec.severity", s.Severity != "", reason)
	v.absent("spec.failurePolicy", s.FailurePolicy != "", reason)
	v.absent("spec.require", s.Require != "", reason)
	v.absent("spec.forEach", s.ForEach != nil, reason)
	v.absent("spec.path", s.Path != "", reason)
	v.absent("spec.severityBy", s.SeverityBy != "", reason)
	v.absent("spec.suggest", s.Suggest != "", reason)
	v.absent("spec.message", s.Message != nil, "belongs to Quality rules; say why a client has its label in reason")
	if s.Module == nil && s.Label == "" {
		v.add("spec", "a Segmentation rule needs label (a CEL expression that gives a text) or module")
	}
	for _, label := range slices.Sorted(maps.Keys(s.Labels)) {
		v.word(key("spec.labels", label), "the label", label, maxNameLength)
		v.titles(key("spec.labels", label)+".title", s.Labels[label].Title)
	}
}

func (v *validator) absent(path string, given bool, reason string) {
	if given {
		v.add(path, "%s", reason)
	}
}

func (v *validator) expressions(s *RuleSpec) {
	v.expression("spec.match", s.Match)
	v.expression("spec.require", s.Require)
	v.expression("spec.severityBy", s.SeverityBy)
	v.expression("spec.suggest", s.Suggest)
	v.expression("spec.label", s.Label)
	v.templates("spec.message", s.Message)
	v.templates("spec.reason", s.Reason)
	if s.ForEach != nil {
		v.forEach(s.ForEach)
	}
	rows := strings.Count(s.Path, "[]")
	switch {
	case s.Path != "" && !pathPattern.MatchString(s.Path):
		v.add("spec.path", "%q is not a place in a client such as taxId or contacts[].jobTitle", s.Path)
	case rows > 0 && s.ForEach == nil:
		v.add("spec.path", "[] stands for the row of forEach and there is no forEach")
	case rows > 1:
		v.add("spec.path", "has [] twice, and forEach walks one list")
	case s.Suggest != "" && s.Path == "" && s.Type == Quality && s.Module == nil:
		v.add("spec.suggest", "is a value for what path names, and there is no path")
	}
}

func (v *validator) forEach(f *ForEach) {
	v.expression("spec.forEach.in", f.In)
	if f.In == "" {
		v.add("spec.forEach.in", "is missing; name a list such as client.contacts")
	}
	v.identifier("spec.forEach.as", f.As)
	if f.As == "client" || f.As == "now" {
		v.add("spec.forEach.as", "%q is taken; choose another name", f.As)
	}
}

func (v *validator) module(s *RuleSpec) {
	if v.settings(s); s.Module == nil {
		return
	}
	const reason = "cannot stand beside module: the module itself says so; remove one of the two"
	v.absent("spec.match", s.Match != "", "cannot stand beside module: let the module pass over the clients it does not judge, or remove module")
	v.absent("spec.forEach", s.ForEach != nil, reason)
	v.absent("spec.require", s.Require != "", reason)
	v.absent("spec.label", s.Label != "", reason)
	v.absent("spec.path", s.Path != "", reason)
	v.absent("spec.severityBy", s.SeverityBy != "", reason)
	v.absent("spec.suggest", s.Suggest != "", reason)
	v.digest(s.Module)
	if s.Module.Check != "" {
		v.word("spec.module.check", "the name of the check", s.Module.Check, maxNameLength)
	}
}

func (v *validator) settings(s *RuleSpec) {
	switch {
	case s.Settings == nil:
	case s.Module == nil && s.Library == "":
		v.add("spec.settings", "settings are for modules and rules of the library; remove them, or name the module or the library's rule")
	case !json.Valid(s.Settings) || s.Settings[0] != '{':
		v.add("spec.settings", "must be a mapping (key: value)")
	case len(s.Settings) > abi.MaxSettingsBytes:
		v.add("spec.settings", "has %d bytes as JSON and at most %d are allowed", len(s.Settings), abi.MaxSettingsBytes)
	}
}

// library checks what may stand beside the name of a rule of the library.
func (v *validator) library(s *RuleSpec) {
	if s.Library == "" {
		return
	}
	const reason = "cannot stand beside library: the library's rule itself says so; remove one of the two"
	v.absent("spec.module", s.Module != nil, reason)
	v.absent("spec.forEach", s.ForEach != nil, reason)
	v.absent("spec.require", s.Require != "", reason)
	v.absent("spec.path", s.Path != "", reason)
	v.absent("spec.suggest", s.Suggest != "", reason)
}

func (v *validator) digest(m *Module) {
	switch {
	case m.Digest != "" && m.Path != "":
		v.add("spec.module", "has both digest and path; keep one")
	case m.Digest == "" && m.Path == "":
		v.add("spec.module", `needs digest: "sha256:…", as uploading the module answers it`)
	case m.Digest != "" && !digestPattern.MatchString(m.Digest):
		v.add("spec.module.digest", `%q is not "sha256:" and 64 hexadecimal digits in lower case`, m.Digest)
	}
}

func (v *validator) limits(l *Limits) {
	if l == nil {
		return
	}
	if l.Fuel < 0 || l.Fuel > abi.MaxFuel {
		v.add("spec.limits.fuel", "is %d; give 1 to %d units for one client, or none for the default of %d", l.Fuel, abi.MaxFuel, abi.DefaultFuel)
	}
	if _, err := l.MemoryBytes(); err != nil {
		v.add("spec.limits.memory", "%v", err)
	}
}

// specCase checks a case in a manifest against the type of its rule.
func (v *validator) specCase(s *RuleSpec, c *Case, path string) {
	v.found = append(v.found, validateCase(c, path)...)
	v.absent(key(path, "raw"), c.Raw, "belongs to case files; give the client as it is stored")
	v.absent(key(path, "settings"), c.Settings != nil, "belongs to case files; a rule has its settings in spec.settings")
	v.absent(key(path, "rule"), c.Rule != "", "belongs to case files; these cases are of the rule they stand in")
	v.found = append(v.found, c.expectations(s.Type, path)...)
}

// Expectations lists what the case expects and a rule of that type never gives.
func (c *Case) Expectations(t RuleType) []Problem { return c.expectations(t, "") }

func (c *Case) expectations(t RuleType, path string) []Problem {
	v := &validator{}
	v.absent(key(path, "label"), t == Quality && c.Label != "", "a Quality rule gives no label; expect findings")
	v.absent(key(path, "reason"), t == Quality && c.Reason != nil, "a Quality rule gives no label; expect findings with their message")
	v.absent(key(path, "measures"), t == Quality && c.Measures != nil, "measures are a Segmentation rule's; expect findings")
	v.absent(key(path, "findings"), t == Segmentation && c.Findings != nil, "a Segmentation rule gives no findings; expect a label")
	return v.found
}

// validateCase lists what is wrong with a case, whatever the rule.
func validateCase(c *Case, path string) []Problem {
	v := &validator{}
	switch {
	case c.Client == nil:
		v.add(path, "needs client, in the form of the API: client: {kind: company}")
	case !json.Valid(c.Client) || c.Client[0] != '{':
		v.add(key(path, "client"), "must be a mapping in the form of the API: {kind: company}")
	}
	if c.Settings != nil && (!json.Valid(c.Settings) || c.Settings[0] != '{') {
		v.add(key(path, "settings"), "must be a mapping (key: value)")
	}
	if c.Fuel < 0 || c.Fuel > abi.MaxFuel {
		v.add(key(path, "fuel"), "is %d; give 1 to %d units, or none for as many as the rule may spend", c.Fuel, abi.MaxFuel)
	}
	v.texts(key(path, "reason"), c.Reason)
	if c.Reason != nil && c.Label == "" {
		v.add(key(path, "reason"), "is of a label, and no label is expected; add label")
	}
	const noVerdict = "stands beside error, and a client that cannot be judged gets nothing else; remove one of the two"
	v.absent(key(path, "findings"), c.Error != "" && len(c.Findings) > 0, noVerdict)
	v.absent(key(path, "label"), c.Error != "" && c.Label != "", noVerdict)
	v.absent(key(path, "measures"), c.Error != "" && c.Measures != nil, noVerdict)
	for i := range c.Findings {
		at := index(key(path, "findings"), i)
		v.texts(key(at, "message"), c.Findings[i].Message)
		if c.Findings[i].Severity != "" {
			choice(v, key(at, "severity"), c.Findings[i].Severity, Info, Warning, Error)
		}
	}
	return v.found
}
