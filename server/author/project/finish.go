package project

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/modules"
)

// finish has the host look at a module and returns it with its description inside.
func (w *work) finish(ctx context.Context, wasm []byte) (finished []byte, checks []abi.CheckDescription, err error) {
	p := w.project
	if !bytes.HasPrefix(wasm, []byte(abi.ModuleMagic)) {
		return nil, nil, &ModuleError{File: p.ModulePath(), Code: "not_wasm", Detail: p.notWasm()}
	}
	host, err := modules.Open(ctx, w.host)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, host.Close(ctx)) }()
	load := func(ctx context.Context, wasm []byte) (engine.Module, error) {
		m, err := host.Load(ctx, wasm)
		return m, p.refusal(err)
	}
	if p.Description != "" {
		return w.finishCommand(ctx, load, wasm)
	}
	module, err := load(ctx, wasm)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, module.Close(ctx)) }() // late: what is compiled serves the second load, too
	d := module.Description()
	if d.Checks[0].Type == "" { // a command, of which only its rule says what it does
		return wasm, d.Checks, nil
	}
	if flaws := engine.Flaws(d); flaws != nil {
		return nil, nil, &ModuleError{File: p.ModulePath(), Code: "bad_description", Detail: strings.Join(flaws, "; ")}
	}
	finished, err = p.described(ctx, load, wasm, d)
	return finished, d.Checks, err
}

// notWasm says what to do about a build that makes something else.
func (p *Project) notWasm() string {
	made := "what was built is no WebAssembly module"
	if len(p.Command) > 0 {
		made = fmt.Sprintf("what `%s` wrote is no WebAssembly module", shown(p.Command))
	}
	if p.Language != Stdio {
		return made
	}
	return made + "; have it compiled for wasip1, as Go does with `environment: {GOOS: wasip1, GOARCH: wasm}` under build in " + rules.ProjectFile
}

// ModuleError is a module that was built and that the host refuses.
type ModuleError struct {
	File   string // where it would have been written
	Code   string // of sdk/abi/ABI.md
	Detail string // what is wrong and what to do
}

func (e *ModuleError) Error() string {
	return fmt.Sprintf("%s: the module is refused: %s: %s", e.File, e.Code, e.Detail)
}

// refusal says which module the host refuses and why.
func (p *Project) refusal(err error) error {
	if refused, ok := errors.AsType[*crm.InvalidError](err); ok {
		return &ModuleError{File: p.ModulePath(), Code: refused.Problems[0].Code, Detail: refused.Problems[0].Message}
	}
	return err
}

// finishCommand is finish for a command with a description in a file beside it.
func (w *work) finishCommand(ctx context.Context, load engine.Loader, wasm []byte) (finished []byte, checks []abi.CheckDescription, err error) {
	p := w.project
	text, err := w.folder.ReadFile(p.Description)
	if err != nil {
		return nil, nil, &InvalidError{File: p.Path(rules.ProjectFile), Problems: []rules.Problem{{Path: "description", Message: fmt.Sprintf("%s: %v", p.Description, cause(err))}}}
	}
	d, err := abi.ParseDescription(text)
	if err != nil {
		return nil, nil, &InvalidError{File: p.Path(p.Description), Problems: []rules.Problem{{Message: err.Error()}}}
	}
	if flaws := engine.Flaws(d); flaws != nil {
		bad := &InvalidError{File: p.Path(p.Description)}
		for _, flaw := range flaws {
			bad.Problems = append(bad.Problems, rules.Problem{Message: flaw})
		}
		return nil, nil, bad
	}
	finished, err = p.described(ctx, load, wasm, d)
	return finished, d.Checks, err
}

// described returns the module with a description inside, as the host takes it.
func (p *Project) described(ctx context.Context, load engine.Loader, wasm []byte, d abi.Description) (finished []byte, err error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	if finished, err = abi.WithCustomSection(wasm, abi.DescriptionSection, text); err != nil {
		return nil, err
	}
	module, err := load(ctx, finished)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, module.Close(ctx)) }()
	said, err := json.Marshal(module.Description())
	switch {
	case err != nil:
		return nil, err
	case !bytes.Equal(said, text) && p.Description != "":
		return nil, &InvalidError{File: p.Path(rules.ProjectFile), Problems: []rules.Problem{{Path: "description",
			Message: fmt.Sprintf("the module describes itself, so that %s does not count; remove it", p.Description)}}}
	case !bytes.Equal(said, text):
		return nil, &ModuleError{File: p.ModulePath(), Code: "not_deterministic",
			Detail: "the module describes itself in another way each time it is asked; it is the same module for all who load it"}
	}
	return finished, nil
}
