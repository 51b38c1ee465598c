package wasm

import (
	"errors"
	"strings"

	"github.com/tetratelabs/wazero/sys"
)

// ErrClosed is returned by calls on a Host or Module that has been closed.
var ErrClosed = errors.New("wasm: closed")

// LoadCode says in one stable word why a module was not loaded.
type LoadCode string

// Codes of a LoadError.
const (
	CodeNotWasm        LoadCode = "not_wasm"        // the bytes are not WebAssembly
	CodeComponent      LoadCode = "component"       // a component, not a core module
	CodeTooLarge       LoadCode = "too_large"       // more than abi.MaxModuleBytes
	CodeInvalidModule  LoadCode = "invalid_module"  // not a valid module of WebAssembly 2.0
	CodeLimitExceeded  LoadCode = "limit_exceeded"  // more of something than is allowed
	CodeCompileLimit   LoadCode = "compile_limit"   // takes too much time or memory to compile
	CodeMemoryLimit    LoadCode = "memory_limit"    // the memory's minimum exceeds the limit
	CodeMissingExport  LoadCode = "missing_export"  // a required export is absent
	CodeBadExportType  LoadCode = "bad_export_type" // an export has another kind or signature
	CodeNameReserved   LoadCode = "name_reserved"   // an export uses a name of the host's
	CodeUnknownImport  LoadCode = "unknown_import"  // an import the host does not offer
	CodeBadImportType  LoadCode = "bad_import_type" // a function is imported with another signature
	CodeABIVersion     LoadCode = "abi_version"     // assay_abi returned another version
	CodeStartFailed    LoadCode = "start_failed"    // the start function or _initialize failed
	CodeDescribeFailed LoadCode = "describe_failed" // assay_abi or assay_describe trapped
	CodeBadDescription LoadCode = "bad_description" // the description is wrong
	// CodeNotDeterministic: equal cards get different results though nothing of the module is kept. Not
	// from Load, but from Determinism.
	CodeNotDeterministic LoadCode = "not_deterministic"
)

// LoadError says why a module was not loaded and what to do about it.
type LoadError struct {
	Code   LoadCode
	Detail string // a sentence or two for the module's author
	Err    error  // the cause, may be nil
}

func (e *LoadError) Error() string { return "load module: " + e.Detail }

func (e *LoadError) Unwrap() error { return e.Err }

// SettingsError is a module's refusal of a check's settings, or the host's when the module has
// no such check.
type SettingsError struct {
	Check string
	Text  string // the module's own words
}

func (e *SettingsError) Error() string { return "settings of check " + e.Check + ": " + e.Text }

// isRefusal says whether err is a module's calm no, after which its instance is as good as before.
func isRefusal(err error) bool {
	_, ok := errors.AsType[*SettingsError](err)
	return ok
}

// FaultKind says in one stable word why a record could not be judged.
type FaultKind string

// Kinds of a Fault.
const (
	FaultTrap           FaultKind = "trap"            // the module trapped or exited; Detail ends with what it said last of the record
	FaultFuel           FaultKind = "fuel"            // the budget of fuel is spent
	FaultDepth          FaultKind = "depth"           // calls nested too deep
	FaultBadPointer     FaultKind = "bad_pointer"     // results or an allocation outside the memory
	FaultTooLarge       FaultKind = "too_large"       // more than abi.MaxResultsBytes
	FaultInvalidResults FaultKind = "invalid_results" // results that abi.CheckResults refuses, an answer that is not as STDIO.md says
	FaultRefused        FaultKind = "refused"         // the module refused the check's settings
	FaultStartFailed    FaultKind = "start_failed"    // no instance could be started
	FaultNoMemory       FaultKind = "no_memory"       // the module has no room for the batch
	FaultTooFewLines    FaultKind = "too_few_lines"   // a command ended without an answer
	FaultTooManyLines   FaultKind = "too_many_lines"  // a command wrote more lines than it was given
	FaultLongLine       FaultKind = "long_line"       // a command's answer exceeds abi.MaxLine
	FaultBadCard        FaultKind = "bad_card"        // the card cannot be written as JSON
)

// Fault says why a record could not be judged by a check.
type Fault struct {
	Kind   FaultKind
	Detail string
	Err    error // the cause, may be nil
}

func (e *Fault) Error() string { return string(e.Kind) + ": " + e.Detail }

func (e *Fault) Unwrap() error { return e.Err }

// trapText makes one line of an error of a guest call: what happened, in which function, and the
// guest's last words, which say more about a panic than its trap does.
func trapText(err error, said string) string {
	text := trapCause(err)
	if said != "" {
		text += ": " + said
	}
	return cut(text, 1000)
}

func trapCause(err error) string {
	if exit, ok := errors.AsType[*sys.ExitError](err); ok {
		return "the module " + exit.Error()
	}
	text, frames, _ := strings.Cut(err.Error(), "\nwasm stack trace:\n\t")
	text, _, _ = strings.Cut(text, "\n")
	text = strings.TrimPrefix(text, "wasm error: ")
	text = strings.TrimSuffix(text, " (recovered by wazero)")
	if frame, _, _ := strings.Cut(frames, "("); frame != "" {
		text += " in " + strings.TrimPrefix(frame, ".")
	}
	return text
}

// cut shortens text to at most n bytes and keeps it valid UTF-8.
func cut(text string, n int) string {
	if len(text) > n {
		text = text[:n]
	}
	return strings.ToValidUTF8(text, "")
}
