// Package cel compiles the rules of a company, written in CEL, to WebAssembly modules.
//
// An Env is the language: the client's schema and the company's declared custom fields. Compile
// type-checks a Check (a rule as its manifest says it) with cel-go and writes a module that
// follows the module ABI of assay/sdk/abi, a few hundred bytes to a few KB; CompileFilter does
// the same for the predicate of a filter. LANGUAGE.md beside this file says what of CEL is
// supported and what it means on a client card.
//
// Fuse makes one module of many checks, which judges as theirs do.
//
// What is wrong with a check is an *Error that lists every problem with its place. Nothing is
// evaluated here, and no cel-go program is ever built outside tests: modules run in the host
// (server/wasm) like anybody's. Equal checks give equal bytes.
//
// Inside, the way of an expression is: cel-go parses and checks it; lowering turns the checked
// tree into the typed tree of internal/ir, which folds constants and knows what can fail;
// internal/codegen writes that as a module with internal/wasmgen, and takes what it calls from the
// runtime in C (internal/runtime) through internal/link.
package cel
