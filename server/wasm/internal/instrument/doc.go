// Package instrument reads a WebAssembly module and adds to it what the host needs inside:
// the loop that walks a batch of cards and the global that names the card being evaluated.
//
// It promises that nothing of the original is renumbered, reordered or dropped, but for the start
// section, which becomes an export that the host calls: types, functions,
// globals and exports are only appended, so code offsets inside a function, function numbers in
// traps and the name section stay true. And it promises that the original cannot reach what is
// appended: every index in it is checked against the original's own counts first, and export
// names under abi.ReservedPrefix are refused. The check reads code exactly as the
// WebAssembly 2.0 core encodes it and refuses every other encoding, so that no engine reads
// another index than the one that was checked.
//
// It also says whether the module's state can be set back from outside (State, Keeps).
//
// It does not validate types or stack heights; the engine that compiles the result does.
//
// Package meter makes the Extension that meters the module's code; the batch loop (loop.go) sets a
// record's budget and notes its spend.
package instrument
