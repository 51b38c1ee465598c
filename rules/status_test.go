package rules_test

import (
	"testing"
	"time"

	"assay/rules"
)

func TestSetConditionKeepsTheTimeOfTheTransition(t *testing.T) {
	first := time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC)
	later := first.Add(time.Hour)
	var s rules.Status

	if s.Is(rules.Ready) || s.Condition(rules.Ready) != nil {
		t.Fatal("a condition nobody set")
	}
	if !s.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.False, Reason: "Compiling"}, first) {
		t.Error("a new condition is a change")
	}
	if s.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.False, Reason: "Compiling"}, later) {
		t.Error("the same again is no change")
	}
	if !s.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.False, Reason: "Loading"}, later) {
		t.Error("another reason is a change")
	}
	if got := s.Condition(rules.Ready); !got.LastTransitionTime.Equal(first) || got.Reason != "Loading" {
		t.Errorf("the status stayed, so must its time: %+v", got)
	}
	s.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.True}, later)
	if got := s.Condition(rules.Ready); !got.LastTransitionTime.Equal(later) || !s.Is(rules.Ready) {
		t.Errorf("the status changed, so must its time: %+v", got)
	}
	given := later.Add(time.Hour)
	s.SetCondition(rules.Condition{Type: rules.Degraded, Status: rules.True, LastTransitionTime: given}, later)
	if got := s.Condition(rules.Degraded); !got.LastTransitionTime.Equal(given) || len(s.Conditions) != 2 {
		t.Errorf("a time that was given is kept: %+v", s.Conditions)
	}
}
