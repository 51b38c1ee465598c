// Package fix applies what rules suggest to many clients at once.
//
// A job takes the clients that a selection chooses, one page after the other, and puts the suggested values in the
// places the findings name: one write a client, by the way of anybody's (intake), so that it is cleaned, judged and may be
// refused like any other. What it is about to do to a client is stored before it is done, and what came of it
// afterwards: a job that was cut short goes on where it stopped, and can be undone by its id. An undo is a job too: it
// puts back what the job replaced, where nobody has changed it since.
//
// One job runs at a time; the others wait.
package fix
