// Command bench measures Assay beside what a user would pick instead: the same clients, the same checks, in turns in one run.
//
//	make bench
//
// A contender is measured only after its findings have been found equal to those of the checks in Go: the same client,
// check and row, for every client. Contenders take turns, so that a neighbour on the machine slows all of them; the medians of the rounds and
// their ratios are written down, with the spread. What is too slow for the whole base in the time there is runs on a part of it, and the table says so.
package main
