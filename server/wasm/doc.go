// Package wasm runs the rules: it is the wazero host of the module ABI that sdk/abi/ABI.md
// describes, and the only room that knows wazero.
//
// A Host holds one runtime with a compilation cache on disk. Load checks a module's bytes, adds
// the batch loop (internal/instrument), compiles, starts one instance and asks it for its
// description; every refusal is a *LoadError with a stable code. Modules with equal bytes
// are one Module, counted by Load and Close.
//
// A Module evaluates batches of cards. Each call takes an instance from the module's pool, or starts
// one, copies the batch into it once, runs every configured check on that copy with one
// crossing per check, and gives the instance back. Calls may run at the same time, each on an
// instance of its own. A call allocates nothing when an instance is idle and nothing fails.
//
// That is for checks of abi.IsolateNone. By default nothing of a record is left when the next one is judged
// (apart.go): the instance is made what an image shows (image.go), which is taken of a fresh instance with that
// check configured and shared by all instances. Memory and globals are set back, with what the host
// keeps for the guest; where instructions of the module change more than that, each record has an
// instance of its own. WASI's functions that would leave something behind in wazero are our own
// (wasi.go). Determinism tries out whether a check would notice.
//
// One bad record never hides others: a record whose evaluation traps, or whose results are
// malformed, gets a *Fault, and evaluation goes on with the next record on a fresh or restored instance.
//
// A guest sees the evaluation time as its wall clock, a monotonic clock that moves by itself, sleeps
// that return at once, and seeded randomness; no files, network, arguments or environment.
//
// A guest runs under limits (limits.go). Every module is metered before it is compiled
// (internal/meter): a record has a budget of fuel, the rule's or abi.DefaultFuel, and the functions
// of the guest that nest have 8 MiB of native stack; one that spends more traps, and its record is a
// *Fault of kind fuel or depth that says so. The spend of a record is the same on every machine, in
// every batch and order, for guests that do the same: a guest with a garbage collector does
// when records are isolated, for it starts from the same image. A guest comes
// back to Go after every 250,000 units, so that nothing has to wait for it; a crossing then ends at the next record.
// Memory is limited by instance, tables, segments and the like by what a module may declare, and
// a module that is large is compiled in another process, which is killed when it has had its time of a processor (Compile).
//
// A module that is a WASI command (sdk/abi/STDIO.md) is run on a fresh instance for one card or several, which
// it reads as lines of JSON (stdio*.go). A run of several that fails is forgotten and its cards are run one by
// one, so that the same holds for its records.
//
// A host whose Config says so tells which functions of a guest spend the fuel (Module.Profile): wazero's function
// listeners read the gauge at the beginning and end of each call (tracer.go), and move what a caller paid for a
// function of its own, or for one of the host's, to that function.
//
// TakeSurvey says what a module is made of and how far it is from each limit, also of one that Load refuses; Costs, what
// loading it took.
//
// What the package does not do: it knows neither clients nor rules, does not judge settings
// against their schema, and does not retry.
package wasm
