package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/server/api"
)

func (a *app) waitVerb() *cobra.Command {
	var condition string
	var timeout time.Duration
	verb := &cobra.Command{
		Use: "wait KIND NAME --for=condition=CONDITION[=STATUS]", Short: "Wait until an object has a condition",
		Long: "Waits until a " + kindWords(one) + " has a condition, and shows how far the base is judged meanwhile.\n\n" +
			"  assay wait rule tax-id --for=condition=Current                 every client is judged by it as it stands\n" +
			"  assay wait rule tax-id --for=condition=Degraded=False\n\n" +
			"Ends with 1 when the time is over, and at once when a rule does not run and so cannot become Current.",
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, name, err := kindName("wait", args)
			if err != nil {
				return err
			}
			g, err := goalOf(condition)
			if err != nil {
				return err
			}
			if timeout < 0 {
				return usagef("--timeout %s: give a time such as 90s or 10m", timeout)
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			g.kind, g.name = kind, name
			return a.await(cmd.Context(), c, []*goal{g}, timeout)
		},
	}
	verb.Flags().StringVar(&condition, "for", "", "condition=NAME or condition=NAME=STATUS; the status is True unless given")
	verb.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "how long to wait, such as 90s or 10m; 0 looks once")
	return verb
}

// goal is a condition that an object shall have.
type goal struct {
	kind      api.Kind
	name      string
	condition string
	status    rules.ConditionStatus
}

func (g *goal) ref() string { return refOf(g.kind, g.name) }

// words says the goal in words: Current, or Degraded is False.
func (g *goal) words() string {
	if g.status == rules.True {
		return g.condition
	}
	return fmt.Sprintf("%s=%s", g.condition, g.status)
}

// goalOf reads the flag --for.
func goalOf(text string) (*goal, error) {
	const form = "give --for=condition=Current, or --for=condition=Degraded=False"
	what, rest, _ := strings.Cut(text, "=")
	condition, status, given := strings.Cut(rest, "=")
	switch {
	case text == "":
		return nil, usagef("say what to wait for: %s", strings.TrimPrefix(form, "give "))
	case what != "condition" || condition == "":
		return nil, usagef("--for %q is not known: %s", text, form)
	case !given:
		return &goal{condition: condition, status: rules.True}, nil
	}
	for _, known := range []rules.ConditionStatus{rules.True, rules.False, rules.Unknown} {
		if strings.EqualFold(status, string(known)) {
			return &goal{condition: condition, status: known}, nil
		}
	}
	return nil, usagef("--for %q: the status is True, False or Unknown", text)
}

// goalsOf returns when an applied object is in force: a rule when the base is judged
// by it, a field when stored values have its type and the rule that it asks for has judged the base, others when they are ready.
func goalsOf(applied json.RawMessage) ([]*goal, error) {
	o, err := rules.Decode(applied)
	if err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	g := &goal{api.Kind(o.ResourceKind()), o.Meta().Name, rules.Ready, rules.True}
	goals := []*goal{g}
	switch o := o.(type) {
	case *rules.Webhook:
		if o.Spec.Suspend {
			return nil, nil // it is in force, and sends nothing
		}
	case *rules.Rule:
		g.condition = rules.Current
	case *rules.Field:
		g.condition = rules.Current
		if required, ok := o.RequiredRule(); ok {
			goals = append(goals, &goal{api.KindRule, required.Metadata.Name, rules.Current, rules.True})
		}
	}
	return goals, nil
}

// met reports whether an object has the condition, and otherwise what it has
// instead. The error is that it never will.
func (g *goal) met(o rules.Object) (ok bool, instead string, err error) {
	var has []string
	for _, c := range o.State().Conditions {
		has = append(has, c.Type)
		if !strings.EqualFold(c.Type, g.condition) {
			continue
		}
		g.condition = c.Type
		behind := c.ObservedGeneration != 0 && c.ObservedGeneration < o.Meta().Generation
		if c.Status == g.status && !behind {
			return true, "", nil
		}
		if err := g.hopeless(o); err != nil {
			return false, "", err
		}
		return false, conditionText(c), nil
	}
	missing := fmt.Sprintf("it has no condition %s; it has %s", g.condition, cmp.Or(strings.Join(has, ", "), "none"))
	if !slices.ContainsFunc(lateConditions, func(c string) bool { return strings.EqualFold(c, g.condition) }) {
		return false, "", usagef("%s cannot be waited for: %s", g.ref(), missing)
	}
	return false, missing, nil
}

// lateConditions may come to an object that does not have them yet.
var lateConditions = []string{rules.Compiled, rules.Ready, rules.Current, rules.Degraded, rules.Synced}

// hopeless says that a rule which does not run will not judge the base.
func (g *goal) hopeless(o rules.Object) error {
	ready := o.State().Condition(rules.Ready)
	if g.status != rules.True || ready == nil || ready.Status != rules.False {
		return nil
	}
	text := conditionText(*ready)
	if g.kind == api.KindWebhook && g.condition == rules.Ready {
		return fmt.Errorf("%s does not send: %s", g.ref(), text)
	}
	if g.condition != rules.Current {
		return nil
	}
	if degraded := o.State().Condition(rules.Degraded); degraded != nil && degraded.Status == rules.True && degraded.Message != "" {
		text += "; " + degraded.Message
	}
	return fmt.Errorf("%s does not run, and so does not become Current: %s", g.ref(), text)
}

func conditionText(c rules.Condition) string {
	text := c.Reason
	if text == "" {
		text = fmt.Sprintf("%s is %s", c.Type, c.Status)
	}
	if c.Message != "" {
		text += ", " + c.Message
	}
	return text
}

// How often the objects are read: soon at first, for a small base is judged at once.
const (
	firstLook = 50 * time.Millisecond
	lookEvery = time.Second
)

// await waits until all goals are met, and says so of each.
func (a *app) await(ctx context.Context, c *api.Client, goals []*goal, timeout time.Duration) error {
	w := &watcher{app: a, client: c, goals: goals, gauge: newGauge(a.Stderr, a.Terminal)}
	defer w.done()
	over := time.After(timeout)
	for pause := firstLook; ; pause = min(2*pause, lookEvery) {
		err := w.look(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted: %w", w.unmet())
		}
		if err != nil || len(w.goals) == 0 {
			return err
		}
		if timeout == 0 {
			return fmt.Errorf("not yet: %w", w.unmet())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("interrupted: %w", w.unmet())
		case <-over:
			return fmt.Errorf("the %s of --timeout are over: %w", timeout, w.unmet())
		case <-time.After(pause):
		}
	}
}

// watcher is waiting for goals.
type watcher struct {
	*app
	gauge
	client  *api.Client
	goals   []*goal  // not met yet
	instead []string // what the objects have instead, each with its name
}

// look reads the objects once, says which goals are met, and keeps the others.
func (w *watcher) look(ctx context.Context) error {
	objects, err := w.read(ctx)
	if err != nil {
		return err
	}
	var left []*goal
	var sweeps []rules.Sweep
	w.instead = nil
	for _, g := range w.goals {
		o := objects[g.ref()]
		if o == nil {
			return fmt.Errorf("%s is not there any more", g.ref())
		}
		ok, instead, err := g.met(o)
		if err != nil {
			return err
		}
		if ok {
			w.done()
			but, err := w.notJudged(ctx, g, o)
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Stdout, "%s is %s%s\n", g.ref(), g.words(), but)
			continue
		}
		left = append(left, g)
		w.instead = append(w.instead, fmt.Sprintf("%s is not %s: %s", g.ref(), g.words(), instead))
		if rule, ok := o.(*rules.Rule); ok && rule.Status.Sweep != nil {
			sweeps = append(sweeps, *rule.Status.Sweep)
		}
	}
	w.goals = left
	if len(left) > 0 && w.due() {
		share, text := sweepProgress(sweeps, time.Now())
		w.draw(share, fmt.Sprintf("%s; waiting for %s", text, countGoals(left)))
	}
	return nil
}

func countGoals(goals []*goal) string {
	if len(goals) == 1 {
		return goals[0].ref()
	}
	return plural(int64(len(goals)), "object", "objects")
}

// read returns the objects that are waited for by their names: one by itself, more of a kind as a list.
func (w *watcher) read(ctx context.Context) (map[string]rules.Object, error) {
	names := map[api.Kind][]string{}
	for _, g := range w.goals {
		names[g.kind] = append(names[g.kind], g.name)
	}
	objects := map[string]rules.Object{}
	for kind, wanted := range names {
		items, err := w.items(ctx, kind, wanted)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			o, err := rules.Decode(item)
			if err != nil {
				return nil, fmt.Errorf("read the server's answer: %w", err)
			}
			objects[refOf(kind, o.Meta().Name)] = o
		}
	}
	return objects, nil
}

func (w *watcher) items(ctx context.Context, kind api.Kind, names []string) ([]json.RawMessage, error) {
	if len(names) == 1 {
		object, err := w.client.Object(ctx, kind, names[0])
		return []json.RawMessage{object}, err
	}
	list, err := w.client.ListObjects(ctx, kind, api.ListOptions{})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// mostUnmet is how many objects a message names that are not there yet.
const mostUnmet = 10

func (w *watcher) unmet() error {
	lines := w.instead[:min(len(w.instead), mostUnmet)]
	if more := len(w.instead) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// sweepProgress says how far the sweeps are of rules that are judged together:
// the share that is done, and in words with the time that is left.
func sweepProgress(sweeps []rules.Sweep, now time.Time) (share float64, text string) {
	var slowest *rules.Sweep
	for i, s := range sweeps {
		if s.Total > 0 && (slowest == nil || s.Done*slowest.Total < slowest.Done*s.Total) {
			slowest = &sweeps[i]
		}
	}
	if slowest == nil {
		return 0, "the sweep has not begun"
	}
	share = float64(slowest.Done) / float64(slowest.Total)
	text = fmt.Sprintf("%s of %s judged", grouped(slowest.Done), plural(slowest.Total, "client", "clients"))
	if left, known := timeLeft(slowest, now); known {
		text += fmt.Sprintf(", %s left", left)
	}
	if slowest.Paused {
		text += ", paused (assay sweep resume)"
	}
	return share, text
}

// timeLeft is how long a sweep will take, as the server says or else at its pace so far; false when that cannot be told.
func timeLeft(s *rules.Sweep, now time.Time) (time.Duration, bool) {
	if s.Paused {
		return 0, false
	}
	if s.SecondsLeft != nil {
		return time.Duration(*s.SecondsLeft) * time.Second, true
	}
	elapsed := now.Sub(s.StartedAt)
	if s.Done <= 0 || s.Done >= s.Total || s.StartedAt.IsZero() || elapsed <= 0 {
		return 0, false
	}
	left := time.Duration(float64(elapsed) * float64(s.Total-s.Done) / float64(s.Done))
	return max(left.Round(time.Second), time.Second), true
}
