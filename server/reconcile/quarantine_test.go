package reconcile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/intake"
)

// tagged fails on clients without tags, and finds fault with those that have more than one.
const tagged = `match: 'client.name != ""', require: '3 / size(client.tags) > 1', path: tags`

// untagged imports clients that the rule fails on, and returns how many lines failed.
func (b *base) untagged(n int) int64 {
	b.t.Helper()
	last, err := b.store.LastEvent(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"externalId":"u%d","name":"client %d","tags":[],"notes":"%d"}`, i, i, last) // another each time
	}
	return b.importLines(nil, lines...).Failed
}

// tag gives tags to the clients with such numbers.
func (b *base) tag(from, to int64) {
	b.t.Helper()
	for id := from; id <= to; id++ {
		b.patch(id, `{"tags":["a"]}`)
	}
}

func (b *base) patch(id int64, doc string) *intake.Answer {
	b.t.Helper()
	answer, err := b.intake.Patch(ctx, id, intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(doc)})
	if err != nil {
		b.t.Fatalf("patch %d: %v", id, err)
	}
	return answer
}

// logged returns how many events of a type the log has.
func (b *base) logged(typ crm.EventType) (n int) {
	b.t.Helper()
	events, _, err := b.store.Events(ctx, crm.Everything, 0, 100_000)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range events {
		if e.Type == typ {
			n++
		}
	}
	return n
}

// degraded returns the reason and the message of the rule's condition.
func (b *base) degraded(name string) (reason, message string) {
	b.t.Helper()
	s := b.status(name)
	c := s.Condition(rules.Degraded)
	return c.Reason, c.Message
}

// runUntilRetry lets the base work until the rule's condition names the time of its next trial.
func (b *base) runUntilRetry(name, at string) {
	b.t.Helper()
	b.runUntil(func() bool {
		if err := b.store.AppendEvents(ctx, []crm.Event{{Type: crm.EventObjectApplied}}); err != nil { // to ask again
			b.t.Fatal(err)
		}
		_, message := b.degraded(name)
		return strings.HasSuffix(message, "; it is tried again at 2026-11-21T"+at+"Z")
	})
}

func TestAQuarantinedRuleIsTriedWithBackoffAndComesBack(t *testing.T) {
	b := newBase(t)
	b.apply(rule("tagged", tagged))
	b.apply(rule("named", `require: 'client.name != "client 7"'`))
	b.create(`{"name":"A","tags":["a","b","c"]}`)
	b.untagged(150)
	b.runUntilRetry("tagged", "12:01:00")
	if reason, message := b.degraded("tagged"); reason != "Quarantined" || !strings.HasPrefix(message, "it failed on ") || !strings.Contains(message, " clients; the last failure: division by zero") {
		t.Errorf("%s: %s", reason, message)
	}
	if s := b.status("tagged"); s.Is(rules.Ready) || s.Condition(rules.Ready).Reason != "Quarantined" {
		t.Errorf("conditions %+v", s.Conditions)
	}
	if reason, _ := b.degraded("named"); reason != "AsDeclared" || b.count("named").Findings != 1 {
		t.Error("the other rule suffers")
	}
	if n := b.logged(crm.EventRuleQuarantined); n != 1 {
		t.Errorf("%d events", n)
	}

	b.patch(1, `{"tags":["a"]}`)
	if got := b.found(1); got != "tagged tags" || b.count("tagged").Pending == 0 {
		t.Errorf("a write changed what a quarantined rule has found: %q", got)
	}
	b.sweep() // nothing that could be judged
	b.now = b.now.Add(time.Minute)
	b.runUntilRetry("tagged", "12:03:00") // in vain, so after twice the time

	b.tag(2, 151)
	b.now = b.now.Add(2 * time.Minute)
	b.runUntil(func() bool { return b.logged(crm.EventRuleResumed) == 1 && b.count("tagged").Pending == 0 })
	if s := b.status("tagged"); s.Is(rules.Degraded) || !s.Is(rules.Ready) || !s.Is(rules.Current) || b.found(1) != "" || b.count("tagged").Errors != 0 {
		t.Errorf("conditions %+v, found %q, %+v", s.Conditions, b.found(1), b.count("tagged"))
	}

	for b.Current().Rule("tagged").Judging() { // it fails again before it has worked for a while
		b.untagged(150)
	}
	b.runUntilRetry("tagged", "12:07:00")
	if n := b.logged(crm.EventRuleQuarantined); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestApplyingAQuarantinedRuleHasItRunAtOnce(t *testing.T) {
	b := newBase(t)
	manifest := rule("tagged", tagged)
	b.apply(manifest)
	b.create(`{"name":"A","tags":["a"]}`)
	b.untagged(150)
	if b.Current().Rule("tagged").Judging() {
		t.Fatal("the rule is not quarantined")
	}
	if _, err := b.tryApply(manifest, false); problems(err) != "spec rule_fails" || b.Current().Rule("tagged").Judging() {
		t.Errorf("applied while the clients are as they were: %v", err)
	}
	b.tag(2, 151)
	if a := b.apply(manifest); !a.Changed || !b.Current().Rule("tagged").Judging() {
		t.Errorf("applied as it was: %+v", a)
	}
	b.now = b.now.Add(time.Hour)
	b.sweep()
	if s := b.status("tagged"); s.Is(rules.Degraded) || !s.Is(rules.Current) {
		t.Errorf("conditions %+v", s.Conditions)
	}
}

// The server forgets what is quarantined, not what is to be judged.
func TestAStartTriesAQuarantinedRule(t *testing.T) {
	b := newBase(t)
	b.apply(rule("tagged", tagged))
	b.create(`{"name":"A","tags":["a","b","c"]}`)
	b.untagged(150)
	b.patch(1, `{"tags":["a"]}`)
	b.close()
	b.open()
	if got := b.found(1); got != "tagged tags" || b.count("tagged").Pending == 0 {
		t.Fatalf("found %q, %+v", got, b.count("tagged"))
	}
	b.tag(2, 151)
	b.sweep()
	if got := b.found(1); got != "" || b.count("tagged").Pending != 0 {
		t.Errorf("found %q, %+v", got, b.count("tagged"))
	}
}

func TestWhatAQuarantinedEnforcingRuleDoesWithWritesIsItsFailurePolicy(t *testing.T) {
	for policy, refuses := range map[string]bool{"Allow": false, "Refuse": true} {
		b := newBase(t)
		b.create(`{"name":"A","tags":["a"]}`)
		b.create(`{"name":"B"}`)
		b.apply(rule("tagged", tagged+", mode: Enforce, failurePolicy: "+policy))
		b.sweep()
		if failed := b.untagged(150); (failed == 150) != refuses {
			t.Errorf("%s: %d lines failed", policy, failed)
		}
		if b.Current().Rule("tagged").Judging() {
			t.Fatalf("%s: the rule is not quarantined", policy)
		}
		for what, write := range map[string]func(intake.Request) error{
			"a new client":       func(rq intake.Request) error { _, err := b.intake.Create(ctx, rq); return err },
			"a client":           func(rq intake.Request) error { _, err := b.intake.Patch(ctx, 1, rq); return err },
			"one that failed":    func(rq intake.Request) error { _, err := b.intake.Patch(ctx, 2, rq); return err },
			"a rehearsed change": func(rq intake.Request) error { rq.DryRun = true; _, err := b.intake.Patch(ctx, 1, rq); return err },
		} {
			err := write(intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(`{"name":"C","tags":["a","b"]}`)})
			var refused *intake.RefusedError
			if errors.As(err, &refused) != refuses || !refuses && err != nil {
				t.Errorf("%s, %s: %v", policy, what, err)
			} else if refuses && (len(refused.Results) != 1 || !strings.Contains(refused.Results[0].Error, "quarantined")) {
				t.Errorf("%s, %s: %+v", policy, what, refused.Results)
			}
		}
		if n := b.untagged(3); (n == 3) != refuses {
			t.Errorf("%s: of 3 lines %d failed", policy, n)
		}
	}
}

func TestADryRunAndARepeatedRequestShowWhatAQuarantinedRuleFound(t *testing.T) {
	b := newBase(t)
	b.apply(rule("tagged", tagged))
	rq := intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(`{"name":"A","tags":["a","b","c"]}`), IdempotencyKey: "k"}
	if _, err := b.intake.Create(ctx, rq); err != nil {
		t.Fatal(err)
	}
	b.untagged(150)
	again, err := b.intake.Create(ctx, rq)
	if err != nil || !again.Replayed || len(again.Results) != 1 {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	dry, err := b.intake.Patch(ctx, 1, intake.Request{Scope: crm.Everything, Doc: []byte(`{"tags":["a"]}`), DryRun: true})
	if err != nil || len(dry.Results) != 1 || dry.Results[0].Findings[0].Since.IsZero() {
		t.Errorf("rehearsed: %+v, %v", dry, err)
	}
	if stored := b.patch(1, `{"tags":["a"]}`); len(stored.Results) != 1 {
		t.Errorf("stored: %+v", stored.Results)
	}
}
