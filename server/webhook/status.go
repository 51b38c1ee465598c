package webhook

import (
	"context"
	"fmt"
	"strings"

	"assay/rules"
)

// Status returns how a hook does; missing are rules that it names and that are
// not declared any more. When conditions became so is for the caller to note.
func (d *Dispatcher) Status(ctx context.Context, name string, missing []string) (rules.WebhookStatus, error) {
	h, err := d.hook(name)
	if err != nil {
		return rules.WebhookStatus{}, err
	}
	newest, err := d.Store.LastEvent(ctx)
	if err != nil {
		return rules.WebhookStatus{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := rules.WebhookStatus{Cursor: h.read, Behind: max(0, newest-h.read), Pending: int64(h.waiting), DeadLetters: int64(len(h.dead)),
		Missed: h.state.Missed, Delivered: h.state.Delivered, Failures: h.state.Failures, FilterErrors: h.state.FilterErrors,
		LastDelivery: h.state.LastDelivery, LastError: h.state.LastError}
	s.Conditions = []rules.Condition{h.ready(), h.degraded(missing)}
	return s, nil
}

// ready says whether the hook sends at all. The caller holds h.mu.
func (h *hook) ready() rules.Condition {
	c := rules.Condition{Type: rules.Ready, Status: rules.False}
	switch {
	case h.state.Gone != "":
		c.Reason, c.Message = "Gone", h.state.Gone+"; nothing is sent any more: delete the webhook, or go on where it stopped with: assay webhook resume "+h.name
	case h.state.Secrets.Secret == "":
		c.Reason, c.Message = "SecretLost", "its secret and its place in the log are lost; apply it again with spec.secret, or without one to have another made"
	case h.spec.Spec.Suspend:
		c.Reason, c.Message = "Suspended", "spec.suspend is true; what happens meanwhile is sent afterwards, as far as the log is kept"
	case h.trouble != nil:
		c.Reason, c.Message = "Stopped", h.trouble.Error()
	default:
		c.Status, c.Reason = rules.True, "Sending"
	}
	return c
}

// degraded says what is not as it should be, the gravest first. The caller holds h.mu.
func (h *hook) degraded(missing []string) rules.Condition {
	var reasons, texts []string
	add := func(is bool, reason, format string, args ...any) {
		if is {
			reasons, texts = append(reasons, reason), append(texts, fmt.Sprintf(format, args...))
		}
	}
	retried := 0
	for _, l := range h.lines {
		if l.blocked() {
			retried++
		}
	}
	add(h.state.Missed > 0, "EventsMissed", "%d events of all types were no longer in the log when it was their turn; read the state anew, then: assay webhook resume %s", h.state.Missed, h.name)
	add(len(h.dead) >= maxDead, "DeadLettersFull", "%d events were given up, and no more are: others are tried on at the slowest pace; replay or delete them", len(h.dead))
	add(len(h.dead) > 0 && len(h.dead) < maxDead, "DeadLetters", "%d events were given up; replay or delete them", len(h.dead))
	add(h.waiting >= maxWaiting, "QueueFull", "%d events wait, and the log is read no further until some are sent", h.waiting)
	add(retried > 0, "Retrying", "the events of %d clients are tried again after a failure", retried)
	add(h.state.FilterErrors > 0, "FilterFailed", "%d events were not sent because spec.filter failed on the client; correct it, then: assay webhook resume %s", h.state.FilterErrors, h.name)
	add(len(missing) > 0, "RuleMissing", "spec.rules names rules that do not exist: %s", strings.Join(missing, ", "))
	if len(reasons) == 0 {
		return rules.Condition{Type: rules.Degraded, Status: rules.False, Reason: "AsDeclared"}
	}
	if last := h.state.LastError; last != nil {
		texts = append(texts, "the last failure: "+last.Message)
	}
	return rules.Condition{Type: rules.Degraded, Status: rules.True, Reason: reasons[0], Message: strings.Join(texts, "; ")}
}

// Figures are what operators watch of a hook.
type Figures struct {
	Name                         string
	Delivered, Failures, Missed  int64
	Pending, DeadLetters, Cursor int64
}

// Figures returns the figures of every hook, by name.
func (d *Dispatcher) Figures() []Figures {
	var list []Figures
	for _, h := range d.all() {
		h.mu.Lock()
		list = append(list, Figures{Name: h.name, Delivered: h.state.Delivered, Failures: h.state.Failures, Missed: h.state.Missed,
			Pending: int64(h.waiting), DeadLetters: int64(len(h.dead)), Cursor: h.read})
		h.mu.Unlock()
	}
	return list
}
