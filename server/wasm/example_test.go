package wasm_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// The test guest finds something in a card that begins with f, and traps at one with t.
func Example() {
	ctx := context.Background()
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer host.Close(ctx)

	guest, err := os.ReadFile("testdata/guest.wasm")
	if err != nil {
		fmt.Println(err)
		return
	}
	module, err := host.Load(ctx, guest)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer module.Close(ctx)

	var batch abi.Batch
	for _, card := range []string{"f", ".", "t", "f"} {
		batch.Add([]byte(card))
	}
	checks := []abi.Configured{{Check: "quality"}}
	err = module.Evaluate(ctx, time.Now(), checks, &batch, func(check, card int, results []byte, fault error) {
		if fault != nil {
			fmt.Println("card", card, "could not be judged:", fault)
			return
		}
		_ = abi.ParseResults(results, func(row abi.ResultRow) error {
			fmt.Println("card", card, "has finding", row.Code)
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// card 0 has finding boom
	// card 2 could not be judged: trap: unreachable in $13
	// card 3 has finding boom
}
