//go:build !linux

package bolt

// openAhead returns nil: nothing is read ahead. Other systems have other advice, which nobody has measured.
func openAhead(string, int) *readAhead { return nil }
