package wasm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
)

// loaded is a module in the host's table, or one on its way.
type loaded struct {
	ready  chan struct{} // closed when module or err is set
	module *Module
	err    error
	users  int // Loads that have not been answered by a Close; guarded by Host.mu
}

// Load makes a module of the bytes of a WebAssembly module, or returns the one with the same
// bytes. It must be closed once for every Load. Refusals are a *LoadError.
func (h *Host) Load(ctx context.Context, wasm []byte) (*Module, error) {
	if len(wasm) > abi.MaxModuleBytes {
		return nil, &LoadError{Code: CodeTooLarge, Detail: fmt.Sprintf(
			"the module is %d bytes long, at most %d are allowed; strip its symbols and debug sections", len(wasm), abi.MaxModuleBytes)}
	}
	if err := h.enter(); err != nil {
		return nil, err
	}
	defer h.calls.Done()

	digest := rules.ModuleDigest(wasm)
	l, first := h.reserve(digest)
	if !first {
		return h.await(ctx, digest, l)
	}
	// Others may wait for this module: it is built even if this caller gives up.
	l.module, l.err = h.build(context.WithoutCancel(ctx), digest, wasm)
	if l.err == nil {
		l.module.entry = l
	} else {
		h.mu.Lock()
		delete(h.modules, digest)
		h.mu.Unlock()
	}
	close(l.ready)
	return l.module, l.err
}

// reserve finds the module in the table or puts a place for it there.
func (h *Host) reserve(digest string) (l *loaded, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.modules[digest]; l != nil {
		l.users++
		return l, false
	}
	l = &loaded{ready: make(chan struct{}), users: 1}
	h.modules[digest] = l
	return l, true
}

// await waits for the Load that is building the module.
func (h *Host) await(ctx context.Context, digest string, l *loaded) (*Module, error) {
	select {
	case <-l.ready:
		return l.module, l.err
	case <-ctx.Done():
		if h.release(digest, l) {
			l.module.free(ctx)
		}
		return nil, ctx.Err()
	}
}

// release counts one user less and says whether it was the last. The Load that builds a module
// is a user, so that the last one leaves a finished module behind.
func (h *Host) release(digest string, l *loaded) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.users--
	if l.users > 0 || h.modules[digest] != l {
		return false
	}
	delete(h.modules, digest)
	return true
}

// build checks, instruments and compiles a module and starts its first instance.
func (h *Host) build(ctx context.Context, digest string, wasm []byte) (*Module, error) {
	parsed, err := instrument.Parse(wasm, moduleLimits)
	if err != nil {
		return nil, parseError(err)
	}
	if err := h.checkImports(parsed.Imports); err != nil {
		return nil, err
	}
	command := h.config.ClientJSON != nil && isCommand(parsed.Exports)
	checked := checkExports
	if command {
		checked = checkCommand
	}
	if err := checked(parsed.Exports); err != nil {
		return nil, err
	}
	if parsed.MemoryMin > h.config.MemoryPages {
		return nil, &LoadError{Code: CodeMemoryLimit, Detail: fmt.Sprintf(
			"the module starts with %d pages of memory, at most %d are allowed; lower its initial memory or static data", parsed.MemoryMin, h.config.MemoryPages)}
	}
	metered, err := h.meter(parsed)
	if err != nil {
		return nil, parseError(err)
	}
	var watch *guestFunctions
	if h.config.Profile {
		if watch, err = watchGuest(parsed); err != nil {
			return nil, parseError(err)
		}
	}
	instrumented, err := parsed.Append(metered)
	if err != nil {
		return nil, &LoadError{Code: CodeNameReserved, Detail: err.Error() + "; rename the export", Err: err}
	}
	costs := Costs{Apart: h.config.Compile.Command != nil && (len(wasm) > smallModule || parsed.Reloads() > smallReloads), Metered: len(instrumented)}
	begun := time.Now()
	compiled, err := h.compile(watch.context(ctx), instrumented, costs.Apart)
	if err != nil {
		return nil, compileError(err)
	}
	costs.Compile = time.Since(begun)
	m := &Module{host: h, digest: digest, costs: costs, compiled: compiled, memoryMin: parsed.MemoryMin, keeps: parsed.Keeps(), command: command,
		images: newImages(&h.imageBytes), named: watch.names()}
	for _, global := range parsed.State() {
		m.state = append(m.state, instrument.ExportGlobal(global))
	}
	if command {
		err = m.introduceCommand(ctx, parsed.Custom(abi.DescriptionSection))
	} else {
		err = m.introduce(ctx)
	}
	if err != nil {
		h.patterns.forget(m)
		return nil, errors.Join(err, compiled.Close(ctx))
	}
	return m, nil
}

// compileError blames the module for what does not compile, but not for what befell the cache.
func compileError(err error) error {
	if _, refused := errors.AsType[*LoadError](err); refused {
		return err
	}
	if _, cache := errors.AsType[*cacheError](err); cache {
		return err
	}
	return &LoadError{Code: CodeInvalidModule, Detail: "the module is not valid: " + err.Error(), Err: err}
}

func parseError(err error) *LoadError {
	if limit, ok := errors.AsType[*instrument.LimitError](err); ok {
		return &LoadError{Code: CodeLimitExceeded, Detail: limit.Error() + "; split the module or build it for size", Err: err}
	}
	switch {
	case errors.Is(err, instrument.ErrNotWasm):
		return &LoadError{Code: CodeNotWasm, Detail: err.Error() + "; send the compiled .wasm file", Err: err}
	case errors.Is(err, instrument.ErrComponent):
		return &LoadError{Code: CodeComponent, Detail: err.Error() + "; build for wasm32-wasip1 or wasm32-unknown-unknown", Err: err}
	default:
		if broken, ok := errors.AsType[*instrument.FormatError](err); ok && broken.Cut {
			return &LoadError{Code: CodeInvalidModule, Detail: err.Error() + "; the file seems cut short: send it whole", Err: err}
		}
		return &LoadError{Code: CodeInvalidModule, Detail: err.Error() + "; build for the features of WebAssembly 2.0", Err: err}
	}
}

func (h *Host) checkImports(imports []instrument.Import) error {
	for _, im := range imports {
		full := im.Module + "." + im.Name
		if im.Kind != instrument.KindFunction {
			return &LoadError{Code: CodeUnknownImport, Detail: fmt.Sprintf(
				"the module imports %s %s; memories, tables and globals must be its own", kindNames[im.Kind], full)}
		}
		offered, ok := h.imports[importName{im.Module, im.Name}]
		if !ok {
			return &LoadError{Code: CodeUnknownImport, Detail: fmt.Sprintf(
				"the module imports function %s, which does not exist; the host offers %s.%s, %s.%s and %s",
				full, abi.ImportModule, abi.ImportLog, abi.ImportModule, abi.ImportCall, abi.WASIModule)}
		}
		if !im.Type.Equal(offered) {
			return &LoadError{Code: CodeBadImportType, Detail: fmt.Sprintf(
				"the module imports %s as %s, it is %s", full, im.Type, offered)}
		}
	}
	return nil
}

var kindNames = [...]string{
	instrument.KindFunction: "function", instrument.KindTable: "table",
	instrument.KindMemory: "memory", instrument.KindGlobal: "global",
}

// requiredExports are the functions a module must export.
var requiredExports = []struct {
	name string
	is   instrument.FuncType
}{
	{abi.ExportABI, instrument.FuncType{Results: []byte{instrument.I32}}},
	{abi.ExportAlloc, instrument.FuncType{Params: []byte{instrument.I32}, Results: []byte{instrument.I32}}},
	{abi.ExportDescribe, instrument.FuncType{Results: []byte{instrument.I64}}},
	{abi.ExportConfigure, instrument.EvaluateType},
	{abi.ExportEvaluate, instrument.EvaluateType},
}

func checkExports(exports []instrument.Export) error {
	byName := make(map[string]instrument.Export, len(exports))
	for _, e := range exports {
		byName[e.Name] = e
	}
	var missing []string
	for _, want := range requiredExports {
		e, ok := byName[want.name]
		if !ok {
			missing = append(missing, want.name)
			continue
		}
		if e.Kind != instrument.KindFunction || !e.Type.Equal(want.is) {
			return badExport(e, "function "+want.is.String())
		}
	}
	memory, ok := byName[abi.ExportMemory]
	if !ok {
		missing = append(missing, abi.ExportMemory)
	} else if memory.Kind != instrument.KindMemory {
		return badExport(memory, "memory")
	}
	if len(missing) > 0 {
		return missingExports(missing, byName)
	}
	nothing := instrument.FuncType{}
	if e, ok := byName[abi.ExportInitialize]; ok && (e.Kind != instrument.KindFunction || !e.Type.Equal(nothing)) {
		return badExport(e, "function "+nothing.String())
	}
	return nil
}

func badExport(e instrument.Export, want string) *LoadError {
	is := kindNames[e.Kind]
	if e.Kind == instrument.KindFunction {
		is += " " + e.Type.String()
	}
	return &LoadError{Code: CodeBadExportType, Detail: fmt.Sprintf("export %s is a %s, want a %s", e.Name, is, want)}
}

func missingExports(missing []string, byName map[string]instrument.Export) *LoadError {
	detail := "the module does not export " + strings.Join(missing, ", ")
	if _, command := byName[abi.ExportCommand]; command {
		detail += "; it is a WASI command: build a library instead (a reactor; -buildmode=c-shared in Go)"
	} else {
		detail += "; see the module ABI for what a rule module exports, or build a WASI command, which exports _start"
	}
	return &LoadError{Code: CodeMissingExport, Detail: detail}
}
