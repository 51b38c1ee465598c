package wasm_test

import (
	"fmt"
	"os"
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
