package author

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/engine"
)

// openManifests compiles the rules that the manifests declare, those of one file only when the path was one.
func (p *Project) openManifests(ctx context.Context, found place, all []declared) error {
	if found.file != "" && !rules.IsManifestFile(filepath.Base(found.file)) {
		return wrongf("", "%s is neither a manifest nor a module; give a folder with a %s, a manifest, or a .wasm file", found.file, rules.ProjectRules)
	}
	for i := range all {
		d := &all[i]
		if found.file != "" && filepath.Clean(d.file) != found.file {
			continue
		}
		if err := p.openManifest(ctx, d); err != nil {
			return err
		}
	}
	switch {
	case len(p.Rules) > 0:
		return nil
	case found.file != "":
		return wrongf("", "%s declares no rule; one begins with apiVersion: %s and kind: %s", found.file, rules.APIVersion, rules.KindRule)
	}
	return wrongf("", "there is no rule in %s: it has neither a %s nor another manifest of a %s", found.dir, rules.ProjectRules, rules.KindRule)
}

// openManifest compiles the rule that a manifest declares or asks for, if it does.
func (p *Project) openManifest(ctx context.Context, d *declared) error {
	line, _ := d.Place("")
	r := &Rule{File: d.file, Line: line, from: d}
	switch o := d.Object.(type) {
	case *rules.Rule:
		r.Manifest = o
	case *rules.Field:
		generated, ok := o.RequiredRule()
		if !ok {
			return nil
		}
		r.Manifest, r.Owner = generated, o.Metadata.Name
	default:
		return nil
	}
	if m := r.Manifest.Spec.Module; m != nil && m.Path != "" {
		if err := p.openModulePath(ctx, r); err != nil {
			return err
		}
	}
	return p.compile(ctx, r)
}

// openModulePath reads the module that a manifest names by a path and puts its digest there.
func (p *Project) openModulePath(ctx context.Context, r *Rule) error {
	spec := *r.Manifest.Spec.Module
	r.Module = spec.Path
	if !filepath.IsAbs(r.Module) {
		r.Module = filepath.Join(filepath.Dir(r.File), r.Module)
	}
	if p.digests[r.Module] == "" { // what several rules run on is read once
		wasm, err := p.readModule(ctx, r.Module)
		if bad, ok := errors.AsType[*Error](err); ok && bad.File == "" {
			return inPath(r, bad)
		}
		if err != nil {
			return err
		}
		p.digests[r.Module] = p.keep(wasm)
	}
	spec.Path, spec.Digest = "", p.digests[r.Module]
	manifest := *r.Manifest
	manifest.Spec.Module = &spec
	r.Manifest = &manifest
	return nil
}

// inPath says where the manifest names a module that cannot be read.
func inPath(r *Rule, bad *Error) *Error {
	line, column := r.from.Place("spec.module.path")
	return &Error{File: r.File, Problems: []rules.Problem{{Line: line, Column: column, Path: "spec.module.path", Message: bad.Error()}}}
}

func (p *Project) readModule(ctx context.Context, file string) ([]byte, error) {
	if p.options.Module != nil {
		return p.options.Module(ctx, p.Dir, file)
	}
	return ReadModule(p.Dir, file)
}

// keep has a module found by its digest, which it returns.
func (p *Project) keep(wasm []byte) (digest string) {
	digest = rules.ModuleDigest(wasm)
	p.modules[digest] = wasm
	return digest
}

func (p *Project) compile(ctx context.Context, r *Rule) (err error) {
	if m := r.Manifest.Spec.Module; m != nil && p.modules[m.Digest] == nil {
		return noFile(r)
	}
	if r.Rule, err = p.compiler.Compile(ctx, r.Manifest); err != nil {
		if r.from == nil {
			return inModule(r, err)
		}
		return inManifest(r.from, err)
	}
	p.Rules = append(p.Rules, r)
	return nil
}

// openModule makes a rule of each check of a module, or of the one that was asked for.
func (p *Project) openModule(ctx context.Context, file string, wasm []byte) error {
	digest := p.keep(wasm)
	checks, err := p.checksOf(ctx, file, wasm)
	if err != nil {
		return err
	}
	for _, check := range checks {
		manifest := &rules.Rule{Metadata: rules.Metadata{Name: check.Name}}
		manifest.Spec = rules.RuleSpec{Type: rules.RuleType(check.Type), Module: &rules.Module{Digest: digest, Check: check.Name}, Settings: p.options.Settings}
		if manifest.Spec.Type == "" {
			manifest.Spec.Type = p.options.Type
		}
		if manifest.Spec.Type == "" {
			manifest.Spec.Type = rules.Quality
		}
		manifest.SetDefaults()
		if err := p.compile(ctx, &Rule{Manifest: manifest, File: file, Line: 1, Module: file}); err != nil {
			return err
		}
	}
	return nil
}

// checksOf returns the checks of a module that are opened.
func (p *Project) checksOf(ctx context.Context, file string, wasm []byte) ([]abi.CheckDescription, error) {
	module, err := p.host.Load(ctx, wasm)
	if err != nil {
		return nil, inModule(&Rule{File: file}, err)
	}
	checks := module.Description().Checks
	p.closers = append(p.closers, module.Close)
	if p.options.Check == "" {
		return checks, nil
	}
	var names []string
	for _, c := range checks {
		if names = append(names, c.Name); c.Name == p.options.Check {
			return []abi.CheckDescription{c}, nil
		}
	}
	return nil, wrongf(file, "the module has no check %q; it has %s", p.options.Check, strings.Join(names, ", "))
}

// With returns a rule of the project with other settings. It is the project's to close.
func (p *Project) With(ctx context.Context, r *Rule, settings json.RawMessage) (*engine.Rule, error) {
	if settings == nil {
		return r.Rule, nil
	}
	id := r.Name + "\x00" + string(settings)
	if variant := p.variants[id]; variant != nil {
		return variant, nil
	}
	manifest := *r.Manifest
	manifest.Spec.Settings = settings
	if manifest.Spec.Module == nil && manifest.Spec.Library == "" {
		return nil, fmt.Errorf("the rule %s is written in CEL and has no settings; remove them", r.Name)
	}
	variant, err := p.compiler.Recompile(ctx, &manifest)
	if err != nil {
		return nil, err
	}
	p.variants[id] = variant
	return variant, nil
}

// noFile refuses a rule whose module is on a server.
func noFile(r *Rule) error {
	line, column := r.from.Place("spec.module.digest")
	return &Error{File: r.File, Problems: []rules.Problem{{Line: line, Column: column, Path: "spec.module.digest",
		Message: "a module is read from its file here, and this names one on a server; write path: NAME.wasm"}}}
}
