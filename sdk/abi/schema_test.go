package abi_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"assay/sdk/abi"
)

func TestSchemaTables(t *testing.T) {
	check := func(record string, slots []abi.Slot) {
		for i, s := range slots {
			if s.Index != i {
				t.Errorf("%s: slot %s has index %d at place %d", record, s.Name, s.Index, i)
			}
			_, enum := abi.Enums[s.Of]
			_, rows := abi.Rows[s.Of]
			if enum != (s.Kind == abi.KindEnum) || rows != (s.Kind == abi.KindRows) {
				t.Errorf("%s: slot %s is %s of %q", record, s.Name, s.Kind, s.Of)
			}
		}
	}
	check("Client", abi.ClientSchema)
	for name, slots := range abi.Rows {
		check(name, slots)
	}
	revenue := abi.ClientSchema[abi.SlotClientRevenue]
	if revenue.Path() != "activity.revenue" || revenue.Kind.String() != "money" {
		t.Errorf("slot %d is %s %s, want money activity.revenue", revenue.Index, revenue.Kind, revenue.Path())
	}
	if abi.Kind(0).String() != "" || abi.Kind(200).String() != "" {
		t.Error("a kind that does not exist has a name")
	}
}

// TestSlotNumbersStandInTheSchema holds the numbers that schema.yaml gives in comments to those of the code.
func TestSlotNumbersStandInTheSchema(t *testing.T) {
	text, err := os.ReadFile("schema.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, lists, _ := strings.Cut(string(text), "\nclient:\n")
	slots := abi.ClientSchema
	seen := 0
	for line := range strings.Lines(lists) {
		line = strings.TrimSpace(line)
		if record, ok := strings.CutSuffix(line, ":"); ok && record != "rows" {
			slots = abi.Rows[record]
			seen = 0
		}
		if !strings.HasPrefix(line, "- ") {
			continue
		}
		if seen >= len(slots) || !strings.HasPrefix(line, "- {name: "+slots[seen].Name+",") || !strings.HasSuffix(line, fmt.Sprintf(" # %d", slots[seen].Index)) {
			t.Errorf("the line does not end in the number of its slot: %s", line)
		}
		seen++
	}
}

func ExampleValidate() {
	card, err := os.ReadFile("vectors/offset-nested-outside.card")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(abi.Validate(card))
	// Output: contacts[1].channels[0].value: offset 2147483648 length 7 lies outside the card of 792 bytes
}
