package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/modules"
)

// Options say how rules are measured.
type Options struct {
	Version string // of this program, for the report
	// Took is the time that is spent on the rounds of a rule; 0: a second.
	Took time.Duration
}

// DefaultNow is the evaluation time that makes runs of different days the same.
var DefaultNow = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Measure measures every rule of the project on the clients.
func Measure(ctx context.Context, p *author.Project, c *Corpus, o Options) (*Report, error) {
	report := &Report{Version: reportVersion, Assay: o.Version, At: time.Now().UTC().Truncate(time.Second), Now: c.Now,
		Machine: thisMachine(), Clients: Clients{Count: c.Count, From: c.From, Digest: c.Digest}}
	ready := map[string]Module{}
	for _, r := range p.Rules {
		module, known := ready[r.Digest]
		if !known {
			var err error
			if module, err = makeReady(ctx, p.HostConfig(), r.Digest, p.Wasm(r)); err != nil {
				return nil, err
			}
			ready[r.Digest] = module
		}
		measured, err := measure(ctx, r, c, o)
		if err != nil {
			return nil, err
		}
		measured.Module = module
		report.Rules = append(report.Rules, *measured)
	}
	return report, nil
}

// measure measures a rule: fuel and bytes in one pass over all clients, times in rounds after it.
func measure(ctx context.Context, r *author.Rule, c *Corpus, o Options) (*Rule, error) {
	out := &Rule{Rule: r.Name, Check: r.Configured().Check}
	fuel, bytes, cards := make([]int64, 0, c.Count), make([]int64, 0, c.Count), make([]int64, 0, c.Count)
	began := time.Now()
	for _, b := range c.batches {
		spent, long := make([]int64, b.Len()), make([]int64, b.Len())
		err := r.Measure(ctx, b.at, b.Batch, abi.Receiver{
			Spent: func(_, card int, units int64) { spent[card] = units },
			Results: func(_, card int, results []byte, fault error) {
				long[card] = int64(len(results))
				out.count(results, fault)
			},
			Memory: func(_ int, bytes int64) { out.Memory = max(out.Memory, bytes) },
		})
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.Name, err)
		}
		fuel, bytes = append(fuel, spent...), append(bytes, long...)
		for i := range b.Len() {
			cards = append(cards, int64(len(b.Card(i))))
		}
	}
	out.Fuel, out.Results, out.Card = spreadOf(fuel), spreadOf(bytes), spreadOf(cards)
	pass := time.Since(began)
	var err error
	if out.Written, err = written(ctx, r, c); err != nil {
		return nil, err
	}
	out.Time, err = rounds(ctx, r, c, o, pass)
	return out, err
}

// writtenClients is of how many clients it is measured what they write: a module's memory is copied and compared for each.
// They are the first of the corpus, those of cases if there are any.
const writtenClients = 1000

// written measures the bytes of its memory that a module changes, client by client.
func written(ctx context.Context, r *author.Rule, c *Corpus) (Spread, error) {
	var bytes []int64
	to := abi.Receiver{Wrote: func(_, _ int, n int64) { bytes = append(bytes, n) }}
	done := 0
	for one := range c.parts(abi.IsolateRecord) {
		if done++; done > writtenClients {
			break
		}
		if err := r.Measure(ctx, one.at, one.Batch, to); err != nil {
			return Spread{}, fmt.Errorf("rule %s: %w", r.Name, err)
		}
		if len(bytes) < done { // a command
			break
		}
	}
	return spreadOf(bytes), nil
}

// count counts what a rule said of a client. Its results have been checked.
func (r *Rule) count(results []byte, fault error) {
	if fault != nil {
		r.Errors++
		r.Error = fault.Error()
		return
	}
	_ = abi.ParseResults(results, func(row abi.ResultRow) error {
		switch row.Kind {
		case abi.ResultFinding:
			r.Findings++
		case abi.ResultLabel:
			r.Labels++
		case abi.ResultError:
			r.Errors++
			r.Error = row.Error
		}
		return nil
	})
}

// How often clients are timed.
const (
	leastRounds = 5
	mostRounds  = 51
)

// rounds times as many of the clients as can be timed often enough; pass is what all took once.
func rounds(ctx context.Context, r *author.Rule, c *Corpus, o Options, pass time.Duration) (t Time, err error) {
	whole := o.Took
	if whole == 0 {
		whole = time.Second
	}
	batches := c.timed()
	if most := whole / leastRounds; pass > most { // more than one batch each, as far as there is time
		batches = batches[:max(1, int(int64(len(batches))*int64(most)/int64(pass)))]
	}
	var ofBatches []int64
	for began := time.Now(); len(t.Rounds) < leastRounds || len(t.Rounds) < mostRounds && time.Since(began) < whole; {
		total, clients := time.Duration(0), 0
		for _, b := range batches {
			at := time.Now()
			if err := r.Measure(ctx, b.at, b.Batch, abi.Receiver{}); err != nil {
				return t, fmt.Errorf("rule %s: %w", r.Name, err)
			}
			took := time.Since(at)
			ofBatches = append(ofBatches, took.Nanoseconds()/int64(b.Len()))
			total, clients = total+took, clients+b.Len()
		}
		t.Rounds, t.Clients = append(t.Rounds, total.Nanoseconds()/int64(clients)), clients
	}
	slices.Sort(t.Rounds)
	s := spreadOf(ofBatches)
	t.P50, t.P90, t.P99, t.Max = s.P50, s.P90, s.P99, s.Max
	return t, nil
}

// makeReady times how long a module takes to be compiled and loaded, in a cache of its own.
func makeReady(ctx context.Context, config modules.Config, digest string, wasm []byte) (m Module, err error) {
	config.CacheDir, err = os.MkdirTemp("", "assay-bench-")
	if err != nil {
		return m, fmt.Errorf("make a folder to compile in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(config.CacheDir)) }()
	m = Module{Digest: digest, Bytes: len(wasm)}
	if m.Compile, err = timeLoad(ctx, config, wasm); err != nil {
		return m, err
	}
	m.Load, err = timeLoad(ctx, config, wasm)
	return m, err
}

func timeLoad(ctx context.Context, config modules.Config, wasm []byte) (nanoseconds int64, err error) {
	host, err := modules.Open(ctx, config)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, host.Close(context.WithoutCancel(ctx))) }()
	began := time.Now()
	_, err = host.Load(ctx, wasm)
	return time.Since(began).Nanoseconds(), err
}
