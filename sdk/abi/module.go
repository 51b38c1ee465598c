package abi

import "fmt"

// ModuleVersion is the version of the module ABI (ABI.md), returned by assay_abi and
// written in the description.
const ModuleVersion = 1

// Exports of a module. All but ExportInitialize are required.
const (
	ExportMemory     = "memory"
	ExportABI        = "assay_abi"       // () -> i32
	ExportAlloc      = "assay_alloc"     // (size i32) -> i32
	ExportDescribe   = "assay_describe"  // () -> i64
	ExportConfigure  = "assay_configure" // (check i32, ptr i32, len i32) -> i64
	ExportEvaluate   = "assay_evaluate"  // (handle i32, ptr i32, len i32) -> i64
	ExportInitialize = "_initialize"     // () -> (); called once after the start function

	// ExportCost is a mutable i64 global in the modules that Assay compiles itself: what the record cost by
	// the rule's own count. The host looks at it for a Configured that says OwnCost.
	ExportCost = "assay_cost"
)

// ReservedPrefix starts the export names that only the host may add. A module that
// exports such a name is refused.
const ReservedPrefix = "assay."

// Imports a module may name: the functions of ImportModule below and those of WASIModule.
const (
	ImportModule = "assay"
	ImportLog    = "log"  // (ptr i32, len i32)
	ImportCall   = "call" // (fn i32, ptr i32, len i32) -> i64
	WASIModule   = "wasi_snapshot_preview1"
)

// Functions of assay.call, by number. An unknown number traps.
const (
	CallNow         = 1  // no argument; returns the evaluation time, unix milliseconds
	CallMatch       = 2  // MatchArgument bytes at ptr; returns 1, 0, or -1 when the pattern is invalid
	CallDoubleText  = 3  // DoubleTextArgument bytes at ptr; returns the text's length, or -1
	CallParseDouble = 4  // ParseDoubleArgument bytes at ptr; returns 1, or 0 when the text is no number
	CallZoneOffset  = 5  // ZoneOffsetArgument bytes at ptr; returns seconds east of UTC, or NoZone
	CallPhone       = 16 // PhoneArgument bytes at ptr; returns 1 when the text is a phone number, 0 when not
)

// Sizes of the arguments of assay.call, packed and little-endian.
const (
	MatchArgument       = 16 // {u32 pattern pointer, u32 pattern length, u32 text pointer, u32 text length}
	DoubleTextArgument  = 20 // {f64 value, u32 format ('e', 'f' or 'g'), u32 pointer to the text that is written, u32 room}
	ParseDoubleArgument = 12 // {u32 text pointer, u32 text length, u32 pointer to the f64 that is written}
	ZoneOffsetArgument  = 16 // {u32 name pointer, u32 name length, i64 unix seconds}
)

// NoZone is what CallZoneOffset returns for a name that is no time zone.
const NoZone = -1 << 63

// PhoneArgument is the size of CallPhone's argument:
// {u32 text pointer, u32 text length, u32 country pointer, u32 country length}.
const PhoneArgument = 16

// Statuses of the {u32 status, u32 handle, text} that assay_configure returns.
const (
	ConfigureOK      = 0
	ConfigureRefused = 1 // any status but 0 is a refusal; text says why
	ConfigureHeader  = 8 // bytes before the text
)

// Limits the host puts on a module.
const (
	MaxModuleBytes      = 32 << 20
	MaxDescriptionBytes = 256 << 10
	MaxChecks           = 256
	MaxSettingsBytes    = 64 << 10
	MaxConfigureText    = 4 << 10  // a longer refusal is cut
	MaxResultsBytes     = 64 << 10 // a record and check
	MaxResultRows       = 1000     // a record and check
	MaxLogBytes         = 4 << 10  // an instance and evaluation; what exceeds it is dropped
	MaxPatternBytes     = 4 << 10  // a longer pattern of CallMatch is invalid
	MaxZoneBytes        = 64       // a longer name of CallZoneOffset is no time zone
	MaxPhoneBytes       = 256      // a longer text is no phone number to CallPhone, nor one with a longer country
	MaxNameBytes        = 63       // checks, codes
	MaxIdentBytes       = 255      // labels, measures, row ids
)

// EmptySettings is what a check gets that was configured without settings.
const EmptySettings = "{}"

// Fuel bounds how long a module may run. A unit takes a fraction of a nanosecond; where each instruction waits
// for memory, 8. The spend of a record depends on the card, the settings and the module's code alone.
const (
	DefaultFuel = 20_000_000  // a record and check
	MaxFuel     = 100_000_000 // a record and check, at most
	StartFuel   = 200_000_000 // the start function and _initialize together
	CallFuel    = 100_000_000 // assay_abi, assay_describe, assay_configure and assay_alloc, each call
)

// MaxMemory is the memory of an instance, in bytes, unless the rule's limit is lower.
const MaxMemory = 64 << 20

// Configured names a check of a module together with its settings, a JSON object, and the
// limits of an evaluation. Empty settings mean EmptySettings. It is comparable.
type Configured struct {
	Check    string
	Settings string
	Fuel     int64 // units a record; 0 means DefaultFuel
	Memory   int64 // bytes of an instance; 0 means the host's limit

	Isolation Isolation

	// OwnCost says that the module counts what a record costs and ends it when that exceeds Fuel, as the modules
	// of Assay's own compiler do: this count is what the record spent, and the host's stands behind it
	// with OwnCostBase and OwnCostSlack times the budget.
	OwnCost bool
	// Members is how many rules the check is made of when it is a fused one, whose results are
	// as in fused.go; else 0.
	Members int
}

// What the host counts where a module counts itself: at most OwnCostSlack for each unit, and OwnCostBase for what it
// does before it looks.
const (
	OwnCostSlack = 5
	OwnCostBase  = 1_000_000
)

// OutOfFuel is what people read of a record that spent more than its budget, whoever counted.
func OutOfFuel(budget int64) string {
	return fmt.Sprintf("%s spent more than its budget of %d units of fuel", ExportEvaluate, budget)
}

// Isolation says how much of what a module saw before a record can be seen while it judges that
// record. The zero value is the strongest.
type Isolation uint8

const (
	// IsolateRecord: nothing. Each record meets the module as it was when it had been configured.
	IsolateRecord Isolation = iota
	// IsolateBatch: the records of the same batch, but for those before a trap.
	IsolateBatch
	// IsolateNone: anything. It is for modules that keep nothing between records by construction.
	IsolateNone
)

// Pack joins a pointer and a length the way exports return them: pointer<<32 | length.
func Pack(pointer, length uint32) uint64 { return uint64(pointer)<<32 | uint64(length) }

// Unpack splits what Pack joined.
func Unpack(packed uint64) (pointer, length uint32) { return uint32(packed >> 32), uint32(packed) }
