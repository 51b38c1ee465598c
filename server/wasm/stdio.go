package wasm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
)

// isCommand says whether a module is a WASI command and not a library: it is of the stdio ABI, which
// sdk/abi/STDIO.md describes.
func isCommand(exports []instrument.Export) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(exports, func(e instrument.Export) bool { return e.Name == name })
	}
	return has(abi.ExportCommand) && !has(abi.ExportABI)
}

// checkCommand is checkExports for commands.
func checkCommand(exports []instrument.Export) error {
	memory, start := false, instrument.FuncType{}
	for _, e := range exports {
		switch e.Name {
		case abi.ExportCommand:
			if e.Kind != instrument.KindFunction || !e.Type.Equal(start) {
				return badExport(e, "function "+start.String())
			}
		case abi.ExportMemory:
			if memory = e.Kind == instrument.KindMemory; !memory {
				return badExport(e, "memory")
			}
		}
	}
	if !memory {
		return &LoadError{Code: CodeMissingExport, Detail: fmt.Sprintf("the module is a WASI command that does not export %s", abi.ExportMemory)}
	}
	return nil
}

// introduceCommand reads the description, if there is one, and sees that the module can be instantiated.
// Nothing of it runs: a command need not bear an input without cards.
func (m *Module) introduceCommand(ctx context.Context, sections [][]byte) (err error) {
	if m.description, err = describeCommand(sections); err != nil {
		return err
	}
	in, err := m.fresh(ctx, m.host.config.MemoryPages, nil)
	if err != nil {
		return &LoadError{Code: CodeStartFailed, Detail: "the module does not start: " + asFault(err).Detail, Err: err}
	}
	m.discard(in)
	return nil
}

// describeCommand makes a description of the custom sections abi.DescriptionSection. Without one the module
// has a check of no type.
func describeCommand(sections [][]byte) (abi.Description, error) {
	if len(sections) == 0 {
		return abi.Description{ABI: abi.ModuleVersion, Checks: []abi.CheckDescription{{Name: abi.CommandCheck}}}, nil
	}
	refused := func(reason string, cause error) (abi.Description, error) {
		return abi.Description{}, &LoadError{Code: CodeBadDescription, Err: cause,
			Detail: fmt.Sprintf("the module's custom section %q is wrong: %s", abi.DescriptionSection, reason)}
	}
	if len(sections) > 1 {
		return refused(fmt.Sprintf("there are %d of them; leave one", len(sections)), nil)
	}
	d, err := abi.ParseDescription(sections[0])
	if err != nil {
		return refused(err.Error(), err)
	}
	if n := len(d.Checks); n != 1 {
		return refused(fmt.Sprintf("it describes %d checks, a command has one; make a module of each", n), nil)
	}
	return d, nil
}

// configureCommand is Configure for commands, which are not asked about their settings.
func (m *Module) configureCommand(ctx context.Context, c abi.Configured, pages uint32) error {
	if _, err := m.commandSettings(c); err != nil {
		return err
	}
	in, err := m.fresh(ctx, pages, nil)
	if err != nil {
		return err
	}
	m.discard(in)
	return nil
}

// commandSettings returns a check's settings without line breaks. The error is a *SettingsError.
func (m *Module) commandSettings(c abi.Configured) ([]byte, error) {
	refused := func(format string, args ...any) ([]byte, error) {
		return nil, &SettingsError{Check: c.Check, Text: fmt.Sprintf(format, args...)}
	}
	settings := c.Settings
	if settings == "" {
		settings = abi.EmptySettings
	}
	if m.description.Check(c.Check) < 0 {
		return refused("the module has no check of this name")
	}
	if len(settings) > abi.MaxSettingsBytes {
		return refused("%d bytes, at most %d are allowed", len(settings), abi.MaxSettingsBytes)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(settings)); err != nil {
		return refused("not JSON: %v", err)
	}
	if line.Bytes()[0] != '{' {
		return refused("want a JSON object")
	}
	return line.Bytes(), nil
}

// fresh starts an instance for one _start. Every run of a command begins here, and ends with discard.
func (m *Module) fresh(ctx context.Context, pages uint32, s *session) (*instance, error) {
	return m.add(func() (*instance, error) { return m.instantiate(ctx, pages, s.pipe()) })
}
