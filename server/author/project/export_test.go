package project

import "fmt"

// ActAs has projects opened as if by another user, and returns how to stop that.
func ActAs(user int) (reset func()) {
	before := me
	me = func() int { return user }
	return func() { me = before }
}

// Usual sets the folders in which Rust is looked for besides PATH, and returns how to set them back.
func Usual(folders ...string) (reset func()) {
	before := usualFolders
	usualFolders = folders
	return func() { usualFolders = before }
}

// LeastGo is the oldest Go that builds projects, such as 1.24.
func LeastGo() string { return fmt.Sprintf("%d.%d", leastGo[0], leastGo[1]) }
