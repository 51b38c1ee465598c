package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"assay/rules"
	"assay/sdk/abi"
)

// Options say how a project is built.
type Options struct {
	Getenv func(string) string // nil: os.Getenv
	Said   io.Writer           // gets what compilers say; nil: it is dropped
	Names  bool                // the module keeps the names of its functions, for profiles; a command of the project's own is not told
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
// *InvalidError or an *author.Error; the module that was there before is there afterwards.
func (p *Project) Build(ctx context.Context, o Options) (built *Built, err error) {
	begun := time.Now()
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Said == nil {
		o.Said = io.Discard
	}
	built = &Built{Language: p.Language}
	if p.Language == CEL {
		built.Rules, err = p.buildCEL(ctx)
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
	temp, err := os.MkdirTemp("", "assay-build-")
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	w := &work{project: p, getenv: o.Getenv, said: o.Said, names: o.Names, temp: temp, undo: func() error { return nil }}
	if m, toolchain, err = w.make(ctx); err != nil {
		return nil, "", errors.Join(err, w.undo())
	}
	return m, toolchain, nil
}

// make compiles, finishes and writes the module.
func (w *work) make(ctx context.Context) (m *Module, toolchain string, err error) {
	p := w.project
	made, err := w.compile(ctx)
	if err != nil {
		return nil, "", err
	}
	finished, checks, err := p.finish(ctx, made.wasm)
	if err != nil {
		return nil, "", err
	}
	err = os.MkdirAll(filepath.Dir(p.ModulePath()), 0o777)
	if err == nil {
		err = replace(p.ModulePath(), finished)
	}
	if err != nil {
		return nil, "", fmt.Errorf("write %s: %w", p.ModulePath(), cause(err))
	}
	return &Module{Path: filepath.ToSlash(p.ModulePath()), Size: int64(len(finished)), Digest: rules.ModuleDigest(finished), Checks: checks}, made.toolchain, nil
}
