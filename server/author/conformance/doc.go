// Package conformance holds the test that rules in all languages of the SDK do alike. It builds the projects
// sdk/<language>/conformance and sdk/<language>/defaults, runs them in the host over the vectors of sdk/abi, invented clients
// and damaged cards, and compares descriptions, bytes of results, faults and refusals with those of a reference written
// here by the page sdk/conformance/README.md, which is what the owners of an SDK read. It also builds the check that the guide, sdk/README.md,
// shows in every language, holds it to the cases that the guide shows, and measures it. It has no code of its own.
package conformance
