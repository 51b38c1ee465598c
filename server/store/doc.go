// Package store is the storage interface of Assay: the domain operations the
// rest of the server needs, and nothing of how an adapter does them.
//
// An adapter keeps cards as the bytes it is given, derives its indexes from
// them (facets, unique external ids), compares a client's new results with the
// old ones, and logs the difference as events; indexes and transactions stay
// inside it. What a call acknowledged is on disk.
//
// Package storetest holds the one suite that every adapter passes.
package store
