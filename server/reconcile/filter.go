package reconcile

import (
	"context"
	"errors"
	"sync"
	"time"

	"assay/server/engine"
	"assay/server/store"
)

// maxFilters bounds the compiled filters that are kept.
const maxFilters = 64

// maxCompilations bounds how often one call compiles a filter that others keep
// pushing out.
const maxCompilations = 16

// filterCache keeps compiled filters by their text; the one asked for longest
// ago goes first.
type filterCache struct {
	mu      sync.Mutex
	filters map[string]*engine.Filter
	order   []string // by last use, oldest first
}

// Filter compiles a CEL predicate over clients, with `now` as of this call.
func (r *Reconciler) Filter(ctx context.Context, expr string) (store.Matcher, error) {
	if _, err := r.filter(ctx, expr); err != nil {
		return nil, err
	}
	return &matcher{reconciler: r, expr: expr, now: r.Now()}, nil
}

// matcher runs a filter of the cache. One that was freed meanwhile, by newer
// filters or by a change of the declared fields, is compiled again.
type matcher struct {
	reconciler *Reconciler
	expr       string
	now        time.Time
}

// Match implements store.Matcher.
func (m *matcher) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	for attempt := 0; ; attempt++ {
		f, err := m.reconciler.filter(ctx, m.expr)
		if err != nil {
			return err
		}
		err = f.At(m.now).Match(ctx, cards, matched)
		if attempt == maxCompilations || !errors.Is(err, engine.ErrClosed) {
			return err
		}
	}
}

func (r *Reconciler) filter(ctx context.Context, expr string) (*engine.Filter, error) {
	c := &r.filters
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.use(expr); f != nil {
		return f, nil
	}
	f, err := r.compiler.Load().Filter(ctx, expr)
	if err != nil {
		return nil, err
	}
	if err := c.add(ctx, expr, f); err != nil {
		r.Logger.Warn("free an old filter", "error", err)
	}
	return f, nil
}

func (c *filterCache) use(expr string) *engine.Filter {
	f := c.filters[expr]
	if f == nil {
		return nil
	}
	for i, e := range c.order {
		if e == expr {
			c.order = append(append(c.order[:i:i], c.order[i+1:]...), expr)
		}
	}
	return f
}

func (c *filterCache) add(ctx context.Context, expr string, f *engine.Filter) error {
	if c.filters == nil {
		c.filters = map[string]*engine.Filter{}
	}
	c.filters[expr] = f
	c.order = append(c.order, expr)
	if len(c.order) <= maxFilters {
		return nil
	}
	oldest := c.order[0]
	c.order = c.order[1:]
	gone := c.filters[oldest]
	delete(c.filters, oldest)
	return gone.Close(ctx)
}

func (c *filterCache) clear(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, f := range c.filters {
		errs = append(errs, f.Close(ctx))
	}
	c.filters, c.order = nil, nil
	return errors.Join(errs...)
}
