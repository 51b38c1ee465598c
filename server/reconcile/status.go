package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
	"assay/server/sweep"
)

// Get returns an object with its status as of now.
func (r *Reconciler) Get(ctx context.Context, kind, name string) (json.RawMessage, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.describe(ctx, objectKey{kind, name})
}

// describe returns an object as the API shows it. The caller holds r.mu.
func (r *Reconciler) describe(ctx context.Context, key objectKey) (json.RawMessage, error) {
	counts, err := r.counts(ctx)
	if err != nil {
		return nil, err
	}
	return r.describeWith(key, counts)
}

func (r *Reconciler) describeWith(key objectKey, counts map[string]standing) (json.RawMessage, error) {
	o, version, err := r.present(key)
	if err != nil {
		return nil, err
	}
	copied, err := copyOf(o)
	if err != nil {
		return nil, err
	}
	copied.Meta().ResourceVersion = strconv.FormatInt(version, 10)
	status := r.statusOf(key, o, counts)
	*copied.State() = status.Status
	switch c := copied.(type) {
	case *rules.Rule:
		c.Status = status
	case *rules.Webhook:
		c.Status = r.webhookStatus(key, c)
		c.Status.Status = status.Status
	}
	return encode(copied)
}

// present returns an object as it is declared, not to be changed, and its version.
func (r *Reconciler) present(key objectKey) (rules.Object, int64, error) {
	if o := r.objects[key]; o != nil {
		return o.Object, o.version, nil
	}
	owner := r.owner(key.name)
	if key.kind != rules.KindRule || owner == "" {
		return nil, 0, fmt.Errorf("%s %s: %w", strings.ToLower(key.kind), key.name, crm.ErrNotFound)
	}
	field := r.objects[objectKey{rules.KindField, owner}]
	rule, _ := r.requiredOf(owner)
	rule.Metadata.CreationTimestamp = field.Meta().CreationTimestamp
	rule.Metadata.UID = uuid.NewSHA1(uuid.NameSpaceOID, []byte(field.Meta().UID+" "+key.name)).String() // the same one at every start
	return rule, field.version, nil
}

func copyOf(o rules.Object) (rules.Object, error) {
	b, err := rules.EncodeJSON(o)
	if err != nil {
		return nil, err
	}
	return rules.Decode(b)
}

// statusOf returns where an object stands; only a rule has more than conditions.
func (r *Reconciler) statusOf(key objectKey, o rules.Object, counts map[string]standing) rules.RuleStatus {
	status := r.ownStatus(key, o, counts)
	r.showStanding(key, o.Meta(), &status.Status)
	return status
}

// ownStatus is what there is to say of an object wherever it was declared.
func (r *Reconciler) ownStatus(key objectKey, o rules.Object, counts map[string]standing) rules.RuleStatus {
	if rule, is := o.(*rules.Rule); is {
		return r.ruleStatus(rule, counts[key.name])
	}
	if w, is := o.(*rules.Webhook); is {
		return rules.RuleStatus{Status: r.webhookStatus(key, w).Status}
	}
	m := o.Meta()
	seen := r.seen(key)
	seen.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.True, Reason: "Declared", ObservedGeneration: m.Generation}, m.CreationTimestamp)
	return rules.RuleStatus{Status: rules.Status{ObservedGeneration: m.Generation, Conditions: slices.Clone(seen.Conditions)}}
}

// seen returns the conditions shown last, for the times of their transitions.
func (r *Reconciler) seen(key objectKey) *rules.Status {
	if r.observed[key] == nil {
		r.observed[key] = &rules.Status{}
	}
	return r.observed[key]
}

// standing is what the store counts for a rule.
type standing struct {
	store.RuleCount
	sweep *sweep.Progress // nil: nothing is left, or the rule does not judge
}

// counts returns how the rules stand.
func (r *Reconciler) counts(ctx context.Context) (map[string]standing, error) {
	names := make([]string, 0, len(r.running))
	for name := range r.running {
		names = append(names, name)
	}
	q, err := r.Store.Quality(ctx, crm.Everything, store.QualityQuery{Report: names})
	if err != nil {
		return nil, fmt.Errorf("count the rules' results: %w", err)
	}
	left, err := r.Sweeper.Status(ctx)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]standing, len(q.Rules))
	for _, c := range q.Rules {
		s := standing{RuleCount: c}
		if i := slices.IndexFunc(left.Rules, func(p sweep.Progress) bool { return p.Rule == c.Rule }); i >= 0 {
			s.sweep = &left.Rules[i]
		}
		byName[c.Rule] = s
	}
	return byName, nil
}

func (r *Reconciler) ruleStatus(rule *rules.Rule, count standing) rules.RuleStatus {
	running := r.running[rule.Metadata.Name]
	stats := running.Stats()
	status := rules.RuleStatus{Module: running.Digest, Violating: count.Clients, Findings: count.Findings, Errors: count.Errors, Stale: !running.Judging(),
		Evaluated: stats.Evaluated, FuelP50: stats.Fuel.P50, FuelP99: stats.Fuel.P99, FuelMax: stats.Fuel.Max,
		MemoryPeak: stats.MemoryPeak, EvaluationSeconds: stats.Time.Seconds(), RanIn: stats.RanIn}
	status.ObservedGeneration = rule.Metadata.Generation
	if stats.Last != nil {
		status.LastError = stats.Last.Text
	}
	if p := count.sweep; p != nil {
		status.Sweep = &rules.Sweep{Done: p.Done, Total: p.Total, StartedAt: p.StartedAt.UTC(), SecondsLeft: p.SecondsLeft, Paused: p.Paused}
	}
	seen := r.seen(objectKey{rules.KindRule, rule.Metadata.Name})
	for _, c := range r.conditions(running, count) {
		c.ObservedGeneration = rule.Metadata.Generation
		seen.SetCondition(c, r.Now().UTC())
	}
	status.Conditions = slices.Clone(seen.Conditions)
	return status
}

// conditions says where a rule stands.
func (r *Reconciler) conditions(running *engine.Rule, count standing) []rules.Condition {
	compiled := rules.Condition{Type: rules.Compiled, Status: rules.True, Reason: "Compiled"}
	ready := rules.Condition{Type: rules.Ready, Status: rules.True, Reason: "Running"}
	current := rules.Condition{Type: rules.Current, Status: rules.True, Reason: "Judged", Message: "every client is judged by the rule as it stands"}
	degraded := rules.Condition{Type: rules.Degraded, Status: rules.False, Reason: "AsDeclared"}
	if err := r.failures[running.Name]; err != nil {
		compiled = rules.Condition{Type: rules.Compiled, Status: rules.False, Reason: "CompilationFailed", Message: err.Error()}
		ready = rules.Condition{Type: rules.Ready, Status: rules.False, Reason: "NotRunning", Message: "the rule does not compile; apply it again, corrected"}
		degraded = rules.Condition{Type: rules.Degraded, Status: rules.True, Reason: "NotRunning", Message: err.Error()}
	} else if why := running.Quarantine(); why != nil {
		ready = rules.Condition{Type: rules.Ready, Status: rules.False, Reason: "Quarantined",
			Message: "the rule is not asked until a trial goes well; apply it, corrected or as it is, to have it tried at once"}
		degraded = rules.Condition{Type: rules.Degraded, Status: rules.True, Reason: "Quarantined", Message: r.quarantined(running, why)}
	} else if count.Errors > 0 {
		degraded = rules.Condition{Type: rules.Degraded, Status: rules.True, Reason: "RecordsFailed",
			Message: fmt.Sprintf("%d clients could not be judged", count.Errors)}
	}
	switch {
	case count.Pending > 0 && !running.Judging():
		current = rules.Condition{Type: rules.Current, Status: rules.False, Reason: ready.Reason,
			Message: fmt.Sprintf("%d clients are still to be judged; what is known of them is from before the rule stopped", count.Pending)}
	case count.sweep != nil && count.sweep.Paused:
		current = rules.Condition{Type: rules.Current, Status: rules.False, Reason: "Paused",
			Message: fmt.Sprintf("%d clients are still to be judged, and sweeps are paused; resume them with \"assay sweep resume\"", count.Pending)}
	case count.Pending > 0:
		current = rules.Condition{Type: rules.Current, Status: rules.False, Reason: "Sweeping",
			Message: fmt.Sprintf("%d clients are still to be judged", count.Pending)}
	}
	return []rules.Condition{compiled, ready, current, degraded}
}

// quarantined says why a rule is quarantined and how it goes on.
func (r *Reconciler) quarantined(running *engine.Rule, why *engine.Quarantine) string {
	text := reasonOf(why)
	if why.Dear {
		text += "; spec.limits.fuel makes failures cheaper"
	}
	if q := r.quarantines[running.Name]; q != nil && q.rule == running && !q.returned {
		text += "; it is tried again at " + q.retryAt.UTC().Format(time.RFC3339)
	}
	return text
}

// Running reports whether a declared rule runs.
func (r *Reconciler) Running(name string) bool {
	rule := r.Current().Rule(name)
	return rule != nil && rule.Running()
}
