package project

// Usual sets the folders in which Rust is looked for besides PATH, and returns how to set them back.
func Usual(folders ...string) (reset func()) {
	before := usualFolders
	usualFolders = folders
	return func() { usualFolders = before }
}
