package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

var batches = sync.Pool{New: func() any { return new(abi.Batch) }}

const shardRoom = 1024 // clients that are made room for at once

// job is one sweep: some rules over some shards.
type job struct {
	*Sweeper
	set    *engine.Set
	rules  []string
	shards []int64
	total  int64
	began  time.Time

	done atomic.Int64 // clients that are judged and stored
	left sync.Map     // names of rules that did not judge all of it
}

// plan makes one job of all that is pending and can be judged, nil when nothing is.
func (s *Sweeper) plan(pending []store.Pending) *job {
	set := s.Current()
	j := &job{Sweeper: s, began: time.Now()}
	for _, p := range pending {
		if r := set.Rule(p.Rule); r == nil || !r.Judging() {
			continue
		}
		j.rules = append(j.rules, p.Rule)
		j.shards = append(j.shards, p.Shards...)
		j.total = max(j.total, p.Clients)
	}
	if len(j.rules) == 0 {
		return nil
	}
	slices.Sort(j.shards)
	j.shards = slices.Compact(j.shards)
	j.set = set.Only(j.rules)
	return j
}

// stuck reports whether the job before was the same and left all to do: a store
// at fault must not keep a processor busy for ever.
func (j *job) stuck(last *job) bool {
	return last != nil && last.set.Generation == j.set.Generation && last.total == j.total && slices.Equal(last.rules, j.rules)
}

// run evaluates groups of shards beside each other and commits each as it is done. It ends before its end when it is paused.
func (j *job) run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var workers sync.WaitGroup
	ended := make(chan time.Duration, len(j.shards)) // nobody waits to say that a group is done
	shards, busy := j.shards, 0
	for len(shards) > 0 && j.set.Judging() && !j.isPaused() && ctx.Err() == nil {
		size, groups := j.pace.next(j.Store, len(shards))
		if busy >= groups {
			took := <-ended
			if busy--; !j.pace.rest(ctx, j.Store, took) {
				break
			}
			continue
		}
		group := shards[:min(size, len(shards))]
		shards = shards[len(group):]
		busy++
		workers.Go(func() {
			began := time.Now()
			if err := j.sweepGroup(ctx, group); err != nil {
				stop(err)
			}
			ended <- time.Since(began)
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if j.rules = j.judged(j.rules); len(j.rules) == 0 || len(shards) > 0 {
		return nil // there is no end to report
	}
	return j.report(ctx, j.total)
}

// judged returns those of the rules that have judged all they were asked, up to now.
func (j *job) judged(rules []string) []string {
	return slices.DeleteFunc(slices.Clone(rules), func(rule string) bool {
		_, left := j.left.Load(rule)
		return left
	})
}

func (j *job) sweepGroup(ctx context.Context, shards []int64) error {
	now := j.Now()
	results := make([]store.ShardResults, 0, len(shards))
	var clients int64
	for _, shard := range shards {
		r, err := j.judge(ctx, shard, now)
		if err != nil {
			return fmt.Errorf("judge shard %d: %w", shard, err)
		}
		clients += int64(len(r.Clients))
		if len(r.Rules) > 0 {
			results = append(results, r)
		}
	}
	if len(results) == 0 {
		return nil
	}
	if err := j.Store.CommitShards(ctx, j.set.Generation, results); err != nil {
		return fmt.Errorf("commit shards %d to %d: %w", shards[0], shards[len(shards)-1], err)
	}
	return j.advance(ctx, clients)
}

// judge evaluates the job's rules on every client of a shard. Rules that did
// not judge all of them are not among the answer's.
func (j *job) judge(ctx context.Context, shard int64, now time.Time) (store.ShardResults, error) {
	out := store.ShardResults{Shard: shard, Rules: j.rules, At: crm.TimeOf(now), Clients: make([]store.SweptClient, 0, shardRoom)}
	batch := batches.Get().(*abi.Batch)
	defer batches.Put(batch)
	for {
		from := len(out.Clients)
		if err := j.read(ctx, &out, batch); err != nil {
			return out, err
		}
		if batch.Len() == 0 {
			break
		}
		runtime.Gosched() // a writer may wait for the processor
		results, unjudged, err := j.set.Evaluate(ctx, now, batch)
		if err != nil {
			return out, err
		}
		out.Rules = j.leave(out.Rules, unjudged)
		for i, of := range results {
			out.Clients[from+i].Results = of
		}
	}
	if len(out.Rules) < len(j.rules) {
		cut(&out)
	}
	return out, ctx.Err()
}

// read fills the batch with the cards of a shard that come after the clients there are, and adds theirs. They
// are copied from the store into the batch; no guest runs while the store is read.
func (j *job) read(ctx context.Context, out *store.ShardResults, batch *abi.Batch) error {
	batch.Reset()
	after := int64(0)
	if n := len(out.Clients); n > 0 {
		after = out.Clients[n-1].ID
	}
	var unreadable error
	err := j.Store.ReadShard(ctx, out.Shard, after, func(id int64, card []byte) bool {
		client, err := abi.Open(card)
		if err != nil {
			unreadable = fmt.Errorf("read stored card %d: %w", id, err)
			return false
		}
		batch.Add(card)
		out.Clients = append(out.Clients, store.SweptClient{ID: id, Revision: client.Revision()})
		return !batch.Full()
	})
	return errors.Join(err, unreadable)
}

// cut leaves out what rules said that did not judge all of the shard.
func cut(r *store.ShardResults) {
	for i := range r.Clients {
		c := &r.Clients[i]
		c.Results = slices.DeleteFunc(c.Results, func(of crm.Result) bool { return !slices.Contains(r.Rules, of.Rule) })
	}
}

// leave returns the rules without the unjudged.
func (j *job) leave(rules, unjudged []string) []string {
	if len(unjudged) == 0 {
		return rules
	}
	for _, rule := range unjudged {
		j.left.Store(rule, true)
	}
	return slices.DeleteFunc(slices.Clone(rules), func(rule string) bool { return slices.Contains(unjudged, rule) })
}

// advance counts judged clients and reports each quarter of the way.
func (j *job) advance(ctx context.Context, clients int64) error {
	after := j.done.Add(clients)
	part := max(j.total/progressParts, 1)
	if after >= j.total || (after-clients)/part == after/part {
		return nil // the end is reported once, when all workers are done
	}
	return j.report(ctx, after)
}

func (j *job) report(ctx context.Context, done int64) error {
	j.moved()
	detail, err := json.Marshal(map[string]any{"rules": j.judged(j.rules), "done": done, "total": j.total})
	if err != nil {
		return err
	}
	return j.Store.AppendEvents(ctx, []crm.Event{{At: crm.TimeOf(j.Now()), Type: crm.EventSweepProgress, Detail: detail}})
}
