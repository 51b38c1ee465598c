package wasm

import "syscall"

// reserve returns n zero bytes that take no room until they are written to.
func reserve(n int) ([]byte, error) {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE)
	if err != nil {
		return nil, err
	}
	// Huge pages would give 2 MiB to a guest that touches 64 KiB.
	_ = syscall.Madvise(b, syscall.MADV_NOHUGEPAGE)
	return b, nil
}

func release(b []byte) { _ = syscall.Munmap(b) }
