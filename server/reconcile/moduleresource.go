package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/store"
)

// moduleResource is a module in the shape that all resources have.
type moduleResource struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   rules.Metadata `json:"metadata"` // its name is the digest
	Spec       moduleSpec     `json:"spec"`
	Status     moduleStatus   `json:"status"`
}

type moduleSpec struct {
	Size   int64                  `json:"size"` // bytes
	Checks []abi.CheckDescription `json:"checks"`
}

type moduleStatus struct {
	Conditions []rules.Condition `json:"conditions"`
	UsedBy     []string          `json:"usedBy"`              // the rules that run it
	Revisions  []string          `json:"revisions,omitempty"` // the rules that have named it in a version that is kept
}

// conditionDeterministic says whether results are the same whatever clients were
// judged before.
const conditionDeterministic = "Deterministic"

// ModuleResource returns a module in the shape of all resources.
func (r *Reconciler) ModuleResource(ctx context.Context, digest string) (json.RawMessage, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	stored, err := r.Store.Module(ctx, digest)
	if err != nil {
		return nil, err
	}
	info, err := r.moduleInfo(stored)
	if err != nil {
		return nil, err
	}
	out := moduleResource{APIVersion: rules.APIVersion, Kind: kindModule, Metadata: moduleMetadata(stored, info),
		Spec: moduleSpec{Size: info.Size, Checks: info.Checks}, Status: moduleStatus{UsedBy: info.Rules, Conditions: moduleConditions(info)}}
	for name, digests := range r.revised {
		if slices.Contains(digests, digest) {
			out.Status.Revisions = append(out.Status.Revisions, name)
		}
	}
	slices.Sort(out.Status.Revisions)
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("encode module %s: %w", digest, err)
	}
	return text, nil
}

// moduleMetadata names a module; one that was made for a rule is that rule's.
func moduleMetadata(stored store.Module, info *ModuleInfo) rules.Metadata {
	m := rules.Metadata{Name: info.Digest, UID: info.Digest, Generation: 1, CreationTimestamp: info.AddedAt.Time()}
	if stored.Made && len(info.Rules) > 0 {
		m.Labels = map[string]string{rules.LabelOwnerKind: rules.KindRule, rules.LabelOwnerName: info.Rules[0]}
	}
	return m
}

// moduleConditions says what the trial at the upload showed.
func moduleConditions(info *ModuleInfo) []rules.Condition {
	var s rules.Status
	s.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.True, Reason: "Stored", ObservedGeneration: 1}, info.AddedAt.Time())
	same := rules.Condition{Type: conditionDeterministic, Status: rules.Unknown, Reason: "Untried", Message: info.Reason, ObservedGeneration: 1}
	if info.Deterministic != nil {
		same.Status, same.Reason = rules.True, "Tried"
		if !*info.Deterministic {
			same.Status = rules.False
		}
	}
	s.SetCondition(same, info.AddedAt.Time())
	return s.Conditions
}
