package command

import (
	"context"
	"errors"
	"os"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/author/project"
)

// builder gives verbs that open rules the modules of projects, and builds those first that are not what their sources make.
type builder struct {
	app   *app
	built []string // the files of modules that it built
}

// read is an author.ModuleReader.
func (b *builder) read(ctx context.Context, dir, file string) ([]byte, error) {
	wasm, err := author.ReadModule(dir, file)
	stale, is := errors.AsType[*author.BuildError](err)
	if !is {
		return wasm, err
	}
	p, err := project.OpenStale(stale)
	if err != nil {
		return nil, err
	}
	options, err := b.app.building()
	if err != nil {
		return nil, err
	}
	if _, err := p.Build(ctx, options); err != nil {
		return nil, err
	}
	b.built = append(b.built, file)
	return os.ReadFile(file) // what was built, whatever has changed in the meantime
}

// readNamed is an author.ModuleReader of modules that name their functions, for profiles. The one in the project stays as it is.
func (b *builder) readNamed(ctx context.Context, dir, file string) ([]byte, error) {
	wasm, err := b.read(ctx, dir, file)
	if err != nil || namesFunctions(wasm) || !author.Builds(dir, file) {
		return wasm, err
	}
	named, err := b.buildNamed(ctx, dir)
	if _, refused := errors.AsType[*project.RefusedError](err); refused { // its names are the business of its own command, or of another user
		return wasm, nil
	}
	return named, err
}

func (b *builder) buildNamed(ctx context.Context, dir string) ([]byte, error) {
	p, err := project.OpenOwn(dir)
	if err != nil {
		return nil, err
	}
	options, err := b.app.building()
	if err != nil {
		return nil, err
	}
	return p.BuildWithNames(ctx, options)
}

// namesFunctions reports whether a module has a section with the names of its functions.
func namesFunctions(wasm []byte) bool {
	sections, err := abi.CustomSections(wasm, "name")
	return err == nil && len(sections) > 0
}

// building are the options of builds that a verb does by itself, with a line for each.
func (a *app) building() (project.Options, error) {
	options, err := a.authorOptions()
	return project.Options{Getenv: a.Getenv, Said: a.Stderr, Cache: options.CacheDir, Compiler: options.Compiler, Announce: true}, err
}
