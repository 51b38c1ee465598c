package abi_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"assay/sdk/abi"
)

func TestPatchesOnlyItsSlot(t *testing.T) {
	for _, name := range []string{"oldest", "good-full", "newest", "empty-client"} {
		card := readCard(t, name)
		if err := errors.Join(abi.SetID(card, 77), abi.SetRevision(card, 0)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c := open(t, card)
		if c.ID() != 77 || !c.HasID() || c.Revision() != 0 || c.HasRevision() {
			t.Errorf("%s: id %d, revision %d present %v", name, c.ID(), c.Revision(), c.HasRevision())
		}
		if err := abi.Validate(card); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		before := projectClient(open(t, readCard(t, name)))
		after := projectClient(c)
		drop(before, "id", "revision")
		drop(after, "id")
		if len(after) != len(before) {
			t.Errorf("%s: %d other values, were %d", name, len(after), len(before))
		}
	}
}

func TestPatchRefusesWhatHasNoSlot(t *testing.T) {
	for _, name := range []string{"empty-no-slots", "truncated-nothing", "bad-magic"} {
		card := readCard(t, name)
		was := slices.Clone(card)
		var header *abi.HeaderError
		if err := abi.SetID(card, 1); !errors.As(err, &header) || !bytes.Equal(card, was) {
			t.Errorf("%s: error %v, want a *HeaderError and the card as it was", name, err)
		}
	}
}
