package modules_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/modules"
)

func host(t *testing.T) *modules.Host {
	t.Helper()
	h, err := modules.Open(t.Context(), modules.Config{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close(t.Context()) })
	return h
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	wasm, err := os.ReadFile(filepath.Join("..", "wasm", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

func TestARefusedModuleIsTheDomainsRefusal(t *testing.T) {
	_, err := host(t).Load(t.Context(), read(t, "load/no-evaluate.wasm"))
	refused, ok := errors.AsType[*crm.InvalidError](err)
	if !ok || refused.Problems[0].Field != "module" || refused.Problems[0].Code != "missing_export" {
		t.Errorf("got %v", err)
	}
}

func TestAFreedModuleSaysThatTheSetWasReplaced(t *testing.T) {
	m, err := host(t).Load(t.Context(), read(t, "guest.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var batch abi.Batch
	batch.Add(make([]byte, 8))
	if err := m.Evaluate(t.Context(), time.Now(), []abi.Configured{{Check: "quality"}}, &batch, abi.Receiver{}); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestCommandsAreModules(t *testing.T) {
	m, err := host(t).Load(t.Context(), read(t, "hostile-stdio/answers-first.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if checks := m.Description().Checks; len(checks) != 1 || checks[0].Name != abi.CommandCheck {
		t.Errorf("the checks are %v", checks)
	}
}
