// Package wasmgen writes WebAssembly modules: functions are built instruction by instruction,
// labels are resolved to branch depths, and what is not created is not in the module.
//
// It promises that equal calls give equal bytes, and uses nothing outside the WebAssembly 2.0
// core. It does not validate: a body that leaves the wrong values on the stack is refused by
// whoever loads the module. Misuse of the API itself (a label that is closed) panics, since only
// this repository's code generator calls it.
package wasmgen
