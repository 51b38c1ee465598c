// Package assay is the SDK for Assay rules written in Go. It reads client cards in place: Open
// takes the bytes the host handed over, and every accessor reads from them without allocating.
//
// Reading never fails. A value that is absent, lies outside the card, or is unknown to the writer
// of the card reads as its type's zero; the Has methods tell absent from zero. Strings share the
// card's memory: copy what outlives the call.
//
// The reader is generated from the schema of sdk/abi, where FORMAT.md describes the bytes. The
// package has no dependencies and knows nothing of the server.
package assay
