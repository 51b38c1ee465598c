package bolt

import (
	"os"

	"golang.org/x/sys/unix"
)

// openAhead opens the file of a base for reading ahead. The advice is given to
// the file and not to bbolt's mapping of it, where it would need an address.
func openAhead(path string, pageSize int) *readAhead {
	file, err := os.Open(path)
	if err != nil {
		return nil // see readAhead on errors
	}
	fd := int(file.Fd())
	return &readAhead{
		file: file, pageSize: int64(pageSize), waits: majorFaults,
		need: func(offset, length int64) {
			_ = unix.Fadvise(fd, offset, length, unix.FADV_WILLNEED)
		},
	}
}

func majorFaults() int64 {
	var used unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &used) // fails for nonsense as arguments alone
	return int64(used.Majflt)
}
