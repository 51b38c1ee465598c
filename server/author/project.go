package author

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"assay/rules"
	"assay/server/cases"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/modules"
)

// Options say how rules are opened. The zero value is good.
type Options struct {
	CacheDir string       // of compiled modules; "": a folder of this user's cache
	Compiler []string     // a program and arguments that call modules.Compile, for large modules; nil: this process compiles them
	Log      *slog.Logger // gets what modules log; nil: it is dropped
	Module   ModuleReader // reads the modules that manifests name; nil: ReadModule
	Cases    CaseReading

	// How clients are written that are not stored yet, as by a server with this Config of package intake:
	Region string         // country of phones and tax ids that name none; "": RU
	Zone   *time.Location // of the company; nil: UTC

	// Of a module without a manifest:
	Check    string          // the check to open; "": all of them
	Settings json.RawMessage // of the check, a JSON object
	Type     rules.RuleType  // of a command that does not say; "": Quality
}

// CaseReading says what is read of the cases that stand beside rules.
type CaseReading int

// The ways to read cases.
const (
	AllCases    CaseReading = iota // whole; one that is wrong, or of no rule here, is an Error
	OnlyClients                    // to measure on: the clients of those whose rule is opened; the other cases are left out
	NoCases
)

// Project is rules that are ready to judge, and their cases.
type Project struct {
	Dir    string // the folder it lies in
	Rules  []*Rule
	Cases  []*Case
	Fields map[string]crm.FieldType // declared beside the rules
	Labels map[string]string        // what people call these fields, in any language -> their names

	dictionaries map[string]engine.Dictionary
	options      Options
	log          tap
	host         *modules.Host
	compiler     *engine.Compiler
	modules      map[string][]byte // by digest
	digests      map[string]string // of modules, by their files
	variants     map[string]*engine.Rule
	written      *intake.Cards // nil: not needed yet
	closers      []func(context.Context) error
}

// Rule is a rule of a project.
type Rule struct {
	*engine.Rule
	Manifest *rules.Rule
	File     string // that declares it
	Line     int
	Module   string // the file of its module, "" for CEL
	Owner    string // the field that it was generated for, "" for none

	from *declared // nil: from no manifest
}

// Open opens the rules at a path: of a folder with manifests (or its cases.yaml or assay.yaml), of a manifest, or of a .wasm module. Of a manifest and a module,
// the fields and dictionaries in their folder are declared, too, and cases.yaml there is read unless Options say otherwise.
func Open(ctx context.Context, path string, o Options) (*Project, error) {
	p := &Project{options: o, modules: map[string][]byte{}, digests: map[string]string{}, variants: map[string]*engine.Rule{}}
	if err := p.open(ctx, path); err != nil {
		return nil, errors.Join(err, p.Close(ctx))
	}
	return p, nil
}

func (p *Project) open(ctx context.Context, path string) error {
	found, err := locate(path)
	if err != nil {
		return err
	}
	p.Dir = found.dir
	all, err := readFolder(p.Dir)
	if err != nil {
		return err
	}
	if err := p.start(ctx, all); err != nil {
		return err
	}
	if found.wasm != nil {
		err = p.openModule(ctx, found.file, found.wasm)
	} else {
		err = p.openManifests(ctx, found, all)
	}
	if err != nil || p.options.Cases == NoCases {
		return err
	}
	return p.readCases(ctx, all)
}

// place is what a path leads to.
type place struct {
	dir  string
	file string // in dir, "" for all of it
	wasm []byte // of a module
}

func locate(path string) (place, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return place{}, unreadable(path, err)
	}
	if stat.IsDir() {
		return place{dir: filepath.Clean(path)}, nil
	}
	if base := filepath.Base(path); base == rules.ProjectCases || base == rules.ProjectFile {
		return place{dir: filepath.Dir(path)}, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return place{}, unreadable(path, err)
	}
	found := place{dir: filepath.Dir(path), file: filepath.Clean(path)}
	if isModule(path, text) {
		found.wasm = text
	}
	return found, nil
}

// start starts what modules run on, with the fields and dictionaries of the folder declared.
func (p *Project) start(ctx context.Context, all []declared) error {
	cache, err := p.cacheDir()
	if err != nil {
		return err
	}
	if p.options.Log != nil {
		p.log.next = p.options.Log.Handler()
	}
	p.options.CacheDir = cache
	config := p.HostConfig()
	config.Log = slog.New(&p.log)
	if p.host, err = modules.Open(ctx, config); err != nil {
		return err
	}
	p.closers = append(p.closers, p.host.Close)
	p.Fields, p.Labels, p.dictionaries = declarations(all)
	p.compiler, err = engine.NewCompiler(p.Fields, p.host.Load, func(_ context.Context, digest string) ([]byte, error) {
		if wasm, ok := p.modules[digest]; ok {
			return wasm, nil
		}
		return nil, crm.ErrNotFound
	})
	return err
}

// UserCache returns the folder that keeps compiled modules for this user, "" where there is none that can be written, as in many containers.
func UserCache() string {
	user, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(user, "assay", "modules")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	probe, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return ""
	}
	if errors.Join(probe.Close(), os.Remove(probe.Name())) != nil {
		return ""
	}
	return dir
}

// HostConfig says where and by what the project's modules are compiled, for others that load them.
func (p *Project) HostConfig() modules.Config {
	return modules.Config{CacheDir: p.options.CacheDir, Compiler: p.options.Compiler}
}

// cacheDir is where compiled modules are kept: a folder of its own that goes with the project where a user has no cache.
func (p *Project) cacheDir() (string, error) {
	if p.options.CacheDir != "" {
		return p.options.CacheDir, nil
	}
	if user := UserCache(); user != "" {
		return user, nil
	}
	dir, err := os.MkdirTemp("", "assay-modules-")
	if err != nil {
		return "", fmt.Errorf("make a folder for compiled modules: %w", err)
	}
	p.closers = append(p.closers, func(context.Context) error { return os.RemoveAll(dir) })
	return dir, nil
}

func declarations(all []declared) (fields map[string]crm.FieldType, labels map[string]string, closed map[string]engine.Dictionary) {
	fields, labels, closed = map[string]crm.FieldType{}, map[string]string{}, map[string]engine.Dictionary{}
	for _, d := range all {
		switch o := d.Object.(type) {
		case *rules.Field:
			fields[o.Metadata.Name] = crm.FieldType(o.Spec.Type)
			for _, label := range o.Spec.Label {
				if other, taken := labels[label]; !taken || o.Metadata.Name < other { // as on a server
					labels[label] = o.Metadata.Name
				}
			}
		case *rules.Dictionary:
			values := map[string]bool{}
			for _, v := range o.Spec.Values {
				values[v.Value] = true
			}
			closed[o.Spec.Of] = engine.Dictionary{Name: o.Metadata.Name, Values: values}
		}
	}
	return fields, labels, closed
}

// Set is the project's rules as a set to evaluate, with what is declared beside them.
func (p *Project) Set() *engine.Set {
	list := make([]*engine.Rule, len(p.Rules))
	for i, r := range p.Rules {
		list[i] = r.Rule
	}
	return engine.NewSet(0, list, p.Fields, p.dictionaries)
}

// Rule returns the rule of that name, nil when there is none.
func (p *Project) Rule(name string) *Rule {
	i := slices.IndexFunc(p.Rules, func(r *Rule) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return p.Rules[i]
}

// Card returns the card of a client in the form of the API, taken as it is stored where the project's fields are
// declared. The error is a *cases.ClientError when the client is none.
func (p *Project) Card(client json.RawMessage) ([]byte, error) {
	return cases.Card(client, p.Fields)
}

// Written returns a client in the form of the API, and its card, as they are stored after a write at that time. What a
// write would refuse is a *crm.InvalidError or a *crm.MalformedError.
func (p *Project) Written(client json.RawMessage, at time.Time) (*crm.Client, []byte, error) {
	if p.written == nil {
		p.written = intake.NewCards(p.Set(), cmp.Or(p.options.Region, "RU"), p.Zone())
	}
	return p.written.Card(client, at)
}

// Zone is the time zone of the company, of days and times that name none.
func (p *Project) Zone() *time.Location { return cmp.Or(p.options.Zone, time.UTC) }

// Close frees all that the project holds. Its rules must not be used any more.
func (p *Project) Close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, r := range p.Rules {
		errs = append(errs, r.Close(ctx))
	}
	for _, r := range p.variants {
		errs = append(errs, r.Close(ctx))
	}
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i](ctx))
	}
	p.Rules, p.variants, p.closers = nil, nil, nil
	return errors.Join(errs...)
}
