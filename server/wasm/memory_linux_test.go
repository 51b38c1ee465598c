package wasm_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/hostile"
)

// addressSpace is the size of this process's address space, in bytes.
func addressSpace(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if _, err := fmt.Sscan(string(b), &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// Each instance reserves 64 MiB, which ends with it: after a fault, and with the host.
func TestMemoryIsGivenBack(t *testing.T) {
	before := addressSpace(t)
	for range 10 {
		h, err := wasm.New(t.Context(), wasm.Config{CacheDir: cacheDir})
		if err != nil {
			t.Fatal(err)
		}
		m := load(t, h, readGuest(t, "hostile/cpu-loop.wasm"))
		for range 10 {
			if _, fault := spendOf(t, m, abi.Configured{Check: hostile.Check, Fuel: 1000}, soleTrader); fault == nil {
				t.Fatal("1,000 units were enough for ever")
			}
			if _, fault := spendOf(t, m, abi.Configured{Check: hostile.Check}, another); fault != nil {
				t.Fatal(fault)
			}
		}
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if grown := addressSpace(t) - before; grown > 1<<30 {
		t.Errorf("the address space grew by %d MiB", grown>>20)
	}
}

// openImages is the number of files in memory that this process holds open.
func openImages(t *testing.T) (n int) {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if to, _ := os.Readlink("/proc/self/fd/" + f.Name()); strings.Contains(to, "assay-image") {
			n++
		}
	}
	return n
}

// Two images of more than half of what a module may keep: one is kept, the other made when it is needed and
// gone after. What is kept goes with the module.
func TestImagesAreFreed(t *testing.T) {
	h := newHost(t, nil)
	before := openImages(t)
	m := load(t, h, readGuest(t, "large-images.wasm"))
	for range 3 {
		said(t, m, isolated(abi.IsolateRecord, licence), batchOf("a", strings.Repeat("b", 6000), "c", strings.Repeat("b", 6000)))
		if n := openImages(t) - before; n != 1 {
			t.Errorf("%d images are open between calls", n)
		}
	}
	if err := m.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if n := openImages(t) - before; n != 0 {
		t.Errorf("%d images are open after the module was closed", n)
	}
}

// All modules of a host share a bound: five images of 44 MiB fit into 256.
func TestImagesOfManyModules(t *testing.T) {
	before := openImages(t)
	h := newHost(t, nil)
	for i := range 8 {
		guest := append(readGuest(t, "large-images.wasm"), 0, 2, 1, byte('a'+i)) // a custom section of another name
		m := load(t, h, guest)
		for range 2 {
			said(t, m, isolated(abi.IsolateRecord, licence), batchOf("a"))
		}
	}
	if n := openImages(t) - before; n != 5 {
		t.Errorf("%d images of 44 MiB are kept, want as many as fit into 256 MiB", n)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if n := openImages(t) - before; n != 0 {
		t.Errorf("%d images are open after the host was closed", n)
	}
}
