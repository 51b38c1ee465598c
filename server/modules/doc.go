// Package modules runs WebAssembly modules for the engine: the host of package wasm with what it needs to know of
// clients, in the engine's terms. The server and the tools of rule authors load modules here, so that
// a rule meets the same limits, isolation and refusals wherever it runs.
package modules
