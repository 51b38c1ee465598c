package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"assay/rules"
	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// Compiler makes rules runnable in the language of one set of declared fields.
type Compiler struct {
	env    *cel.Env
	load   Loader
	module func(ctx context.Context, digest string) ([]byte, error)
}

// NewCompiler returns a compiler for bases with these custom fields. module
// returns the bytes of an uploaded module, or crm.ErrNotFound.
func NewCompiler(fields map[string]crm.FieldType, load Loader, module func(ctx context.Context, digest string) ([]byte, error)) (*Compiler, error) {
	declared := make([]cel.Field, 0, len(fields))
	for name, t := range fields {
		declared = append(declared, cel.Field{Name: name, Type: string(t)})
	}
	env, err := cel.NewEnv(declared)
	if err != nil {
		return nil, fmt.Errorf("declare custom fields: %w", err)
	}
	return &Compiler{env: env, load: load, module: module}, nil
}

// Compile makes a declared rule runnable and tries out its module. What the author can mend comes as a
// *crm.InvalidError; the rule is the caller's to close.
func (c *Compiler) Compile(ctx context.Context, r *rules.Rule) (*Rule, error) {
	out, err := c.Recompile(ctx, r)
	if err != nil || r.Spec.Module == nil {
		return out, err
	}
	if err := out.tryOut(ctx); err != nil {
		return nil, errors.Join(err, out.Close(ctx))
	}
	return out, nil
}

// Recompile is Compile of a rule that was in force before: it needs no trial.
func (c *Compiler) Recompile(ctx context.Context, r *rules.Rule) (*Rule, error) {
	if r.Spec.Module != nil {
		return c.compileModule(ctx, r)
	}
	r, check, err := written(r)
	if err != nil {
		return nil, err
	}
	compiled, err := c.env.Compile(check)
	if err != nil {
		return nil, invalidExpressions(err)
	}
	module, err := c.load(ctx, compiled.Wasm)
	if err != nil {
		return nil, fmt.Errorf("load the module of rule %s: %w", r.Metadata.Name, err)
	}
	out := &Rule{Name: r.Metadata.Name, Spec: r.Spec, Digest: module.Digest(), Wasm: compiled.Wasm, UsesNow: compiled.UsesNow,
		breaker: new(breaker), module: module, configured: configured(r, r.Metadata.Name, ""), compiled: compiled}
	if r.Spec.Limits == nil {
		return out, nil
	}
	if err := module.Configure(ctx, out.configured); err != nil {
		return nil, errors.Join(invalid("spec.limits", "refused_limits", "the rule does not run within these limits: %v", err), module.Close(ctx))
	}
	return out, nil
}

// Asked is what a rule asks of the module that it names.
func Asked(r *rules.Rule) abi.Configured {
	return configured(r, r.Spec.Module.Check, string(r.Spec.Settings))
}

// configured names a check with the rule's limits and isolation. The rule has been validated.
func configured(r *rules.Rule, check, settings string) abi.Configured {
	c := abi.Configured{Check: check, Settings: settings, Isolation: isolation(r.Spec), OwnCost: r.Spec.Module == nil}
	if limits := r.Spec.Limits; limits != nil {
		c.Fuel = limits.Fuel
		c.Memory, _ = limits.MemoryBytes()
	}
	return c
}

// budget is the fuel that a record may spend.
func budget(c abi.Configured) int64 { return cmp.Or(c.Fuel, abi.DefaultFuel) }

// isolation is what a rule asks for. What our own compiler makes of CEL keeps nothing between records,
// and needs no isolation.
func isolation(s rules.RuleSpec) abi.Isolation {
	switch {
	case s.Isolation == rules.IsolateBatch:
		return abi.IsolateBatch
	case s.Isolation == "" && s.Module == nil:
		return abi.IsolateNone
	}
	return abi.IsolateRecord
}

func invalidExpressions(err error) error {
	var bad *cel.Error
	if !errors.As(err, &bad) {
		return err
	}
	invalid := &crm.InvalidError{}
	for _, p := range bad.Problems {
		message := p.Message
		if p.Line > 0 {
			message = fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, p.Message)
		}
		code := "invalid_expression"
		if strings.HasPrefix(p.Field, "settings.") {
			code = "invalid_settings"
		}
		invalid.Problems = append(invalid.Problems, crm.Problem{Field: "spec." + p.Field, Code: code, Message: message})
	}
	return invalid
}

func (c *Compiler) compileModule(ctx context.Context, r *rules.Rule) (*Rule, error) {
	spec := r.Spec.Module
	wasm, err := c.module(ctx, spec.Digest)
	if errors.Is(err, crm.ErrNotFound) {
		return nil, invalid("spec.module.digest", "unknown_module", "no module %s was uploaded; send it to POST /api/v1/modules first", spec.Digest)
	}
	if err != nil {
		return nil, err
	}
	module, err := c.load(ctx, wasm)
	if err != nil {
		return nil, fmt.Errorf("load module %s: %w", spec.Digest, err)
	}
	out := &Rule{Name: r.Metadata.Name, Spec: r.Spec, Digest: module.Digest(), UsesNow: true, breaker: new(breaker), module: module,
		configured: configured(r, cmp.Or(spec.Check, onlyCheck(module)), string(r.Spec.Settings))}
	if err := out.checkModule(ctx); err != nil {
		return nil, errors.Join(err, module.Close(ctx))
	}
	return out, nil
}

// onlyCheck returns the name of the module's check, "" when it has several.
func onlyCheck(m Module) string {
	if checks := m.Description().Checks; len(checks) == 1 {
		return checks[0].Name
	}
	return ""
}

// checkModule checks the module's check against what the rule says of it. A check of no type says nothing of its
// settings either.
func (r *Rule) checkModule(ctx context.Context) error {
	described := r.module.Description()
	check, ok := r.Description()
	if !ok {
		names := make([]string, len(described.Checks))
		for i, c := range described.Checks {
			names[i] = c.Name
		}
		if r.configured.Check == "" {
			return invalid("spec.module.check", "unknown_check", "the module has several checks, name one: %s", strings.Join(names, ", "))
		}
		return invalid("spec.module.check", "unknown_check", "the module has no check %q; it has %s", r.configured.Check, strings.Join(names, ", "))
	}
	if check.Type != "" && check.Type != string(r.Spec.Type) {
		return invalid("spec.type", "wrong_type", "the check %s is of type %s, the rule says %s", check.Name, check.Type, r.Spec.Type)
	}
	if check.Type != "" {
		if err := checkSettings(check.Settings, r.Spec.Settings); err != nil {
			return err
		}
	}
	if err := r.module.Configure(ctx, r.configured); err != nil {
		return invalid("spec.settings", "refused_settings", "the module does not take these settings: %v", err)
	}
	return nil
}

func invalid(field, code, format string, args ...any) error {
	return &crm.InvalidError{Problems: []crm.Problem{{Field: field, Code: code, Message: fmt.Sprintf(format, args...)}}}
}

// Close frees the rule's module when no evaluation uses it any more.
func (r *Rule) Close(ctx context.Context) error {
	if r.module == nil {
		return nil
	}
	return r.module.Close(ctx)
}

// Failing returns a declared rule that cannot run, for its place in a set.
func Failing(r *rules.Rule) *Rule {
	return &Rule{Name: r.Metadata.Name, Spec: r.Spec}
}
