// Package server puts the rooms together: it opens the store, the WebAssembly
// host, the reconciler, the intake and the HTTP interface, and runs them until
// it is told to stop. It composes and decides nothing else; RATIONALE.md says
// why the parts are as they are.
package server
