// Package run has the rules of a project judge clients that are read one after the other: it tells what each rule says
// of each client, and sums it up. Memory does not follow the number of clients.
package run
