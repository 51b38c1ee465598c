package project

import (
	"context"
	"errors"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/author"
)

// CELRule is what a rule written in CEL becomes.
type CELRule struct {
	Name   string         `json:"name"`
	Type   rules.RuleType `json:"type"`
	Size   int64          `json:"size"`   // of the module, bytes
	Digest string         `json:"digest"` // of the module
	Fuel   int64          `json:"fuel"`   // units, the most that a client of its cases took, or an empty one
}

// buildCEL compiles the rules of the project's manifests and has each judge the clients of its cases.
func (p *Project) buildCEL(ctx context.Context, o Options) (built []CELRule, err error) {
	opened, err := author.Open(ctx, p.Dir, author.Options{CacheDir: o.Cache, Compiler: o.Compiler})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close(ctx)) }()
	for _, r := range opened.Rules {
		if r.Module != "" {
			continue
		}
		fuel, err := most(ctx, opened, r)
		if err != nil {
			return nil, err
		}
		built = append(built, CELRule{Name: r.Name, Type: r.Manifest.Spec.Type, Size: int64(len(r.Wasm)), Digest: r.Digest, Fuel: fuel})
	}
	return built, nil
}

// most returns the most fuel that the rule takes for a client of its cases, or an empty one.
func most(ctx context.Context, opened *author.Project, r *author.Rule) (fuel int64, err error) {
	empty, err := opened.Card([]byte("{}"))
	if err != nil {
		return 0, err
	}
	if fuel, err = spent(ctx, r, time.Now(), empty); err != nil {
		return 0, err
	}
	for _, c := range opened.Cases {
		if c.Of != r {
			continue
		}
		now := c.Now
		if now.IsZero() {
			now = time.Now()
		}
		card, err := c.Card(now)
		if err != nil {
			return 0, err
		}
		units, err := spent(ctx, r, now, card)
		if err != nil {
			return 0, err
		}
		fuel = max(fuel, units)
	}
	return fuel, nil
}

// spent is the fuel that the rule takes for a client.
func spent(ctx context.Context, r *author.Rule, now time.Time, card []byte) (fuel int64, err error) {
	var batch abi.Batch
	batch.Add(card)
	verdicts, err := r.Judge(ctx, now, &batch)
	if err != nil {
		return 0, err
	}
	return verdicts[0].Fuel, nil
}
