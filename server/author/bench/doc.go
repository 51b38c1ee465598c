// Package bench measures what the rules of a project cost: fuel, bytes of results and time a client, on the same
// clients every time, and what it takes to make their modules ready.
//
// Fuel and bytes depend on the clients, the rule and the module alone, so that any growth against a baseline is the
// rule's doing. Time depends on the machine and on what else it does: it is measured in rounds, compared by their
// medians and only with a baseline of the same machine, and a growth counts when it is beyond the tolerance and beyond
// the noise that the rounds show.
package bench
