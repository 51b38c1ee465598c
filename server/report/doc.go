// Package report says what is wrong with the base and how it divides into
// segments, in the reader's language.
//
// It counts nothing itself: figures and pages come from the store, of one
// moment. It never hides what is not known: clients still to be judged, rules
// that fail and clients a rule could not judge are part of every answer.
package report
