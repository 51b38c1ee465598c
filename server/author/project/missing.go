package project

import (
	"context"
	"errors"
	"os"
)

// finders look for what builds a project, by its language; nothing of it is run but to ask for its version.
var finders = map[Language]func(*work, context.Context, []string) error{
	Go: func(w *work, ctx context.Context, env []string) error {
		_, _, err := w.findGo(ctx, env)
		return err
	},
	Rust: func(w *work, ctx context.Context, _ []string) error {
		_, err := w.findRust(ctx)
		return err
	},
	AssemblyScript: func(w *work, ctx context.Context, env []string) error {
		_, _, err := w.findASC(ctx, env)
		return err
	},
	C: func(w *work, ctx context.Context, env []string) error {
		_, _, err := w.findClang(ctx, env)
		return err
	},
}

// Missing returns what must be installed before the project can be built, nil for nothing.
func (p *Project) Missing(ctx context.Context, getenv func(string) string) *ToolchainError {
	if getenv == nil {
		getenv = os.Getenv
	}
	w := &work{project: p, getenv: getenv, temp: os.TempDir()}
	var err error
	switch find := finders[p.Language]; {
	case len(p.Command) > 0:
		_, err = w.ownProgram()
	case find != nil:
		err = find(w, ctx, environment(getenv, goEnvironment, w.goCache()))
	}
	missing, _ := errors.AsType[*ToolchainError](err)
	return missing
}
