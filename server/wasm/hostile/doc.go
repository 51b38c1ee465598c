// Package hostile is the catalogue of modules that mean harm, for tests of what runs modules.
//
// Guests are read from folders of WebAssembly text in server/wasm/testdata, compiled beside it: hostile and load
// have libraries, hostile-stdio has commands. Bombs are made here, because they are large. What each tries and what
// must come of it is one line, the first of its source:
//
//	;; fuel, wicked: turns for ever in a loop of one instruction
//	;; start_failed: its start function traps
//
// With a comma, the module loads and its check is the guest's Check: the first part is what comes of the card of
// a sole trader, the second of any other card, each a kind of fault, "wicked" or "clean" for a finding
// of that code, or "nothing". Without a comma, loading is refused with this code. "a or b" allows both, where
// the outcome depends on the other cards of a batch or on what an instance remembers.
package hostile
