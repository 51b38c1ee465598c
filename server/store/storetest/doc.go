// Package storetest is the conformance suite of store.Store. Every adapter
// passes Run, and nothing else of what an adapter does may be relied on.
//
// Besides one test for each promise of the interface there is a model test
// (Model): random operations are run against the adapter and against a plain
// model in memory, and everything that can be read must agree.
package storetest
