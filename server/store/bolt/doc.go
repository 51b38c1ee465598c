// Package bolt keeps a base in one bbolt file: it is the embedded adapter of
// package store and the one Assay runs with by default.
//
// # What it promises
//
// What a call acknowledges is on disk (fdatasync). Calls that write at the same
// time share a transaction; each of their changes still succeeds or fails by
// itself, and when the transaction fails nothing of it is stored and the store
// goes on serving. A reader sees one moment: the bytes of the file and the
// indexes in memory are always of the same transaction.
//
// # How the file is laid out
//
// The file is <dir>/assay.db. Cards are keyed by the client number, which is
// given densely and never used twice, so that creation appends. The results of
// a rule are kept in blocks of 1,024 neighbouring clients (results.go, block.go),
// events in records of up to 512 (eventlog.go). What people decided about a
// finding lies beside the results under its identity (life.go); that it is waived
// is marked in the result, so that counts of open findings need no more than the
// index. What became of findings is appended block by block (past.go). layout.go
// lists the buckets.
//
// # What is in memory
//
// The facets of the cards, the open findings, the labels and the clients still
// to be judged are compressed bitmaps (set.go, index.go). They are immutable: a
// commit copies the bitmaps it changes, 8 KiB at a time, and publishes a new
// index together with its transaction number; readers pick the index that has
// the number of their transaction. External ids are a hash table (external.go).
// All of it is rebuilt when the file is opened (rebuild.go) and takes about
// 30 MB for a million clients. Unions of sets that reports ask for are kept
// beside it, made anew where their sets have changed (union.go).
//
// # What is not in memory
//
// Cards are read from the system's cache of the file. Walks over many of them ask for the pages of a shard or a list at
// once where they are not in it (ahead.go, on Linux); opening and checking read the file from end to end (prefetch.go).
//
// # Sweeps
//
// What a sweep found is made ready by its caller: whole blocks, packed events and bits of the index (swept.go, sweptindex.go). The
// committer puts them in where nothing was written since, and else judges client by client, as for a write.
//
// # What it will not do
//
// It is for one process: a second one gets ErrLocked. It never runs a rule and
// never waits for a network or a user inside a transaction. It holds up to
// 4,294,967,295 clients; numbers are not reused.
package bolt
