package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/modules"
	"assay/server/wasm"
)

// Profile is where the fuel of a rule went.
type Profile struct {
	Rule      string     `json:"rule"`
	Clients   int        `json:"clients"` // that were judged for it: the first of all, when all take long
	Fuel      int64      `json:"fuel"`    // of these together, units
	Named     bool       `json:"named"`   // the module names its functions; else they are func[N], but for the exported ones
	OwnCost   bool       `json:"ownCost"` // of a rule in CEL, whose fuel is what it counts itself: this is what the host counts
	Functions []Function `json:"functions"`

	frames []wasm.Frame
}

// Function is what a function of the module spent, the one that spent most by itself first.
type Function struct {
	Function   string `json:"function"`
	Calls      int64  `json:"calls"`
	Self       int64  `json:"self"`       // units
	Cumulative int64  `json:"cumulative"` // units, with what it called
}

// profileTime is the time after which no more clients of a rule are profiled.
const profileTime = 10 * time.Second

// Profiles tells for every rule of the project which functions of its module spend the fuel on the clients.
func Profiles(ctx context.Context, p *author.Project, c *Corpus) (list []Profile, err error) {
	config := p.HostConfig()
	config.Profile = true
	host, err := modules.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, host.Close(context.WithoutCancel(ctx))) }()
	for _, r := range p.Rules {
		module := r.Named()
		if module == nil {
			module = p.Wasm(r)
		}
		one, err := profile(ctx, host, r, module, c)
		if err != nil {
			return nil, fmt.Errorf("profile the rule %s: %w", r.Name, err)
		}
		list = append(list, *one)
	}
	return list, nil
}

func profile(ctx context.Context, host *modules.Host, r *author.Rule, bytes []byte, c *Corpus) (*Profile, error) {
	module, err := host.Host.Load(ctx, bytes)
	if err != nil {
		return nil, err
	}
	defer func() { _ = module.Close(context.WithoutCancel(ctx)) }()
	check := r.Configured()
	out := &Profile{Rule: r.Name, Named: module.Named(), OwnCost: check.OwnCost}
	check.OwnCost = false
	var spends wasm.Profile
	began := time.Now()
	for batch := range c.parts(check.Isolation) {
		if time.Since(began) > profileTime {
			break
		}
		if err := module.Profile(ctx, batch.at, check, batch.Batch, abi.Receiver{}, &spends); err != nil {
			return nil, err
		}
		out.Clients += batch.Len()
	}
	out.Fuel, out.frames = spends.Fuel(), spends.Frames()
	for _, f := range spends.Functions() {
		f.Function = readable(f.Function)
		out.Functions = append(out.Functions, Function(f))
	}
	return out, nil
}

// parts are the clients in batches: those in which they were measured, and one by one where that is the same.
func (c *Corpus) parts(isolation abi.Isolation) func(yield func(part) bool) {
	return func(yield func(part) bool) {
		one := part{Batch: new(abi.Batch)}
		for _, b := range c.batches {
			if isolation != abi.IsolateRecord {
				if !yield(b) {
					return
				}
				continue
			}
			for i := range b.Len() {
				one.at = b.at
				one.Reset()
				one.Add(b.Card(i))
				if !yield(one) {
					return
				}
			}
		}
	}
}
