package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
	"assay/server/sweep"
	"assay/server/webhook"
)

// Config is what a Reconciler works with.
type Config struct {
	Store  store.Store
	Load   engine.Loader
	Zone   *time.Location // whose midnight begins a new day
	Now    func() time.Time
	After  func(time.Duration) <-chan time.Time // the timers of its own work; nil: time.After
	Logger *slog.Logger
	// Webhooks carries the declared webhooks out; nil: none can be declared.
	Webhooks *webhook.Dispatcher
	// Recast gives the stored values of a custom field its declared type.
	Recast func(ctx context.Context, field string) error
	// Retype returns a card as it is when a custom field has that type.
	Retype func(card []byte, field string, t crm.FieldType) ([]byte, error)
	// Folder says that a folder of manifests is kept: what its files declare is changed there alone.
	Folder bool
}

// Reconciler holds the declared resources. Its methods may be called from any
// goroutine; changes happen one at a time.
type Reconciler struct {
	Config
	Sweeper *sweep.Sweeper

	set      atomic.Pointer[engine.Set]
	changed  atomic.Pointer[chan struct{}] // closed when another set is in force
	filters  filterCache
	compiler atomic.Pointer[engine.Compiler]
	fuser    *engine.Fuser
	fuse     chan struct{} // wakes the fusing of rules
	recast   chan struct{} // wakes the recasting of fields
	alarm    chan struct{} // a rule was quarantined
	stir     chan struct{} // a status may have changed
	feed     *feed         // of changes, for those who watch
	previews chan struct{} // holds one while a preview runs

	mu          sync.Mutex // one change at a time; guards what follows
	objects     map[objectKey]*object
	running     map[string]*engine.Rule
	failures    map[string]error            // why a declared rule does not run
	observed    map[objectKey]*rules.Status // the conditions shown last, for the times of their transitions
	quarantines map[string]*quarantine      // of rules that are or were quarantined
	standings   map[objectKey]Standing      // to the rules folder
	looks       map[objectKey]*appearance   // of the objects when they were last looked at
	unsaved     bool                        // conditions have changed since they were stored
	revised     map[string][]string         // the modules that the kept revisions of rules name, "" for none, the newest last
	readied     map[*rules.Rule]readied     // compiled and tried, about to be applied

	waiving sync.Mutex // guards waivers, which reports ask for; it is taken last
	waivers map[string]crm.WaiverView
}

type objectKey struct{ kind, name string }

// object is a declared resource and the version the store has of it.
type object struct {
	rules.Object
	version int64
}

// Open reads the declared resources and compiles the rules. A rule that no
// longer compiles is kept, does not run, and its condition says why.
func Open(ctx context.Context, c Config) (*Reconciler, error) {
	r := &Reconciler{Config: c, objects: map[objectKey]*object{}, running: map[string]*engine.Rule{},
		failures: map[string]error{}, observed: map[objectKey]*rules.Status{}, quarantines: map[string]*quarantine{}, revised: map[string][]string{}, waivers: map[string]crm.WaiverView{}, readied: map[*rules.Rule]readied{},
		fuser: engine.NewFuser(c.Load), fuse: make(chan struct{}, 1), recast: make(chan struct{}, 1), alarm: make(chan struct{}, 1), stir: make(chan struct{}, 1), feed: newFeed(c.Now().UnixMicro()), previews: make(chan struct{}, 1)}
	if r.After == nil {
		r.After = time.After
	}
	paused, err := r.sweepsPaused(ctx)
	if err != nil {
		return nil, err
	}
	r.Sweeper = sweep.New(sweep.Config{Store: c.Store, Current: r.Current, Await: r.Await, Fuse: r.fuser.Fuse, Moved: r.wakeObserve, Now: c.Now, Logger: c.Logger, Paused: paused})
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Reconciler) load(ctx context.Context) error {
	stored, err := r.Store.Objects(ctx, "")
	if err != nil {
		return fmt.Errorf("read the declared objects: %w", err)
	}
	for _, o := range stored {
		if o.Kind == kindServer {
			continue
		}
		if o.Kind == kindWaiver {
			if err := r.loadWaiver(o); err != nil {
				return err
			}
			continue
		}
		decoded, err := rules.Decode(o.Data)
		if err != nil {
			return fmt.Errorf("read the stored %s %s: %w", o.Kind, o.Name, err)
		}
		r.objects[objectKey{o.Kind, o.Name}] = &object{decoded, o.Version}
	}
	if err := errors.Join(r.loadRevised(ctx), r.loadConditions(ctx), r.openWebhooks(ctx)); err != nil {
		return err
	}
	generation, err := r.Store.Generation(ctx)
	if err != nil {
		return err
	}
	compiler, err := r.newCompiler(r.fields())
	if err != nil {
		return err
	}
	r.compiler.Store(compiler)
	for _, rule := range r.declaredRules() {
		name := rule.Metadata.Name
		compiled, err := compiler.Recompile(ctx, rule)
		if err != nil {
			r.Logger.Error("a declared rule does not run", "rule", name, "error", err)
			compiled, r.failures[name] = engine.Failing(rule), err
		}
		compiled.Alarm = r.sound
		r.running[name] = compiled
	}
	r.publish(generation)
	return nil
}

// Current returns the rules in force.
func (r *Reconciler) Current() *engine.Set { return r.set.Load() }

// Await returns when another rule set than the one of that generation is in
// force. A write that the store refused for its generation waits so for the
// change that is under way.
func (r *Reconciler) Await(ctx context.Context, generation uint64) error {
	for {
		changed := *r.changed.Load()
		if r.Current().Generation != generation {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Run sweeps, gives stored values their declared types, begins new days,
// looks after quarantined rules and fuses rules, until ctx ends.
func (r *Reconciler) Run(ctx context.Context) {
	var work sync.WaitGroup
	work.Go(func() { r.Sweeper.Run(ctx) })
	work.Go(func() { r.runRecast(ctx) })
	work.Go(func() { r.runCalendar(ctx) })
	work.Go(func() { r.runWaivers(ctx) })
	work.Go(func() { r.runQuarantine(ctx) })
	work.Go(func() { r.runFuse(ctx) })
	work.Go(func() { r.runObserve(ctx) })
	work.Wait()
}

// Close stores since when conditions are as they are, and frees the rules' modules.
func (r *Reconciler) Close(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := r.observe(ctx)
	errs := []error{err, r.saveConditions(ctx), r.filters.clear(ctx), r.fuser.Close(ctx)}
	for _, rule := range r.running {
		errs = append(errs, rule.Close(ctx))
	}
	return errors.Join(errs...)
}

// publish makes what is declared the set in force. The caller holds r.mu.
func (r *Reconciler) publish(generation uint64) {
	list := make([]*engine.Rule, 0, len(r.running))
	for _, rule := range r.running {
		list = append(list, rule)
	}
	next := make(chan struct{})
	set := engine.NewSet(generation, list, r.fields(), r.dictionaries())
	set.FieldLabels, set.Fuser = r.fieldLabels(), r.fuser
	r.set.Store(set)
	r.wakeFuse()
	if before := r.changed.Swap(&next); before != nil {
		close(*before)
	}
}

func (r *Reconciler) fields() map[string]crm.FieldType {
	types := map[string]crm.FieldType{}
	for key, o := range r.objects {
		if f, ok := o.Object.(*rules.Field); ok {
			types[key.name] = crm.FieldType(f.Spec.Type)
		}
	}
	return types
}

func (r *Reconciler) fieldLabels() map[string]string {
	names := map[string]string{}
	for key, o := range r.objects {
		if f, ok := o.Object.(*rules.Field); ok {
			for _, label := range f.Spec.Label {
				if other, taken := names[label]; !taken || key.name < other { // the same one at every start
					names[label] = key.name
				}
			}
		}
	}
	return names
}

func (r *Reconciler) dictionaries() map[string]engine.Dictionary {
	closed := map[string]engine.Dictionary{}
	for key, o := range r.objects {
		d, ok := o.Object.(*rules.Dictionary)
		if !ok {
			continue
		}
		values := map[string]bool{}
		for _, v := range d.Spec.Values {
			values[v.Value] = true
		}
		closed[d.Spec.Of] = engine.Dictionary{Name: key.name, Values: values}
	}
	return closed
}

// declaredRules returns the rules people declared, and those their fields and waivers ask for.
func (r *Reconciler) declaredRules() (list []*rules.Rule) {
	list = r.selectorRules()
	for _, o := range r.objects {
		switch o := o.Object.(type) {
		case *rules.Rule:
			list = append(list, o)
		case *rules.Field:
			if rule, ok := o.RequiredRule(); ok {
				list = append(list, rule)
			}
		}
	}
	return list
}

func (r *Reconciler) newCompiler(fields map[string]crm.FieldType) (*engine.Compiler, error) {
	return engine.NewCompiler(fields, r.Load, func(ctx context.Context, digest string) ([]byte, error) {
		m, err := r.Store.Module(ctx, digest)
		return m.Wasm, err
	})
}

// InUseError refuses to delete what another resource needs.
type InUseError struct{ What, By string }

// Error names both.
func (e *InUseError) Error() string {
	return fmt.Sprintf("%s is used by %s; change or delete that first", e.What, e.By)
}

// encode returns an object as it is stored: without its status.
func encode(o rules.Object) (json.RawMessage, error) {
	b, err := rules.EncodeJSON(o)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", o.ResourceKind(), o.Meta().Name, err)
	}
	return b, nil
}
