// Package command is the command line of Assay, a file a verb.
//
// serve and demo run a server, and the verbs of rule need none; every other verb is a client of the HTTP API, by
// way of package api, and does nothing that another program could not do. Tables
// are for people and may change; -o json and the exit codes are for programs and
// stay: 0 good, 1 the server said no or could not be asked, or a rule fails its cases or
// does not build, 2 wrong usage, 130 interrupted.
package command
