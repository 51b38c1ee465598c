package author

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/engine"
)

// targetsOf returns the modules at a place: the file, or those of the rules that are declared there, each once.
func targetsOf(ctx context.Context, found place, o Options) (list []*target, err error) {
	if found.wasm != nil || found.file != "" && !rules.IsManifestFile(filepath.Base(found.file)) {
		return moduleTarget(found, o)
	}
	all, err := readFolder(found.dir)
	if err != nil {
		return nil, err
	}
	p := &Project{Dir: found.dir, options: o, modules: map[string][]byte{}, digests: map[string]string{}}
	p.options.Module = func(_ context.Context, dir, file string) ([]byte, error) { return readAnyModule(dir, file) } // how it is is said
	defer func() { err = errors.Join(err, p.Close(ctx)) }()
	if err := p.start(ctx, all); err != nil {
		return nil, err
	}
	for i := range all {
		d := &all[i]
		rule, is := d.Object.(*rules.Rule)
		if !is || found.file != "" && filepath.Clean(d.file) != found.file {
			continue
		}
		t, err := p.targetOf(ctx, &Rule{Manifest: rule, File: d.file, from: d})
		if err != nil {
			return nil, err
		}
		list = merge(list, t)
	}
	for _, t := range list {
		if err := t.age(p.Dir); err != nil {
			return nil, err
		}
	}
	if list == nil {
		return nil, wrongf("", "there is no rule in %s, whose module could be inspected", cmp.Or(found.file, found.dir))
	}
	return list, nil
}

func moduleTarget(found place, o Options) ([]*target, error) {
	t := &target{file: found.file, wasm: found.wasm}
	if t.wasm == nil { // whatever it is: the host says what is wrong with it
		text, err := readAnyModule(found.dir, found.file)
		if err != nil {
			return nil, err
		}
		t.wasm = text
	}
	if o.Settings != nil {
		t.asked = map[string]abi.Configured{o.Check: {Settings: string(o.Settings)}}
	}
	return []*target{t}, t.age(found.dir)
}

// targetOf returns the module that a rule runs on.
func (p *Project) targetOf(ctx context.Context, r *Rule) (*target, error) {
	t := &target{rules: []string{r.Manifest.Metadata.Name}}
	spec := r.Manifest.Spec.Module
	if spec == nil {
		compiled, err := p.compiler.Recompile(ctx, r.Manifest)
		if err != nil {
			return nil, inManifest(r.from, err)
		}
		t.wasm = compiled.Wasm
		return t, compiled.Close(ctx)
	}
	if spec.Path == "" {
		return nil, noFile(r)
	}
	t.asked = map[string]abi.Configured{spec.Check: engine.Asked(r.Manifest)}
	if err := p.openModulePath(ctx, r); err != nil {
		return nil, err
	}
	t.file, t.wasm = r.Module, p.modules[r.Manifest.Spec.Module.Digest]
	return t, nil
}

// age finds out whether the module is what the sources in its folder make.
func (t *target) age(dir string) (err error) {
	t.stale, err = Stale(dir, t.file)
	return err
}

// merge adds a target, to the one of the same module where there is one.
func merge(list []*target, t *target) []*target {
	i := slices.IndexFunc(list, func(o *target) bool { return t.file != "" && o.file == t.file })
	if i < 0 {
		return append(list, t)
	}
	list[i].rules = append(list[i].rules, t.rules...)
	maps.Copy(list[i].asked, t.asked)
	return list
}
