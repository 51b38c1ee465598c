package author

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/modules"
	"assay/server/wasm"
)

// Inspection is what there is to know about a module before it judges anybody. Of a module that is refused it is
// what could be found out until then.
type Inspection struct {
	File    string   `json:"file,omitempty"` // "" for the module of a rule in CEL
	Rules   []string `json:"rules,omitempty"`
	Digest  string   `json:"digest"`
	Size    int      `json:"size"`            // bytes
	ABI     string   `json:"abi,omitempty"`   // module, or stdio for a command
	Stale   string   `json:"stale,omitempty"` // why it is not what its project's sources make: was built before rule.c changed
	Rebuild string   `json:"-"`               // the command that makes it anew when it is stale
	Refused *Refusal `json:"refused,omitempty"`

	Checks  []Check             `json:"checks"`
	Imports []wasm.Item         `json:"imports"`
	Exports []wasm.Item         `json:"exports"`
	Memory  wasm.SurveyedMemory `json:"memory"` // bytes
	Limits  []wasm.Figure       `json:"limits"`
	Keeps   string              `json:"keeps,omitempty"` // what makes every client need a new instance

	Cost        *Cost        `json:"cost,omitempty"`
	Determinism *Determinism `json:"determinism,omitempty"`
	// Section says whether the custom section `assay` of a file is what the module says of itself: agrees, absent, or how not.
	Section string `json:"section,omitempty"`
	// Flaws are what is wrong with the description though a server takes it; `assay rule build` makes no such module.
	Flaws []string `json:"flaws,omitempty"`
}

// Refusal says why a module cannot be loaded.
type Refusal struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Advice string `json:"advice,omitempty"` // what to do, where the detail does not say it
}

// Cost is what it takes to make a module ready.
type Cost struct {
	CompileMillis float64 `json:"compileMillis"`
	Apart         bool    `json:"apart"`       // compiled in a process of its own, as large modules are
	MeteredSize   int     `json:"meteredSize"` // bytes of what is compiled
	StartFuel     int64   `json:"startFuel"`   // units
	StartMemory   int64   `json:"startMemory"` // bytes of an instance that has started
}

// Determinism is the host's verdict on whether what is said of a client depends on those before.
type Determinism struct {
	Tried         bool   `json:"tried"`   // false: no check takes the settings at hand
	Clients       int    `json:"clients"` // it was tried on
	Deterministic bool   `json:"deterministic"`
	FuelExact     bool   `json:"fuelExact"`
	Undecided     bool   `json:"undecided,omitempty"`
	Reason        string `json:"reason,omitempty"`
}

// Inspect finds out about the modules at a path: a module, or a folder or manifest whose rules have some. Modules are compiled
// anew for it, so that it shows what that takes.
func Inspect(ctx context.Context, path string, o Options) (list []*Inspection, err error) {
	found, err := locate(path)
	if err != nil {
		return nil, err
	}
	targets, err := targetsOf(ctx, found, o)
	if err != nil {
		return nil, err
	}
	cache, err := os.MkdirTemp("", "assay-inspect-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for compiled modules: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(cache)) }()
	host, err := modules.Open(ctx, modules.Config{CacheDir: cache, Log: o.Log, Compiler: o.Compiler})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, host.Close(context.WithoutCancel(ctx))) }()
	for _, t := range targets {
		i, err := t.inspect(ctx, host)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, nil
}

// target is a module to inspect.
type target struct {
	file  string
	rules []string
	wasm  []byte
	stale *BuildError               // nil: it is what its sources make
	asked map[string]abi.Configured // by rules, by check; "" for the only one
}

func (t *target) inspect(ctx context.Context, host *modules.Host) (*Inspection, error) {
	i := &Inspection{File: t.file, Rules: t.rules, Digest: rules.ModuleDigest(t.wasm), Size: len(t.wasm),
		Checks: []Check{}, Imports: []wasm.Item{}, Exports: []wasm.Item{}, Limits: []wasm.Figure{}}
	if t.stale != nil {
		i.Stale, i.Rebuild = t.stale.Why, BuildCommand(t.stale.Project)
	}
	survey, err := wasm.TakeSurvey(t.wasm)
	if err == nil {
		i.survey(survey)
	} else if _, broken := errors.AsType[*wasm.LoadError](err); !broken {
		return nil, err
	}
	module, err := host.Load(ctx, t.wasm)
	if refused, ok := errors.AsType[*crm.InvalidError](err); ok {
		i.refuse(refused)
		return i, nil
	}
	if err != nil {
		return nil, err
	}
	defer module.Close(context.WithoutCancel(ctx))
	described := module.Description()
	i.describe(described, survey)
	if asked, given := t.asked[""]; given && len(described.Checks) == 1 {
		t.asked[described.Checks[0].Name] = asked
	}
	i.count(module)
	return i, i.tryOut(ctx, module, t.asked)
}

func (i *Inspection) survey(s *wasm.Survey) {
	i.ABI = "module"
	if s.Command {
		i.ABI = "stdio"
	}
	i.Imports, i.Exports = append(i.Imports, s.Imports...), append(i.Exports, s.Exports...)
	i.Memory, i.Limits, i.Keeps = s.Memory, s.Figures, s.Keeps
}

func (i *Inspection) refuse(refused *crm.InvalidError) {
	p := refused.Problems[0]
	i.Refused = &Refusal{Code: p.Code, Detail: p.Message, Advice: advice[wasm.LoadCode(p.Code)]}
}

func (i *Inspection) describe(d abi.Description, survey *wasm.Survey) {
	i.Flaws = engine.Flaws(d)
	for _, c := range d.Checks {
		i.Checks = append(i.Checks, CheckOf(c))
	}
	switch {
	case i.File == "": // what CEL compiles to is in no file
	case len(survey.Sections) == 0:
		i.Section = "absent"
	case survey.Command:
		i.Section = "agrees" // it is all that a command says of itself
	case len(survey.Sections) > 1:
		i.Section = fmt.Sprintf("there are %d of them", len(survey.Sections))
	default:
		i.Section = agreement(survey.Sections[0], d)
	}
}

// agreement says how the description in a module's section differs from the one that the module gives.
func agreement(section []byte, said abi.Description) string {
	written, err := abi.ParseDescription(section)
	if err != nil {
		return "is wrong: " + err.Error()
	}
	same := slices.EqualFunc(written.Checks, said.Checks, func(a, b abi.CheckDescription) bool {
		settings := bytes.Equal(compact(a.Settings), compact(b.Settings))
		a.Settings, b.Settings = nil, nil
		return settings && reflect.DeepEqual(a, b)
	})
	if !same {
		return "differs from what the module says of itself"
	}
	return "agrees"
}

func compact(text json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return text
	}
	return b.Bytes()
}

func (i *Inspection) count(module engine.Module) {
	counted, ok := module.(interface{ Costs() wasm.Costs })
	if !ok {
		return
	}
	c := counted.Costs()
	i.Cost = &Cost{CompileMillis: float64(c.Compile.Microseconds()) / 1000, Apart: c.Apart, MeteredSize: c.Metered, StartFuel: c.Start, StartMemory: c.Memory}
}

func (i *Inspection) tryOut(ctx context.Context, module engine.Module, asked map[string]abi.Configured) error {
	d, tried, err := engine.Try(ctx, module, asked)
	if refused, ok := errors.AsType[*crm.InvalidError](err); ok {
		i.refuse(refused)
		return nil
	}
	i.Determinism = &Determinism{Tried: tried, Deterministic: tried && d.Deterministic, FuelExact: tried && d.FuelExact, Undecided: d.Undecided, Reason: d.Reason}
	if tried {
		i.Determinism.Clients = engine.TrialClients
	}
	return err
}

// advice is what to do about a refusal whose detail does not say it.
var advice = map[wasm.LoadCode]string{
	wasm.CodeMissingExport:    "sdk/abi/ABI.md lists what a module exports; with an SDK of Assay, register the checks with it and build with `assay rule build`",
	wasm.CodeBadExportType:    "sdk/abi/ABI.md has the type of each export",
	wasm.CodeUnknownImport:    "do without it: a rule sees clients and no files, network or environment; functions of your own must be part of the module",
	wasm.CodeBadImportType:    "sdk/abi/ABI.md has the type of each import",
	wasm.CodeStartFailed:      "have the start function and _initialize do less, and without what a rule does not see",
	wasm.CodeDescribeFailed:   "assay_describe and assay_abi must return for every module, without settings",
	wasm.CodeBadDescription:   "sdk/abi/ABI.md says what stands in a description",
	wasm.CodeNotDeterministic: "the module gives different results for equal clients though nothing of it is kept; look for what it reads besides the client",
}
