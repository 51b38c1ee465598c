//go:build unix

package project

import (
	"io/fs"
	"syscall"
)

// ownerOf returns the user id of a file's owner.
func ownerOf(stat fs.FileInfo) (id int, known bool) {
	of, known := stat.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return int(of.Uid), true
}
