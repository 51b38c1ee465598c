package wasm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/sdk/abi"
)

// cardsAStart returns how many of a batch's cards one _start is given.
func cardsAStart(c abi.Configured, batch *abi.Batch) int {
	if c.Isolation == abi.IsolateRecord {
		return 1
	}
	return max(1, batch.Len())
}

// command is one check of a command over a batch.
type command struct {
	evaluation // a copy: one that runs a library stays on its caller's stack
	check      int
	budget     int64 // fuel of a record
	pages      uint32
	head       []byte // of every line, up to the client
	session    session
	tried      Profile // of the last run
	log        int     // bytes that the runs may still log
}

// runCommand is check for commands.
func (e *evaluation) runCommand(ctx context.Context, check int) error {
	c, err := e.command(check)
	if err != nil {
		fault := asFault(err)
		for card := range e.batch.Len() {
			e.results(check, card, nil, fault)
		}
		return nil
	}
	step := cardsAStart(e.checks[check], e.batch)
	for first := 0; first < e.batch.Len(); first += step {
		if err := c.judge(ctx, first, min(first+step, e.batch.Len())); err != nil {
			return err
		}
	}
	e.memory = c.memory
	return nil
}

// command reads what the check's runs have in common. The error is a *SettingsError.
func (e *evaluation) command(check int) (*command, error) {
	budget, pages, err := e.module.host.limitsOf(e.checks[check])
	if err != nil {
		return nil, err
	}
	settings, err := e.module.commandSettings(e.checks[check])
	if err != nil {
		return nil, err
	}
	now := e.now.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
	return &command{evaluation: *e, check: check, budget: budget, pages: pages, log: abi.MaxLogBytes,
		head: fmt.Appendf(nil, `{"now":%q,"settings":%s,"client":`, now, settings)}, nil
}

// judge gives the cards first to end-1 to one _start. When anything goes wrong nothing that it said counts,
// for nobody knows which card it was: each is given to a _start of its own. The cost of n cards is
// that of n+1 starts and of 2n records at most.
func (c *command) judge(ctx context.Context, first, end int) error {
	fault, err := c.run(ctx, first, end)
	switch {
	case err != nil:
		return err
	case fault == nil:
		c.deliver(first)
	case end == first+1:
		c.spend(first)
		c.results(c.check, first, nil, fault)
	default:
		for card := first; card < end; card++ {
			if err := c.judge(ctx, card, card+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// run gives the cards to one _start; what it said is in the session. The error is for what concerns
// the whole evaluation.
func (c *command) run(ctx context.Context, first, end int) (*Fault, error) {
	s := &c.session
	if fault := c.write(first, end); fault != nil {
		return fault, nil
	}
	in, err := c.module.fresh(ctx, c.pages, s)
	if err != nil {
		if errors.Is(err, ErrClosed) || ctx.Err() != nil {
			return nil, err
		}
		return asFault(err), nil
	}
	in.clock.now = c.now
	in.output.left = c.log
	if c.profile != nil {
		c.tried = Profile{}
		in.gauge.tracer = c.tried.tracer()
	}
	fault := s.run(in, c.allowance.budget(abi.CommandFuel))
	c.allowance.take(s.total())
	c.log = in.output.left
	c.memory = max(c.memory, int64(in.memory.Size()))
	c.module.discard(in)
	return fault, nil
}

// write begins a session with a line a card.
func (c *command) write(first, end int) *Fault {
	s := &c.session
	s.reset(c.allowance.budget(c.budget))
	for card := first; card < end; card++ {
		lines, err := c.module.host.config.ClientJSON(append(s.lines, c.head...), c.batch.Card(card))
		if err != nil {
			return &Fault{Kind: FaultBadCard, Detail: "the card cannot be written as JSON: " + err.Error(), Err: err}
		}
		s.lines = append(lines, "}\n"...)
		s.ends = append(s.ends, len(s.lines))
	}
	return nil
}

// deliver yields what a good run said of the cards from first on.
func (c *command) deliver(first int) {
	c.profile.merge(&c.tried)
	start := 0
	for i, end := range c.session.answers {
		c.note(first+i, c.session.spent[i])
		if end > start {
			c.results(c.check, first+i, c.session.results[start:end], nil)
		}
		start = end
	}
}

// spend reports what a card spent whose run failed, if there was one.
func (c *command) spend(card int) {
	if spent := c.session.total(); spent > 0 {
		c.profile.merge(&c.tried)
		c.note(card, spent)
	}
}

func (c *command) note(card int, spent int64) {
	if c.to.Spent != nil {
		c.to.Spent(c.check, card, spent)
	}
}
