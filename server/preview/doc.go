// Package preview runs rules that are not in force over the stored base, and
// counts what they say. Nothing is stored, and the rules' own figures stay as
// they are.
//
// A run works for a given time at most. When that ends before the base does, the
// counts are of the clients judged so far, and Outcome says how many those are.
//
// A Comparison says besides what a version of a rule would change of what is stored.
package preview
