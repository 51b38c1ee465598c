package abi

// The stdio ABI (STDIO.md): a module that exports ExportCommand and not ExportABI is a WASI command,
// which reads cards as lines of JSON and writes its verdicts as such.
const (
	ExportCommand = "_start" // () -> (); runs once over some cards, on a fresh instance
	CommandCheck  = "stdio"  // the name of the check when there is no description
)

// Limits of a command, besides those of every module.
const (
	// MaxLine is the length of an answer in bytes, without its end.
	MaxLine = 128 << 10
	// CommandFuel is what _start and the start function may spend before a card is read. It is that
	// of the dearest record and not StartFuel, because a start comes with every record.
	CommandFuel = MaxFuel
)
