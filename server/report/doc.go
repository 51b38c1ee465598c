// Package report says what is wrong with the base and how it divides into
// segments, in the reader's language.
//
// It counts nothing itself: figures and pages come from the store, of one
// moment. It never hides what is not known: clients still to be judged, rules
// that fail and clients a rule could not judge are part of every answer.
//
// # Score
//
// The score is the share of clients that have no open, not waived finding of
// severity error or warning (the finding's own, else its rule's); each client
// counts once. Clients that a rule could not judge do not lower it, nor do
// hidden rules. An empty base scores 1.
//
// # Trend
//
// [Reporter.Run] keeps the counts of each day as of its first moment in the
// company's time zone, or of the start of the server; a day that began while
// rules were judging, or before there were clients, is counted again until it is
// whole.
package report
