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
	p := &Project{Dir: found.dir, options: o, modules: map[string][]byte{}}
	p.options.Stale = true
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
	if list == nil {
		return nil, wrongf("", "there is no rule in %s, whose module could be inspected", cmp.Or(found.file, found.dir))
	}
	return list, nil
}

func moduleTarget(found place, o Options) ([]*target, error) {
	t := &target{file: found.file, wasm: found.wasm}
	if t.wasm == nil { // whatever it is: the host says what is wrong with it
		text, err := readModule("", found.file, true)
		if err != nil {
			return nil, err
		}
		t.wasm = text
	}
	if o.Settings != nil {
		t.asked = map[string]abi.Configured{o.Check: {Settings: string(o.Settings)}}
	}
	var err error
	if isProject(found.dir) {
		t.newer, err = newerThan(found.dir, found.file)
	}
	return []*target{t}, err
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
	if err := p.openModulePath(r); err != nil {
		return nil, err
	}
	t.file, t.wasm = r.Module, p.modules[r.Manifest.Spec.Module.Digest]
	var err error
	if isProject(p.Dir) {
		t.newer, err = newerThan(p.Dir, r.Module)
	}
	return t, err
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
