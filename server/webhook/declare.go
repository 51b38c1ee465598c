package webhook

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"assay/rules"
	"assay/server/crm"
)

// Change is what applying a webhook makes different, besides its spec.
type Change struct {
	Changed bool   // something does
	Made    string // the secret, when one was made; it is shown this once

	dispatcher *Dispatcher
	hook       *rules.Webhook
	secrets    rules.WebhookSecrets
	created    *hook // a hook that was not there before
}

// Prepare checks a webhook, whose secrets were taken out of it, beyond its form,
// and says what applying it changes. The error is a *crm.InvalidError when the
// author can mend it. Nothing happens before Keep.
func (d *Dispatcher) Prepare(w *rules.Webhook, secrets rules.WebhookSecrets) (*Change, error) {
	c := &Change{dispatcher: d, hook: w, secrets: secrets}
	old, _ := d.hook(w.Metadata.Name)
	var had state
	if old != nil {
		had = old.snapshot()
	}
	problems := d.check(w, old == nil)
	for name, value := range secrets.Headers {
		if value == "" {
			kept, known := had.Secrets.Headers[name]
			switch {
			case !known:
				problems = append(problems, crm.Problem{Field: "spec.headers." + name, Code: "header_without_value",
					Message: "has no value, and none is known; give it one"})
			case !sameOrigin(old.declared().Spec.URL, w.Spec.URL):
				problems = append(problems, crm.Problem{Field: "spec.headers." + name, Code: "header_without_value",
					Message: "has no value, and the one that is known was given for another address; give it again"})
			}
			c.secrets.Headers[name] = kept
		}
	}
	if len(problems) > 0 {
		return nil, &crm.InvalidError{Problems: problems}
	}
	switch {
	case secrets.Secret != "":
	case had.Secrets.Secret != "":
		c.secrets.Secret = had.Secrets.Secret
	default:
		c.Made = newSecret()
		c.secrets.Secret = c.Made
	}
	c.Changed = old == nil || !sameSecrets(had.Secrets, c.secrets)
	return c, nil
}

// sameOrigin reports whether two addresses are of one scheme, host and port: what is secret to one receiver is not sent to another.
func sameOrigin(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && strings.EqualFold(x.Scheme, y.Scheme) && strings.EqualFold(x.Host, y.Host)
}

func (d *Dispatcher) check(w *rules.Webhook, isNew bool) (problems []crm.Problem) {
	for _, i := range unknownEvents(w.Spec.Events) {
		problems = append(problems, crm.Problem{Field: fmt.Sprintf("spec.events[%d]", i), Code: "unknown_event",
			Message: fmt.Sprintf("there is no event %s; there are %v", w.Spec.Events[i], crm.EventTypes())})
	}
	if u, err := url.Parse(w.Spec.URL); err == nil {
		if addr, err := netip.ParseAddr(u.Hostname()); err == nil { // a name is looked up when it is sent to
			if err := d.guard.check(addr); err != nil {
				problems = append(problems, crm.Problem{Field: "spec.url", Code: "address_not_allowed", Message: err.Error()})
			}
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if isNew && len(d.hooks) >= maxHooks {
		problems = append(problems, crm.Problem{Field: "metadata.name", Code: "too_many_webhooks",
			Message: fmt.Sprintf("there are %d webhooks, and no more are allowed; delete one that is not needed", maxHooks)})
	}
	return problems
}

func sameSecrets(a, b rules.WebhookSecrets) bool {
	if a.Secret != b.Secret || len(a.Headers) != len(b.Headers) {
		return false
	}
	for name, value := range a.Headers {
		if other, ok := b.Headers[name]; !ok || other != value {
			return false
		}
	}
	return true
}

// Keep makes durable what the hook needs beside its object: the secrets and, of
// a new hook, that it begins with the next event. It comes before the object is
// stored: an outbox without an object is forgotten at the next start.
func (c *Change) Keep(ctx context.Context) error {
	d := c.dispatcher
	if h, _ := d.hook(c.hook.Metadata.Name); h != nil {
		h.renew(c.secrets)
		return h.save(ctx)
	}
	newest, err := d.Store.LastEvent(ctx)
	if err != nil {
		return err
	}
	if err := d.Store.DropOutbox(ctx, c.hook.Metadata.Name); err != nil { // of one whose object never was
		return err
	}
	c.created = newHook(d, c.hook, state{UID: c.hook.Metadata.UID, Cursor: newest, Secrets: c.secrets})
	return c.created.save(ctx)
}

// Start puts the webhook in force, after its object was stored.
func (c *Change) Start() {
	d := c.dispatcher
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.created == nil {
		if h := d.hooks[c.hook.Metadata.Name]; h != nil {
			h.redeclare(c.hook)
		}
		return
	}
	d.hooks[c.hook.Metadata.Name] = c.created
	d.begin(c.created)
}

// redeclare puts another spec in force. One that differs asks a receiver that
// wanted no more again.
func (h *hook) redeclare(w *rules.Webhook) {
	h.mu.Lock()
	if h.spec.Metadata.Generation != w.Metadata.Generation && h.state.Gone != "" {
		h.state.Gone = ""
		h.unsaved++
	}
	h.spec = w
	h.trouble = nil
	h.mu.Unlock()
	h.nudge()
}

// Resume lets a hook whose receiver answered 410 go on, and begins to count
// anew what an operator has seen: events missed, and those a filter failed on.
func (d *Dispatcher) Resume(ctx context.Context, name string) error {
	h, err := d.hook(name)
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.state.Gone, h.state.Missed, h.state.FilterErrors = "", 0, 0
	h.mu.Unlock()
	h.nudge()
	return h.save(ctx)
}

// renew puts secrets in force.
func (h *hook) renew(secrets rules.WebhookSecrets) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state.Secrets.Secret != secrets.Secret {
		h.state.Previous, h.state.PreviousUntil = h.state.Secrets.Secret, h.Now().UTC().Add(rotation)
	}
	h.state.Secrets = secrets
	h.nudge()
}

func (h *hook) snapshot() state {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

// declared returns the webhook as it is in force.
func (h *hook) declared() *rules.Webhook {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.spec
}
