package rules

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"assay/sdk/abi"
)

// RuleType says what a rule gives: findings or a label.
type RuleType string

// The types of a rule.
const (
	Quality      RuleType = "Quality"      // findings: what is wrong with a client
	Segmentation RuleType = "Segmentation" // a label: which group a client belongs to
)

// Mode says what a rule's results lead to.
type Mode string

// The modes of a rule.
const (
	Shadow  Mode = "Shadow"  // evaluated and shown as a difference, not listed in reports
	Monitor Mode = "Monitor" // listed in reports
	Enforce Mode = "Enforce" // also refuses a write that would introduce a finding
)

// Severity says how much a finding matters.
type Severity string

// The severities of a rule, the lightest first.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// FailurePolicy says what an enforcing rule does with a write that it could not judge.
type FailurePolicy string

// The failure policies of a rule.
const (
	Allow  FailurePolicy = "Allow"
	Refuse FailurePolicy = "Refuse"
)

// Isolation says how much of what a rule saw of other clients can be seen while it judges one.
type Isolation string

// The isolations of a rule, the strongest first.
const (
	IsolateRecord Isolation = "Record" // nothing: its module is set back before each client
	IsolateBatch  Isolation = "Batch"  // clients that are judged in the same batch
)

// Rule is a declared quality check or segmentation.
type Rule struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   Metadata   `json:"metadata"`
	Spec       RuleSpec   `json:"spec"`
	Status     RuleStatus `json:"status,omitzero"`
}

// RuleSpec is what the author of a rule declares. Match, ForEach.In, Require,
// SeverityBy, Suggest and Label hold CEL; Message and Reason hold templates by language (en, ru,
// uk), see [Render].
type RuleSpec struct {
	Type          RuleType      `json:"type"`                    // findings or a label; may be left out with Library
	Mode          Mode          `json:"mode,omitempty"`          // Monitor by default
	Severity      Severity      `json:"severity,omitempty"`      // quality only; warning by default
	FailurePolicy FailurePolicy `json:"failurePolicy,omitempty"` // quality only; Allow by default

	// Library names the rule of the library (package rules/library) that this one is, with Settings. What is
	// given besides, such as Severity or Message, replaces what the library's rule says.
	Library string `json:"library,omitempty"`

	// Match limits a CEL rule to the clients for which it is true; "" means all.
	Match string `json:"match,omitempty"`
	// ForEach makes Require run once for every row of a list.
	ForEach *ForEach `json:"forEach,omitempty"`
	// Require is what must be true; a finding is opened where it is not.
	Require string `json:"require,omitempty"`
	// Path is the place to fix; its [] becomes the index of the ForEach row.
	Path string `json:"path,omitempty"`
	// SeverityBy gives a finding a severity of its own, "" that of the rule.
	SeverityBy string `json:"severityBy,omitempty"`
	// Suggest gives a better value for what Path names, null or none for nothing.
	Suggest string `json:"suggest,omitempty"`
	// Message is the text of a finding by language; without one the text says what Require demands. With a Module it is the text for
	// finding codes that the module itself has no message for.
	Message map[string]string `json:"message,omitempty"`

	// Labels are the titles of a segmentation's labels.
	Labels map[string]Label `json:"labels,omitempty"`
	// Label is the CEL expression that gives a client its label, "" for none.
	Label string `json:"label,omitempty"`
	// Reason says by language why a client has its label.
	Reason map[string]string `json:"reason,omitempty"`

	// Module replaces the CEL: the check of an uploaded WebAssembly module.
	Module *Module `json:"module,omitempty"`
	// Settings is the JSON handed to the module's check, or the settings of the library's rule.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Limits bound one evaluation; nil means the server's defaults.
	Limits *Limits `json:"limits,omitempty"`
	// Isolation is Record by default for a module. CEL compiles to modules that keep nothing, and by
	// default they are not set back.
	Isolation Isolation `json:"isolation,omitempty"`

	// Cases are examples that must hold before the rule is put to work.
	Cases []Case `json:"cases,omitempty"`
}

// ForEach names a list and the variable that holds one row of it.
type ForEach struct {
	In string `json:"in"` // CEL, a list such as client.contacts
	As string `json:"as"` // an identifier besides client and now
}

// Label describes one label of a segmentation.
type Label struct {
	Title map[string]string `json:"title,omitempty"` // by language
}

// Module names a check of a WebAssembly module.
type Module struct {
	Digest string `json:"digest,omitempty"` // "sha256:" and 64 hexadecimal digits
	Check  string `json:"check,omitempty"`  // "" is the only check of the module
	// Path is a file that the reader of the manifest uploads, in place of a digest;
	// accepted with [ParseOptions.ModulePaths] only.
	Path string `json:"path,omitempty"`
}

// Limits bound one evaluation of a rule.
type Limits struct {
	Fuel   int64  `json:"fuel,omitempty"`   // units for one client; 0 means the default
	Memory string `json:"memory,omitempty"` // bytes for an instance, with Ki, Mi or Gi; "" means the default
}

// minMemory is the least that Limits.Memory may be: one WebAssembly page.
const minMemory = 64 << 10

// MemoryBytes returns the memory limit in bytes, 0 when there is none.
func (l *Limits) MemoryBytes() (int64, error) {
	if l == nil || l.Memory == "" {
		return 0, nil
	}
	number, unit := l.Memory, int64(1)
	for suffix, size := range map[string]int64{"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30} {
		if cut, found := strings.CutSuffix(l.Memory, suffix); found {
			number, unit = cut, size
		}
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not an amount of memory such as 512Ki or 16Mi", l.Memory)
	}
	bytes := int64(n) * unit
	if bytes < minMemory || bytes > abi.MaxMemory {
		return 0, fmt.Errorf("%q is out of range: give 64Ki to 64Mi", l.Memory)
	}
	return bytes, nil
}

// ResourceKind returns KindRule.
func (r *Rule) ResourceKind() string { return KindRule }

// Meta returns the rule's metadata.
func (r *Rule) Meta() *Metadata { return &r.Metadata }

// State returns the rule's generation and conditions.
func (r *Rule) State() *Status { return &r.Status.Status }

// SetDefaults fills in mode, and for quality rules severity and failure policy. The type and the severity of
// a rule of the library are what that says.
func (r *Rule) SetDefaults() {
	setDefault(&r.APIVersion, APIVersion)
	setDefault(&r.Kind, KindRule)
	if r.Spec.Library != "" {
		setDefault(&r.Spec.Type, Quality)
	}
	setDefault(&r.Spec.Mode, Monitor)
	if r.Spec.Type != Quality {
		return
	}
	if r.Spec.Library == "" {
		setDefault(&r.Spec.Severity, Warning)
	}
	setDefault(&r.Spec.FailurePolicy, Allow)
}

func setDefault[T ~string](to *T, value T) {
	if *to == "" {
		*to = value
	}
}
