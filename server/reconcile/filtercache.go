package reconcile

import (
	"context"
	"errors"
	"slices"
	"sync"

	"assay/server/engine"
)

// maxFilters bounds the compiled filters that are kept. Each holds a module of
// some KB and an instance for each processor.
const maxFilters = 64

// filterCache keeps compiled filters by their text and the language they were
// compiled in; the one asked for longest ago goes first. A filter that several
// ask for at once is compiled once, and others need not wait for it.
type filterCache struct {
	mu   sync.Mutex
	kept []*keptFilter // by last use, oldest first
}

type keptFilter struct {
	compiler *engine.Compiler
	expr     string
	whole    bool          // nothing was taken out of it
	ready    chan struct{} // closed when what follows is set
	filter   *engine.Filter
	err      error
}

// get returns a filter of the cache, compiled if it was not there. It may be
// closed at any time.
func (c *filterCache) get(ctx context.Context, compiler *engine.Compiler, expr string) (*engine.Filter, error) {
	return c.take(ctx, compiler, expr, false)
}

// whole returns a filter of which nothing is left to the facets.
func (c *filterCache) whole(ctx context.Context, compiler *engine.Compiler, expr string) (*engine.Filter, error) {
	return c.take(ctx, compiler, expr, true)
}

func (c *filterCache) take(ctx context.Context, compiler *engine.Compiler, expr string, whole bool) (*engine.Filter, error) {
	k, found := c.place(compiler, expr, whole)
	if !found {
		lists := facetLists
		if whole {
			lists = nil
		}
		k.filter, k.err = compiler.Filter(context.WithoutCancel(ctx), expr, lists)
		close(k.ready)
		c.trim(k)
	}
	select {
	case <-k.ready:
		return k.filter, k.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// place returns the filter's place in the cache, and whether it had one.
func (c *filterCache) place(compiler *engine.Compiler, expr string, whole bool) (*keptFilter, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.kept, func(k *keptFilter) bool { return k.expr == expr && k.whole == whole && k.compiler == compiler })
	if at < 0 {
		k := &keptFilter{compiler: compiler, expr: expr, whole: whole, ready: make(chan struct{})}
		c.kept = append(c.kept, k)
		return k, false
	}
	k := c.kept[at]
	c.kept = append(slices.Delete(c.kept, at, at+1), k)
	return k, true
}

// trim forgets k if it is none, and the oldest filters when they are too many.
func (c *filterCache) trim(k *keptFilter) {
	var gone []*keptFilter
	c.mu.Lock()
	c.kept = slices.DeleteFunc(c.kept, func(o *keptFilter) bool { return o == k && k.err != nil })
	if more := len(c.kept) - maxFilters; more > 0 {
		gone = slices.Clone(c.kept[:more])
		c.kept = slices.Delete(c.kept, 0, more)
	}
	c.mu.Unlock()
	_ = closeFilters(gone) // a module that cannot be freed stays, and the host frees it at its end
}

// clear frees all filters.
func (c *filterCache) clear(context.Context) error {
	c.mu.Lock()
	gone := c.kept
	c.kept = nil
	c.mu.Unlock()
	return closeFilters(gone)
}

// closeFilters frees filters; those in use are freed when they no longer are.
func closeFilters(gone []*keptFilter) error {
	var errs []error
	for _, k := range gone {
		<-k.ready
		if k.err == nil {
			errs = append(errs, k.filter.Close(context.Background()))
		}
	}
	return errors.Join(errs...)
}
