// Package pattern says what a regular expression costs before anything is made of it: the parser and
// the compiler of package regexp take a few bytes for a second of work, and for gigabytes.
//
// Work bounds what parsing takes, from the text alone, in time linear in its length. Size parses a
// pattern of bounded work and bounds the program that it would compile to. Whoever takes patterns from
// others (the host of modules for assay.call match, the compiler of CEL for constant patterns)
// refuses what Size refuses, so that a pattern is too large everywhere or nowhere.
package pattern
