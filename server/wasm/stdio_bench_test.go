package wasm_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/wasm"
)

// BenchmarkCommands runs a check as a command, with 1 and with 70 cards a start; an operation is one card. The
// guest in C of the module ABI is beside it.
func BenchmarkCommands(b *testing.B) {
	h, err := wasm.New(b.Context(), wasm.Config{CacheDir: cacheDir, ClientJSON: func(dst, card []byte) ([]byte, error) {
		client, err := crm.DecodeCard(card)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(client)
		return append(dst, text...), err
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = h.Close(b.Context()) })
	batch := new(abi.Batch)
	for range 70 {
		batch.Add(benchCard)
	}
	library := load(b, h, built(b, buildC))
	b.Run("library", func(b *testing.B) { benchmark(b, library, allRules[:1], batch) })
	for name, build := range map[string]func() ([]byte, error){"C": buildManager, "Go": buildStdioGo} {
		m := load(b, h, built(b, build))
		for cards, isolation := range map[int]abi.Isolation{1: abi.IsolateRecord, 70: abi.IsolateBatch} {
			b.Run(fmt.Sprintf("%s/%d", name, cards), func(b *testing.B) { benchmark(b, m, commandIn(isolation), batch) })
		}
	}
}
