package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"assay/rules"
	"assay/server/api"
	"assay/server/crm"
)

const (
	recentEvents = 10 // shown
	recentPages  = 20 // of the log that are looked through for them
)

// recentEvents shows what happened to an object lately. What happened to clients
// because of it is not told: there may be any number of that.
func (a *app) recentEvents(ctx context.Context, c *api.Client, o rules.Object) error {
	found, looked, err := eventsOf(ctx, c, o)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		fmt.Fprintf(a.Stdout, "\nEvents: none of it among the last %s\n", plural(looked, "event", "events"))
		return nil
	}
	fmt.Fprintln(a.Stdout, "\nEvents")
	t := a.newTable("  AT", "TYPE", "BY", "WHAT")
	for _, e := range found {
		t.row("  "+e.At.String(), string(e.Type), orDash(e.By), eventWords(e))
	}
	return t.flush()
}

// eventsOf looks through the log from its end for the newest events of an object,
// and returns them in the order of the log.
func eventsOf(ctx context.Context, c *api.Client, o rules.Object) (found []crm.Event, looked int64, err error) {
	after, before := int64(api.Newest), int64(0)
	for range recentPages {
		page, err := c.Events(ctx, after, api.MaxLimit)
		var p *api.Problem
		if errors.As(err, &p) && p.Code == api.CodeGone {
			break // the log is not kept that far back
		}
		if err != nil {
			return nil, 0, err
		}
		first := before
		for _, e := range slices.Backward(page.Items) {
			if before != 0 && e.Seq >= before {
				continue
			}
			first = e.Seq
			looked++
			if isAbout(e, o) {
				found = append(found, e)
			}
		}
		if len(found) >= recentEvents || first == before || first <= 1 {
			break
		}
		before, after = first, max(0, first-1-api.MaxLimit)
	}
	found = found[:min(len(found), recentEvents)]
	slices.Reverse(found)
	return found, looked, nil
}

// isAbout reports whether an event is about an object, and not about a client.
func isAbout(e crm.Event, o rules.Object) bool {
	if e.Client != 0 {
		return false
	}
	name := o.Meta().Name
	var detail struct {
		Kind  string   `json:"kind"`
		Name  string   `json:"name"`
		Rules []string `json:"rules"`
	}
	if len(e.Detail) > 0 && json.Unmarshal(e.Detail, &detail) != nil {
		return false
	}
	if o.ResourceKind() == rules.KindRule {
		return e.Rule == name || slices.Contains(detail.Rules, name)
	}
	return detail.Kind == o.ResourceKind() && detail.Name == name
}

// eventWords says what an event tells besides its type.
func eventWords(e crm.Event) string {
	var sweep struct {
		Rules       []string `json:"rules"`
		Done, Total int64
	}
	if e.Type == crm.EventSweepProgress && json.Unmarshal(e.Detail, &sweep) == nil {
		text := fmt.Sprintf("%s of %s judged", grouped(sweep.Done), plural(sweep.Total, "client", "clients"))
		if others := len(sweep.Rules) - 1; others > 0 {
			text += " by it and " + plural(int64(others), "other rule", "other rules")
		}
		return text
	}
	return orDash(compact(e.Detail))
}
