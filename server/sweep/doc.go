// Package sweep judges the stored base anew when a rule, a module or the
// calendar has changed.
//
// What is left to judge is kept by the store, shard by shard, so that a sweep
// goes on where a crash stopped it, and its progress is the same after a restart.
// Shards are read and evaluated in parallel and committed a group at a time. Many
// changes at once are one sweep: it begins when none has come for 30 ms, or after 300. A write
// that comes between is never overwritten: the store drops what a sweep says
// of a client that was written since the rule changed.
//
// A sweep takes all processors as long as nobody writes. When clients are written it takes less than one
// (pace.go). It can be paused and goes on where it was.
//
// A rule that does not judge, because it does not run or is quarantined, is left
// out; when it is quarantined in the middle of a sweep, what it has not judged
// stays pending. Whoever brings it back wakes the Sweeper.
package sweep
