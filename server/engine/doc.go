// Package engine runs rules over cards.
//
// A Set is an immutable, numbered collection of compiled rules; Evaluate runs
// all or some of them over a batch of cards and turns what the modules answer
// into results of the domain. Every rule, written in CEL or uploaded, is a
// WebAssembly module here: the package compiles CEL with rules/cel and knows
// modules only as the Module interface, so it neither interprets expressions
// nor knows the runtime.
//
// A Fuser makes modules of many CEL rules each, which sets run instead of the
// rules' own when they are there: with the same results, errors, costs and
// quarantines, and faster.
//
// A record that a rule cannot judge gets a Result with an Error; all other
// records and rules get theirs. A rule that fails too much is quarantined: from
// then on evaluations do not ask it and say so, until somebody calls Resume.
package engine
