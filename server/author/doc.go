// Package author is the workbench of those who write rules: it opens a rule project, a manifest or a module on this
// machine, with no server and no network, and has its rules judge clients.
//
// Open compiles and tries the rules as a server does when they are applied: by the same engine, under the same
// limits and isolation, with the custom fields and dictionaries that stand beside them declared. What is wrong
// is an *Error with a file, a line and what to do; what has to be built first is a *BuildError.
//
// A Project has the rules, and the cases of its cases.yaml and of its manifests. It is for one goroutine, and
// must be closed.
package author
