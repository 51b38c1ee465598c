package fix

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"assay/server/crm"
	"assay/server/intake"
	"assay/server/store"
)

var errCancelled = errors.New("cancelled")

// carryOut takes page after page until none is left.
func (f *Fixer) carryOut(ctx context.Context, j *Job) error {
	if err := f.resume(ctx, j); err != nil {
		return err
	}
	for !f.isCancelled(j.ID) {
		p, err := f.nextPage(ctx, j)
		if err != nil {
			return err
		}
		if err := f.doPage(ctx, j, p); err != nil || p.after == "" {
			return err
		}
	}
	return errCancelled
}

func (f *Fixer) isCancelled(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.jobs[id]
	return j != nil && j.Cancelling
}

// planner makes the plan for a client as it is; it is called again when somebody else was faster.
type planner func(c *crm.Client, results []crm.Result) (*change, error)

// candidate is a client of a page.
type candidate struct {
	client  *crm.Client
	results []crm.Result
	plan    planner
}

// page is some clients of a job, by number.
type page struct {
	clients []candidate
	last    int64  // the last client that was looked at
	after   string // the cursor of the next page, "" behind the last
}

// nextPage reads what comes after the pages that are done.
func (f *Fixer) nextPage(ctx context.Context, j *Job) (page, error) {
	if j.Undoes != "" {
		return f.undoPage(ctx, j)
	}
	return f.fixPage(ctx, j, j.After)
}

// fixPage reads a page of clients with findings.
func (f *Fixer) fixPage(ctx context.Context, j *Job, after string) (page, error) {
	q, err := f.query(ctx, j.Selection)
	if err != nil {
		return page{}, err
	}
	q.Limit, q.After = pageClients, after
	found, err := f.Store.Quality(ctx, j.Scope, q)
	if err != nil {
		return page{}, fmt.Errorf("read what is to be fixed: %w", err)
	}
	p := page{last: j.Last, after: found.Next}
	for _, item := range found.Items {
		c, err := crm.DecodeCard(item.Card)
		if err != nil {
			return page{}, fmt.Errorf("read a stored card: %w", err)
		}
		p.last = c.ID
		p.clients = append(p.clients, candidate{c, item.Results, func(c *crm.Client, results []crm.Result) (*change, error) {
			return planFix(c, results, func(rule string) bool { return slices.Contains(q.Report, rule) })
		}})
	}
	return p, nil
}

// query is what the store is asked for.
func (f *Fixer) query(ctx context.Context, s Selection) (store.QualityQuery, error) {
	q := store.QualityQuery{Query: store.Query{Facets: slices.Clone(s.Facets), Segments: s.Segments}, Report: s.Rules}
	if s.Filter == "" {
		return q, nil
	}
	facets, match, err := f.Filter(ctx, s.Filter)
	if err != nil {
		return q, fmt.Errorf("compile the filter: %w", err)
	}
	q.Facets, q.Match = append(q.Facets, facets...), match
	return q, nil
}

// total counts the clients with findings of the selection.
func (f *Fixer) total(ctx context.Context, j *Job) (int64, error) {
	q, err := f.query(ctx, j.Selection)
	if err != nil {
		return 0, err
	}
	found, err := f.Store.Quality(ctx, j.Scope, q)
	if err != nil {
		return 0, fmt.Errorf("count what is to be fixed: %w", err)
	}
	return found.Violating, nil
}

// undoPage reads a page of what a job did.
func (f *Fixer) undoPage(ctx context.Context, j *Job) (page, error) {
	done, err := f.Clients(ctx, crm.Everything, j.Undoes, j.Last, pageClients)
	if err != nil {
		return page{}, fmt.Errorf("read what job %s did: %w", j.Undoes, err)
	}
	p := page{last: j.Last}
	if len(done) == pageClients {
		p.after = "more" // Last says where
	}
	for _, d := range done {
		p.last = d.Client
		if d.Outcome != crm.FixApplied {
			continue
		}
		c, err := f.candidateOf(ctx, j, d.Client)
		if err != nil {
			return page{}, err
		}
		if c.client.Revision > 0 {
			c.plan = func(c *crm.Client, _ []crm.Result) (*change, error) { return planUndo(c, d) }
		}
		p.clients = append(p.clients, c)
	}
	return p, nil
}

// candidateOf reads a client; one that is gone has no revision.
func (f *Fixer) candidateOf(ctx context.Context, j *Job, id int64) (candidate, error) {
	stored, err := f.Store.Client(ctx, j.Scope, id)
	if errors.Is(err, crm.ErrNotFound) {
		return candidate{client: &crm.Client{ID: id}}, nil
	}
	if err != nil {
		return candidate{}, err
	}
	c, err := crm.DecodeCard(stored.Card)
	if err != nil {
		return candidate{}, fmt.Errorf("read a stored card: %w", err)
	}
	return candidate{client: c, results: stored.Results}, nil
}

// doPage plans a page, stores the plan, carries it out and stores what came of it.
func (f *Fixer) doPage(ctx context.Context, j *Job, p page) (err error) {
	if j.Seq, err = f.Store.LastEvent(ctx); err != nil {
		return err
	}
	changes, said, err := f.planPage(ctx, j, p)
	if err != nil {
		return err
	}
	failed := f.write(ctx, j, changes, p)
	for _, c := range changes {
		if c.Outcome != crm.FixPlanned {
			said = append(said, c.FixedClient)
		}
	}
	for _, c := range said {
		count(&j.Counts, c)
	}
	if failed != nil { // what was done is kept, whatever ended it
		return errors.Join(failed, f.keep(context.WithoutCancel(ctx), j, said))
	}
	j.After, j.Last = p.after, p.last
	return f.keep(ctx, j, said)
}

// planPage makes and stores the plans of a page. Clients that have their outcome from before the job was cut short are
// left out. Those that were planned then and are no longer to be changed, since somebody else was faster, are settled.
func (f *Fixer) planPage(ctx context.Context, j *Job, p page) (changes []*change, settled []*crm.FixedClient, err error) {
	before, err := f.after(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	known := map[int64]*crm.FixedClient{}
	for _, c := range before {
		known[c.Client] = c
	}
	var planned []*crm.FixedClient
	for _, c := range p.clients {
		was := known[c.client.ID]
		delete(known, c.client.ID)
		if was != nil && was.Outcome != crm.FixPlanned {
			continue
		}
		change, err := planOf(c)
		if err != nil {
			return nil, nil, err
		}
		changes = append(changes, change)
		if change.Outcome == crm.FixPlanned {
			planned = append(planned, change.FixedClient)
		}
	}
	for _, c := range before {
		if known[c.Client] != nil && c.Outcome == crm.FixPlanned && (c.Client <= p.last || p.after == "") {
			c.Outcome, c.Message = crm.FixConflict, "somebody else was faster"
			settled = append(settled, c)
		}
	}
	if len(planned) == 0 {
		return changes, settled, nil
	}
	return changes, settled, f.keep(ctx, j, planned)
}

// after returns what the job says of clients behind the pages that are done.
func (f *Fixer) after(ctx context.Context, j *Job) (list []*crm.FixedClient, err error) {
	const some = 1000
	for last := j.Last; ; last = list[len(list)-1].Client {
		part, err := f.Clients(ctx, crm.Everything, j.ID, last, some)
		if list = append(list, part...); err != nil || len(part) < some {
			return list, err
		}
	}
}

// gone is said of clients that are no longer there for who asked for the job.
const gone = "the client was deleted, or is out of reach"

// planOf plans a client; one that is gone is a conflict.
func planOf(c candidate) (*change, error) {
	if c.plan == nil {
		return &change{FixedClient: &crm.FixedClient{Client: c.client.ID, Outcome: crm.FixConflict, Message: gone, Edits: []crm.FixEdit{}}}, nil
	}
	return c.plan(c.client, c.results)
}

// write carries changes out, several at once.
func (f *Fixer) write(ctx context.Context, j *Job, changes []*change, p page) error {
	plans := map[int64]planner{}
	for _, c := range p.clients {
		plans[c.client.ID] = c.plan
	}
	work := make(chan *change)
	errs := make([]error, writers)
	var running sync.WaitGroup
	for i := range writers {
		running.Go(func() {
			for c := range work {
				if errs[i] == nil {
					errs[i] = f.writeOne(ctx, j, c, plans[c.Client])
				}
			}
		})
	}
	for _, c := range changes {
		if c.Outcome == crm.FixPlanned {
			work <- c
		}
	}
	close(work)
	running.Wait()
	return errors.Join(errs...)
}

// writeOne changes one client. The error is for what ends the job.
func (f *Fixer) writeOne(ctx context.Context, j *Job, c *change, plan planner) error {
	for attempt := 0; ; attempt++ {
		answer, err := f.Writer.Patch(ctx, c.Client, intake.Request{Scope: j.Scope, By: j.By, Doc: c.patch, IfMatch: c.From, Change: j.ID})
		if errors.Is(err, crm.ErrRevisionConflict) && attempt < attempts {
			again, err := f.planAgain(ctx, j, c, plan)
			if err != nil {
				return err
			}
			if *c = *again; c.Outcome != crm.FixPlanned {
				return nil
			}
			continue
		}
		return f.settle(c, answer, err)
	}
}

// planAgain plans a client that somebody else has changed meanwhile, and stores the plan.
func (f *Fixer) planAgain(ctx context.Context, j *Job, c *change, plan planner) (*change, error) {
	now, err := f.candidateOf(ctx, j, c.Client)
	if err != nil {
		return nil, err
	}
	if now.client.Revision > 0 {
		now.plan = plan
	}
	again, err := planOf(now)
	if err != nil || again.Outcome != crm.FixPlanned {
		return again, err
	}
	job, err := f.Job(crm.Everything, j.ID) // as it is stored: the page is not done
	if err != nil {
		return nil, err
	}
	return again, f.keep(ctx, job, []*crm.FixedClient{again.FixedClient})
}

// settle notes what came of a write.
func (f *Fixer) settle(c *change, answer *intake.Answer, err error) error {
	var refused *intake.RefusedError
	var invalid *crm.InvalidError
	var malformed *crm.MalformedError
	switch {
	case err == nil:
		return applied(c.FixedClient, answer.Client, answer.Results)
	case errors.As(err, &refused):
		var rules []string
		for _, r := range refused.Results {
			rules = append(rules, r.Rule)
		}
		c.Outcome, c.Message = crm.FixRefused, "refused by "+strings.Join(rules, ", ")
	case errors.As(err, &invalid):
		c.Outcome, c.Message = crm.FixFaulty, invalid.Error()
	case errors.As(err, &malformed), errors.Is(err, crm.ErrDuplicateExternalID):
		c.Outcome, c.Message = crm.FixFaulty, err.Error()
	case errors.Is(err, crm.ErrNotFound):
		c.Outcome, c.Message = crm.FixConflict, gone
	case errors.Is(err, crm.ErrRevisionConflict):
		c.Outcome, c.Message = crm.FixConflict, "others kept changing the client"
	default:
		return fmt.Errorf("change client %d: %w", c.Client, err)
	}
	return nil
}

// applied notes what a client has become: values as they were stored, and which findings are gone.
func applied(c *crm.FixedClient, client *crm.Client, results []crm.Result) error {
	doc, err := documentOf(client)
	if err != nil {
		return err
	}
	c.Outcome, c.Revision = crm.FixApplied, client.Revision
	if client.Revision == c.From {
		c.Outcome = crm.FixUnchanged // the value, cleaned, is what was there
	}
	for i := range c.Edits {
		e := &c.Edits[i]
		if at, err := doc.find(e.Path, e.RowID); err == nil {
			e.After = at.value()
		}
		e.Resolved = !found(results, e)
	}
	return nil
}

// found says whether the finding of an edit is still there.
func found(results []crm.Result, e *crm.FixEdit) bool {
	for _, r := range results {
		if r.Rule != e.Rule {
			continue
		}
		if r.Error != "" {
			return true
		}
		for _, f := range r.Findings {
			if f.Code == e.Code && f.RowID == e.RowID {
				return true
			}
		}
	}
	return false
}

// resume settles the writes that were under way when the process ended: the log says which of them were made.
func (f *Fixer) resume(ctx context.Context, j *Job) error {
	before, err := f.after(ctx, j)
	if err != nil || len(before) == 0 {
		return err
	}
	made, err := f.made(ctx, j)
	if err != nil {
		return err
	}
	var settled []*crm.FixedClient
	for _, c := range before {
		revision := made[c.Client]
		if c.Outcome != crm.FixPlanned || revision == 0 {
			continue
		}
		now, err := f.candidateOf(ctx, j, c.Client)
		if err != nil {
			return err
		}
		c.Outcome, c.Revision = crm.FixApplied, revision
		if now.client.Revision == revision {
			err = applied(c, now.client, now.results)
		}
		if err != nil {
			return err
		}
		settled = append(settled, c)
		count(&j.Counts, c)
	}
	if len(settled) == 0 {
		return nil
	}
	return f.keep(ctx, j, settled)
}

// made returns the revisions that the job's writes have given to clients since the page under way was planned.
func (f *Fixer) made(ctx context.Context, j *Job) (map[int64]int64, error) {
	const some = 1000
	revisions := map[int64]int64{}
	for after := j.Seq; ; {
		events, last, err := f.Store.Events(ctx, crm.Everything, after, some)
		if err != nil {
			return nil, fmt.Errorf("read what job %s had done: %w", j.ID, err)
		}
		for _, e := range events {
			var detail struct {
				Revision int64
				Change   string
			}
			if e.Type == crm.EventClientUpdated && json.Unmarshal(e.Detail, &detail) == nil && detail.Change == j.ID {
				revisions[e.Client] = detail.Revision
			}
		}
		if last == after {
			return revisions, nil
		}
		after = last
	}
}
