package rules

import "time"

// Status is how far the server has come with an object; it is the server's alone.
type Status struct {
	// ObservedGeneration is the generation that the rest of the status speaks of.
	ObservedGeneration int64       `json:"observedGeneration,omitempty"`
	Conditions         []Condition `json:"conditions,omitempty"`
	Preview            *Preview    `json:"preview,omitempty"` // in the answer to a dry run alone
}

// Preview is what a rule would find in the stored base if it were in force.
type Preview struct {
	Rule      string `json:"rule"`      // of a Field: the one it asks for
	Clients   int64  `json:"clients"`   // in the base
	Judged    int64  `json:"judged"`    // of them, when the time for a preview ended; the counts are of these
	Violating int64  `json:"violating"` // with a finding
	Findings  int64  `json:"findings"`
	Failed    int64  `json:"failed"`            // the rule could not judge them
	Failure   string `json:"failure,omitempty"` // what happened on the first of them
}

// RuleStatus is the status of a rule.
type RuleStatus struct {
	Status
	Sweep *Sweep `json:"sweep,omitempty"` // nil when no sweep has begun
	// Module is the digest of the module that ran, for CEL rules too.
	Module string `json:"module,omitempty"`

	// What the stored base shows.
	Violating int64 `json:"violating,omitempty"` // clients with a finding of it
	Findings  int64 `json:"findings,omitempty"`  // open ones
	Errors    int64 `json:"errors,omitempty"`    // clients it could not judge
	Stale     bool  `json:"stale,omitempty"`     // the rule does not judge now: what it shows is from before

	// What the running version has done since it was compiled.
	Evaluated  int64 `json:"evaluated,omitempty"`  // evaluations: a client counts each time
	FuelP50    int64 `json:"fuelP50,omitempty"`    // units an evaluation, within 3 %
	FuelP99    int64 `json:"fuelP99,omitempty"`    // the same
	FuelMax    int64 `json:"fuelMax,omitempty"`    // units, exactly
	MemoryPeak int64 `json:"memoryPeak,omitempty"` // bytes, the most an instance of the module had
	// EvaluationSeconds were spent in evaluations, by all processors together.
	EvaluationSeconds float64 `json:"evaluationSeconds,omitempty"`
	LastError         string  `json:"lastError,omitempty"`
	// RanIn says how it ran the last time: "fused" with other rules in one module, or "apart" in its own.
	RanIn string `json:"ranIn,omitempty"`
}

// Sweep is the progress of one pass over the stored base.
type Sweep struct {
	Done      int64     `json:"done"`  // clients
	Total     int64     `json:"total"` // clients
	StartedAt time.Time `json:"startedAt,omitzero"`

	SecondsLeft *int64 `json:"secondsLeft,omitempty"` // at the speed so far; nil when it is not known
	Paused      bool   `json:"paused,omitempty"`
}

// The conditions of an object.
const (
	Compiled = "Compiled" // its expressions compile, or its module loads and has the check
	Ready    = "Ready"    // it is in force
	Current  = "Current"  // the stored base has been judged by this generation
	Degraded = "Degraded" // it works, but not as declared: an old version, errors, quarantine
	Synced   = "Synced"   // it is as its file in the rules folder says; only of objects that the folder manages
)

// ConditionStatus says whether a condition holds.
type ConditionStatus string

// The statuses of a condition.
const (
	True    ConditionStatus = "True"
	False   ConditionStatus = "False"
	Unknown ConditionStatus = "Unknown"
)

// Condition is one statement about an object, with the reason for it.
type Condition struct {
	Type    string          `json:"type"`
	Status  ConditionStatus `json:"status"`
	Reason  string          `json:"reason,omitempty"`  // one CamelCase word, for programs
	Message string          `json:"message,omitempty"` // a sentence, for people
	// LastTransitionTime is when Status last changed, not when it was last confirmed.
	LastTransitionTime time.Time `json:"lastTransitionTime,omitzero"`
	ObservedGeneration int64     `json:"observedGeneration,omitempty"`
}

// SetCondition puts c in place of the condition of its type, or adds it. The
// transition time is c's own when given, otherwise now; it is kept as it was
// when the status is what it was. It reports whether anything changed.
func (s *Status) SetCondition(c Condition, now time.Time) bool {
	if c.LastTransitionTime.IsZero() {
		c.LastTransitionTime = now
	}
	old := s.Condition(c.Type)
	if old == nil {
		s.Conditions = append(s.Conditions, c)
		return true
	}
	if old.Status == c.Status {
		c.LastTransitionTime = old.LastTransitionTime
	}
	changed := *old != c
	*old = c
	return changed
}

// Condition returns the condition of the type, nil when there is none.
func (s *Status) Condition(kind string) *Condition {
	for i := range s.Conditions {
		if s.Conditions[i].Type == kind {
			return &s.Conditions[i]
		}
	}
	return nil
}

// Is reports whether the condition of the type is True.
func (s *Status) Is(kind string) bool {
	c := s.Condition(kind)
	return c != nil && c.Status == True
}
