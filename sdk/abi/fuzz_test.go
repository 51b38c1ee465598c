package abi_test

import (
	"testing"

	"assay/sdk/abi"
)

// FuzzOpenRead reads arbitrary bytes through every accessor: nothing may panic. A valid card opens,
// and what the schema-driven Validate walked is what the generated accessors see.
func FuzzOpenRead(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(readCard(f, v.Name))
	}
	f.Fuzz(func(t *testing.T, card []byte) {
		err := abi.Validate(card)
		c, openErr := abi.Open(card)
		if err == nil && openErr != nil {
			t.Fatalf("a valid card does not open: %v", openErr)
		}
		if err != nil && len(card) > 1<<12 {
			return // without Validate's bound a hostile card of this size may take long to read whole
		}
		projectClient(c)
		if field, ok := c.Fields().Find("key"); ok && err == nil && field.Key() != "key" {
			t.Fatalf("found the field %q under key", field.Key())
		}
		if property, ok := c.Properties().Find(""); ok && err == nil && property.Key() != "" {
			t.Fatalf("found the property %q under no key", property.Key())
		}
	})
}
