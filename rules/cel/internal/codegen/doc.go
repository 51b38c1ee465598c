// Package codegen writes a check (package ir) as a WebAssembly module with the exports of
// Assay's module ABI (sdk/abi).
//
// The module is small: runtime functions and imports are in it only when the check uses them,
// a slot of the client is a load at a constant address, and a check whose finding holds nothing
// of the record answers with constant bytes. Results, and values made for a record, have
// room of their own, which is emptied at the next record and becomes memory when a record reaches there (memory.go): a module starts
// with one page, unless its data need more. Nothing that a record did changes what the next one finds, its cost included. What is long
// comes from package runtime through package link; what is hot, or returns several values, is written here.
//
// The module never traps on a card, however hostile: what does not lie inside the card reads as
// absent. An error in the sense of CEL is a branch to the innermost handler with the error
// variable set, so code that cannot fail pays nothing; a function of package runtime leaves why it failed in a
// variable, which is looked at after the call. Results stay within the ABI's limits: rows
// beyond them are dropped, message parameters are cut at MaxParam bytes.
//
// What a record costs is counted by what the check says (cost.go) and bounded by its budget: one that exceeds it is left by
// a branch to the end, with an error row. Fuse writes many checks as one module (fuse.go) with the same code, and
// shares between them what it can (share.go, quiet.go).
//
// Equal checks give equal bytes.
package codegen
