package abi_test

import (
	"fmt"

	"assay/sdk/abi"
)

// The bytes are the example of ABI.md.
func ExampleParseResults() {
	packed := []byte("\x16\x00\x00\x00\x01\x01\x06\x00\x00\x00tax-id\x02\x05\x00\x00\x00taxId")
	err := abi.ParseResults(packed, func(row abi.ResultRow) error {
		fmt.Println(row.Code, "at", row.Path)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: tax-id at taxId
}
