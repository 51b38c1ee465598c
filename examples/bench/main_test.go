package main

import (
	"slices"
	"testing"
	"time"
)

func TestASmallRunIsSmallWhereNothingElseIsSaid(t *testing.T) {
	s, err := chosen("", []string{"-small", "-rounds", "3", "-sizes", "20,10"})
	if err != nil {
		t.Fatal(err)
	}
	if s.rounds != 3 || !slices.Equal(s.sizes, []int{10, 20}) {
		t.Errorf("what was said is %d rounds, sizes %v", s.rounds, s.sizes)
	}
	if s.clients != 5000 || s.load != 2*time.Second {
		t.Errorf("what was not said is %d clients, a load of %v", s.clients, s.load)
	}
}

func TestMistakesInFlags(t *testing.T) {
	for _, args := range [][]string{{"-only", "nothing"}, {"-only", "["}, {"-sizes", "x"}, {"-sizes", "0"}, {"-sizes", "10,10"}, {"-rounds", "0"}, {"-clients", "10"}, {"more"}} {
		if _, err := chosen("", args); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}

// The whole run is to take less than 20 minutes, of which the program's build takes half a minute.
func TestTheBudgetsAreUnder20Minutes(t *testing.T) {
	sum := 30 * time.Second
	for _, p := range parts {
		sum += p.budget
	}
	if sum >= 20*time.Minute {
		t.Errorf("the parts have %v", sum)
	}
}
