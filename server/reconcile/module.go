package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// kindModule is the kind of a module in events and as a resource.
const kindModule = "Module"

// ModuleInfo is an uploaded or compiled module as the API shows it.
type ModuleInfo struct {
	Digest  string                 `json:"digest"`
	Size    int64                  `json:"size"` // bytes
	AddedAt crm.Time               `json:"addedAt"`
	Checks  []abi.CheckDescription `json:"checks"`
	Rules   []string               `json:"rules"` // that run it

	// Deterministic is false when a trial at the upload showed results that depend on the clients
	// judged before, for the Reason given. Nil: the trial could not tell, for the Reason given, or no check
	// could be tried without settings.
	Deterministic *bool  `json:"deterministic,omitempty"`
	Reason        string `json:"reason,omitempty"`
}

// meta is what the store keeps of a module in its own and the trial's words.
type meta struct {
	abi.Description
	Deterministic *bool  `json:"deterministic,omitempty"`
	Reason        string `json:"reason,omitempty"`
}

// AddModule stores a WebAssembly module when it can be run. The same bytes
// again change nothing, and a dry run stores nothing.
func (r *Reconciler) AddModule(ctx context.Context, by string, wasm []byte, dryRun bool) (*ModuleInfo, error) {
	loaded, err := r.Load(ctx, wasm)
	if err != nil {
		return nil, err
	}
	defer r.closeAll(ctx, loaded.Close)
	d, tried, err := engine.Try(ctx, loaded, nil)
	if err != nil {
		return nil, err
	}
	words := meta{Description: loaded.Description()}
	if tried {
		words.Reason = d.Reason
		if !d.Undecided {
			words.Deterministic = &d.Deterministic
		}
	}
	m := r.module(loaded.Digest(), wasm)
	if m.Meta, err = json.Marshal(words); err != nil {
		return nil, fmt.Errorf("describe module %s: %w", m.Digest, err)
	}
	if dryRun {
		return r.moduleInfo(m)
	}
	if err := r.Store.PutModule(ctx, m, r.event(crm.EventObjectApplied, objectKey{kindModule, m.Digest}, by)); err != nil {
		return nil, fmt.Errorf("store module %s: %w", m.Digest, err)
	}
	stored, err := r.Store.Module(ctx, m.Digest)
	if err != nil {
		return nil, err
	}
	return r.moduleInfo(stored)
}

func (r *Reconciler) module(digest string, wasm []byte) store.Module {
	return store.Module{Digest: digest, Wasm: wasm, Size: int64(len(wasm)), AddedAt: crm.TimeOf(r.Now())}
}

// Modules returns all modules by digest.
func (r *Reconciler) Modules(ctx context.Context) ([]ModuleInfo, error) {
	stored, err := r.Store.Modules(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]ModuleInfo, 0, len(stored))
	for _, m := range stored {
		info, err := r.moduleInfo(m)
		if err != nil {
			return nil, err
		}
		list = append(list, *info)
	}
	return list, nil
}

func (r *Reconciler) moduleInfo(m store.Module) (*ModuleInfo, error) {
	info := &ModuleInfo{Digest: m.Digest, Size: m.Size, AddedAt: m.AddedAt, Checks: []abi.CheckDescription{}, Rules: []string{}}
	if len(m.Meta) > 0 {
		var words meta
		if err := json.Unmarshal(m.Meta, &words); err != nil {
			return nil, fmt.Errorf("read the description of module %s: %w", m.Digest, err)
		}
		info.Checks, info.Deterministic, info.Reason = words.Checks, words.Deterministic, words.Reason
	}
	for _, rule := range r.Current().Rules {
		if rule.Digest == m.Digest {
			info.Rules = append(info.Rules, rule.Name)
		}
	}
	slices.Sort(info.Rules)
	return info, nil
}

// Module returns the bytes of a module.
func (r *Reconciler) Module(ctx context.Context, digest string) ([]byte, error) {
	m, err := r.Store.Module(ctx, digest)
	return m.Wasm, err
}

// DeleteModule removes a module that no rule runs, and that no kept revision of
// a rule names: going back to it must stay possible.
func (r *Reconciler) DeleteModule(ctx context.Context, by, digest string, dryRun bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if user := r.userOf(digest); user != "" {
		return &InUseError{What: "module " + digest, By: user}
	}
	if _, err := r.Store.Module(ctx, digest); err != nil || dryRun {
		return err
	}
	return r.Store.DeleteModule(ctx, digest, r.event(crm.EventObjectDeleted, objectKey{kindModule, digest}, by))
}

// userOf names what needs a module, "" when nothing does.
func (r *Reconciler) userOf(digest string) string {
	for _, name := range slices.Sorted(maps.Keys(r.running)) {
		rule := r.running[name]
		if rule.Digest == digest || rule.Spec.Module != nil && rule.Spec.Module.Digest == digest {
			return "rule " + name
		}
	}
	if rule, revised := r.revisionWith(digest); revised {
		return "rule " + rule + ", in a revision that is kept: DELETE …/revisions/{revision} forgets it"
	}
	return ""
}
