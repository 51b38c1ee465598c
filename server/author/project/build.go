package project

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/modules"
	"assay/server/wholefile"
)

// Options say how a project is built.
type Options struct {
	Getenv func(string) string // nil: os.Getenv
	Said   io.Writer           // gets what compilers say; nil: it is dropped
	Cache  string              // a folder that keeps compiled modules, "" for the user's
	// Compiler is a program with arguments that calls modules.Compile, for large modules; nil: this process compiles them, which
	// nothing bounds.
	Compiler []string
	Names    bool // the module keeps the names of its functions, for profiles
	Announce bool // Said gets a line on what is built and with what; the command of a project is always said
}

// complete returns the options with what stands in for those that are left out.
func (o Options) complete() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Said == nil {
		o.Said = io.Discard
	}
	return o
}

// Built is what came of a project.
type Built struct {
	Language  Language  `json:"language"`
	Toolchain string    `json:"toolchain,omitempty"` // such as go1.26.8
	Module    *Module   `json:"module,omitempty"`    // nil for CEL
	Rules     []CELRule `json:"rules,omitempty"`     // of CEL
	Seconds   float64   `json:"seconds"`
}

// Module is a built module.
type Module struct {
	Path   string                 `json:"path"`
	Size   int64                  `json:"size"`   // bytes
	Digest string                 `json:"digest"` // sha256:…, as the API names it
	Checks []abi.CheckDescription `json:"checks"`
}

// Build builds the project. Errors that its author can mend are a *ToolchainError, a *CompileError, a *ModuleError, an
// *InvalidError, a *RefusedError or an *author.Error; the module that was there before is there afterwards.
func (p *Project) Build(ctx context.Context, o Options) (built *Built, err error) {
	begun := time.Now()
	if o.Names {
		if err := p.needNames(); err != nil {
			return nil, err
		}
	}
	o = o.complete()
	built = &Built{Language: p.Language}
	if p.Language == CEL {
		built.Rules, err = p.buildCEL(ctx, o)
		err = interrupted(ctx, err)
	} else {
		built.Module, built.Toolchain, err = p.buildModule(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	built.Seconds = time.Since(begun).Seconds()
	return built, nil
}

func (p *Project) buildModule(ctx context.Context, o Options) (m *Module, toolchain string, err error) {
	err = p.working(o, func(w *work) error {
		if m, toolchain, err = w.make(ctx); err != nil {
			return errors.Join(interrupted(ctx, err), w.undo())
		}
		return nil
	})
	return m, toolchain, err
}

// interrupted is what went wrong: not what a compiler or the host said, when they were stopped.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// BuildWithNames builds a module with the names of its functions and returns it; the one in the project stays as it is. The errors are
// those of Build; a project whose module cannot be built so is a *RefusedError.
func (p *Project) BuildWithNames(ctx context.Context, o Options) (wasm []byte, err error) {
	if err := p.needNames(); err != nil {
		return nil, err
	}
	o = o.complete()
	o.Names = true
	err = p.working(o, func(w *work) error {
		wasm, _, _, err = w.module(ctx)
		return interrupted(ctx, err)
	})
	return wasm, err
}

// needNames refuses a project whose module has the names it has.
func (p *Project) needNames() error {
	switch {
	case p.Language == CEL:
		return refusedf("rules in CEL have no functions whose names could be kept; `assay rule bench --profile` counts by their expressions; leave --names out")
	case len(p.Command) > 0:
		return refusedf("the module is built by `%s`, as %s says: have that keep the names of functions, and leave --names out", shown(p.Command), p.Path(rules.ProjectFile))
	}
	return nil
}

// working does a work in a folder of its own for what compilers write.
func (p *Project) working(o Options, do func(*work) error) (err error) {
	temp, err := os.MkdirTemp("", "assay-build-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	folder, err := os.OpenRoot(p.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	return do(&work{project: p, folder: folder, getenv: o.Getenv, said: o.Said, names: o.Names, announce: o.Announce, temp: temp, host: hostConfig(o, temp),
		undo: func() error { return nil }})
}

// hostConfig is how the host of modules is opened: with what it compiles kept for those who judge clients next.
func hostConfig(o Options, temp string) modules.Config {
	return modules.Config{CacheDir: cmp.Or(o.Cache, author.UserCache(), filepath.Join(temp, "compiled")), Compiler: o.Compiler}
}

// make compiles, finishes and writes the module.
func (w *work) make(ctx context.Context) (m *Module, toolchain string, err error) {
	p := w.project
	if err := w.needPlace(); err != nil {
		return nil, "", err
	}
	if err := w.needWritable(); err != nil {
		return nil, "", err
	}
	finished, checks, toolchain, err := w.module(ctx)
	if err != nil {
		return nil, "", err
	}
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	if err := w.writeModule(finished); err != nil {
		return nil, "", fmt.Errorf("write %s: %w", p.ModulePath(), cause(err))
	}
	return &Module{Path: filepath.ToSlash(p.ModulePath()), Size: int64(len(finished)), Digest: rules.ModuleDigest(finished), Checks: checks}, toolchain, nil
}

// module compiles and finishes the module.
func (w *work) module(ctx context.Context) (finished []byte, checks []abi.CheckDescription, toolchain string, err error) {
	made, sources, err := w.compileSources(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	if noted, err := sources.NotedIn(made.wasm); err == nil { // otherwise it is no module, as the host says
		made.wasm = noted
	}
	finished, checks, err = w.finish(ctx, made.wasm)
	return finished, checks, made.toolchain, err
}

// compileSources compiles, and returns the sources that the module is made of. A source that changes meanwhile was written by somebody, and may
// have been read before, or by the build itself, as Cargo.lock and go.sum are. A compiler reads them once more, which takes it moments; what
// changes then, too, is the build's own. A command of the project may take long and read nothing anew, so that what changes is taken for its own at once.
func (w *work) compileSources(ctx context.Context) (made compiled, sources author.Sources, err error) {
	if sources, err = author.SourcesOf(w.project.Dir); err != nil {
		return compiled{}, nil, err
	}
	own := len(w.project.Command) > 0
	var rewritten []string
	for {
		if made, err = w.compile(ctx); err != nil {
			return compiled{}, nil, err
		}
		after, err := author.SourcesOf(w.project.Dir)
		if err != nil {
			return compiled{}, nil, err
		}
		changed := sources.Changed(after)
		switch {
		case own:
			return made, sources.With(after, changed), nil
		case changed == nil || rewritten != nil:
			return made, sources.With(after, rewritten), nil
		}
		sources, rewritten = after, changed
	}
}

// needPlace refuses a module whose place is not in the project: links may lead out of it, which somebody else may have laid there.
func (w *work) needPlace() error {
	stat, err := w.folder.Stat(path.Dir(w.project.Module))
	problem := "this is a file"
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && stat.IsDir():
		return nil
	case err != nil:
		problem = cause(err).Error()
	}
	return &InvalidError{File: w.project.Path(rules.ProjectFile), Problems: []rules.Problem{{Path: "module",
		Message: fmt.Sprintf("%s is no folder of this project: %s", path.Dir(w.project.Module), problem)}}}
}

// needWritable refuses a folder in which nothing can be written, which compilers tell in their own ways, if at all.
func (w *work) needWritable() error {
	in := path.Dir(w.project.Module)
	if _, err := w.folder.Stat(in); err != nil { // it is made, in a folder of the project
		in = "."
	}
	probe := path.Join(in, ".assay-build-"+rand.Text())
	file, err := w.folder.OpenFile(probe, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("nothing can be written in %s: %w; the module belongs there: build where you may write, in a copy of the project", w.project.Path(in), cause(err))
	}
	return errors.Join(file.Close(), w.folder.Remove(probe))
}

// writeModule puts a module in its place.
func (w *work) writeModule(wasm []byte) error {
	if err := w.folder.MkdirAll(path.Dir(w.project.Module), 0o777); err != nil {
		return err
	}
	return wholefile.WriteIn(w.folder, w.project.Module, 0o644, wholefile.Text(wasm))
}
