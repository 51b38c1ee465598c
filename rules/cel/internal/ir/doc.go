// Package ir is the typed tree between the CEL front (rules/cel) and the WebAssembly back
// (rules/cel/internal/codegen): every node has one static kind, conversions are nodes of
// their own, and each node knows whether it can fail. Nodes are made by the functions of this
// package, which fold constants; they are immutable afterwards.
//
// It knows card slots, not CEL syntax, and no WebAssembly.
package ir
