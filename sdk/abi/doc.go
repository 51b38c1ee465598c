// Package abi is the boundary between Assay and the rules it runs: the layout of a client card
// and the functions a WebAssembly module exports to judge one.
//
// A card is one client as a flat little-endian byte string with slots of eight bytes. The store
// keeps these bytes, filters and reports scan them, and rules get them copied into their memory
// as they are. Open reads a card in place: reading allocates nothing, never fails, and takes
// whatever does not lie inside the card as absent. Validate says whether a card is well formed
// and names the place where it is not. FORMAT.md describes the bytes, ABI.md the module exports.
//
// schema.yaml is the one definition of what a card holds. The generator writes from it the
// reader and the constants of this package, the same reader for Go guests (sdk/go), and the
// encoder of server/crm. Slots are only ever appended, so that cards, readers and modules of
// different ages understand one another.
//
// The package knows neither the domain types nor storage, and imports nothing of Assay's.
package abi

//go:generate go run ./internal/gen
