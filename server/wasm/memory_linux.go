package wasm

import (
	"bytes"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// reserve returns n zero bytes that take no room until they are written to.
func reserve(n int) ([]byte, error) {
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, err
	}
	// Huge pages would give 2 MiB to a guest that touches 64 KiB.
	_ = unix.Madvise(b, unix.MADV_NOHUGEPAGE)
	return b, nil
}

func release(b []byte) { _ = unix.Munmap(b) }

// zero makes b zero again and gives its room back. It begins and ends at a page, and is not a mapping.
func zero(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	return unix.Madvise(b, unix.MADV_DONTNEED)
}

// mapping is a memory's content in a file in memory, which many instances see until they write.
type mapping struct{ file *os.File }

// newMapping keeps a copy of b until it is freed and no memory shows it.
func newMapping(b []byte) (*mapping, error) {
	fd, err := unix.MemfdCreate("assay-image", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	file := os.NewFile(uintptr(fd), "assay-image")
	if err := writeSparse(file, b); err != nil {
		_ = file.Close()
		return nil, err
	}
	return &mapping{file}, nil
}

// writeSparse leaves out what is zero.
func writeSparse(file *os.File, b []byte) error {
	if err := file.Truncate(int64(len(b))); err != nil {
		return err
	}
	page := os.Getpagesize()
	zeros := make([]byte, page)
	for at := 0; at < len(b); at += page {
		if part := b[at : at+page]; !bytes.Equal(part, zeros) {
			if _, err := file.WriteAt(part, int64(at)); err != nil {
				return err
			}
		}
	}
	return nil
}

// free leaves the content to the memories that show it. It is called once, and put not after it.
func (m *mapping) free() { _ = m.file.Close() }

// put makes b, which begins and ends at a page, show the mapping.
func (m *mapping) put(b []byte) error {
	return remap(int(m.file.Fd()), b, 0)
}

// reset makes b, which shows the mapping, show it again as it was.
func (m *mapping) reset(b []byte) error { return unix.Madvise(b, unix.MADV_DONTNEED) }

// unmap makes b zero, whatever it shows.
func unmap(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if err := remap(-1, b, unix.MAP_ANON|unix.MAP_NORESERVE); err != nil {
		return err
	}
	_ = unix.Madvise(b, unix.MADV_NOHUGEPAGE)
	return nil
}

func remap(fd int, b []byte, flags int) error {
	_, err := unix.MmapPtr(fd, 0, unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b)),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED|flags)
	return os.NewSyscallError("mmap", err)
}
