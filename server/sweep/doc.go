// Package sweep judges the stored base anew when a rule, a module or the
// calendar has changed.
//
// What is left to judge is kept by the store, shard by shard, so that a sweep
// goes on where a crash stopped it. Shards are read and evaluated in parallel
// and committed a group at a time; many changes at once are one sweep. A write
// that comes between is never overwritten: the store drops what a sweep says
// of a client that was written since the rule changed.
//
// A rule that does not judge, because it does not run or is quarantined, is left
// out; when it is quarantined in the middle of a sweep, what it has not judged
// stays pending. Whoever brings it back wakes the Sweeper.
package sweep
