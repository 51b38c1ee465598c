// Package canon turns what people type into one form that can be compared,
// counted and joined: text, names, phones, e-mail addresses, tax ids, sites,
// dates, times, numbers, yes/no and countries.
//
// Every function is pure, safe for concurrent use, and never panics, whatever
// bytes it is given. Those that return text are idempotent: the canonical form
// of a canonical form is itself, a phone's also under another region. Invalid
// UTF-8 is kept visible: each run of bad bytes becomes one U+FFFD.
//
// Where a second result says ok=false the value is the tidied text (or the zero
// value), so that nothing a user typed is lost; whether that is a fault is for
// rules to say. The package does not guess what was meant, correct typing
// errors, change the case of names, or look anything up on the network.
package canon
