package abi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/sdk/abi/abitest"
)

var update = flag.Bool("update", false, "write the vectors from their definitions")

// definition is the readable form of a vector: a client, what is done to its card, and what follows.
type definition struct {
	name, about string
	client      func() object
	age         age                 // today's when zero
	change      func([]byte) []byte // the damage, none for a good card

	closed bool         // the header cannot be read
	place  string       // of the fault, "" for a valid card
	says   string       // part of what the fault says
	sees   func(object) // changes client into what a reader sees
	unseen bool         // what a reader sees cannot be written in JSON
}

// made returns the card and the entry of vectors.json.
func (d definition) made(t *testing.T) ([]byte, vector) {
	t.Helper()
	written := d.age
	if written.client == 0 && written.rows == nil {
		written = today
	}
	card := build(t, d.client(), written)
	if d.change != nil {
		card = d.change(card)
	}
	v := vector{Name: d.name, About: d.about, Opens: !d.closed, Client: json.RawMessage("null")}
	if d.place != "" {
		v.Fault = &vectorFault{d.place, d.says}
	}
	if d.closed {
		v.Client = json.RawMessage("{}")
	} else if !d.unseen {
		v.Client = d.seen(t)
	}
	return card, v
}

func (d definition) seen(t *testing.T) json.RawMessage {
	t.Helper()
	client := d.client()
	if d.sees != nil {
		d.sees(client)
	}
	text, err := json.Marshal(client)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestVectorsAreTheirDefinitions(t *testing.T) {
	var file struct {
		About   string   `json:"about"`
		Vectors []vector `json:"vectors"`
	}
	file.About = "Conformance vectors of the client card, written by `go test ./sdk/abi -run VectorsAre -update`. FORMAT.md says how to use them."
	files := map[string][]byte{}
	var index bytes.Buffer
	for _, d := range definitions() {
		card, v := d.made(t)
		if files[d.name+".card"] != nil {
			t.Fatalf("two vectors are named %s", d.name)
		}
		files[d.name+".card"] = card
		file.Vectors = append(file.Vectors, v)
		if d.closed {
			fmt.Fprintf(&index, "%s closed\n", d.name)
			continue
		}
		fmt.Fprintf(&index, "%s opens\n", d.name)
		files[d.name+".fields"] = abitest.Fields(open(t, card))
	}
	files["index.txt"] = index.Bytes()
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(file); err != nil {
		t.Fatal(err)
	}
	files["vectors.json"] = text.Bytes()
	compare(t, files)
}

// compare checks, or with -update makes, the folder of vectors.
func compare(t *testing.T, files map[string][]byte) {
	t.Helper()
	if *update {
		if err := errors.Join(os.RemoveAll(vectorDir), os.MkdirAll(vectorDir, 0o755)); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(vectorDir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	entries, err := os.ReadDir(vectorDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(files) {
		t.Errorf("%d files in %s, %d defined; run with -update", len(entries), vectorDir, len(files))
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(vectorDir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from its definition (%v); run with -update", name, err)
		}
	}
}

func TestValidateVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			err := abi.Validate(readCard(t, v.Name))
			if v.Fault == nil {
				if err != nil {
					t.Errorf("error %v, want a valid card", err)
				}
				return
			}
			var invalid *abi.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("error %v, want an *abi.InvalidError at %s", err, v.Fault.Place)
			}
			if invalid.Place != v.Fault.Place || !strings.Contains(invalid.Err.Error(), v.Fault.Says) {
				t.Errorf("error %q at %q, want one at %q that says %q", err, invalid.Place, v.Fault.Place, v.Fault.Says)
			}
		})
	}
}

func TestFullVectorHasEverySlot(t *testing.T) {
	client := fullClient()
	if n := leaves(client); n != abi.ClientSlots {
		t.Errorf("good-full has %d values of the client, the schema %d slots", n, abi.ClientSlots)
	}
	lists := map[string]object{}
	for _, s := range abi.ClientSchema {
		if s.Kind == abi.KindRows {
			lists[s.Of] = client[s.Name].([]object)[0]
		}
	}
	for name, slots := range abi.Rows {
		for _, s := range slots {
			if _, ok := lists[name][s.Name]; !ok && name != "Field" {
				t.Errorf("the first %s of good-full has no %s", name, s.Name)
			}
		}
	}
}

// A hostile card must not cost more than an honest one of its size: here a thousand contacts
// refer to one list of a thousand channels.
func TestValidateIsLinear(t *testing.T) {
	channels := slices.Repeat([]object{{"value": "v"}}, 1000)
	contacts := slices.Repeat([]object{{"name": "n"}}, 1000)
	contacts[0] = object{"channels": channels}
	card := build(t, object{"contacts": contacts}, today)
	first := rowSlot(card, abi.SlotClientContacts, 0, abi.SlotContactChannels)
	for i := range contacts {
		row := rowSlot(card, abi.SlotClientContacts, i, 0) - 8
		copy(card[row+8+8*abi.SlotContactChannels:], card[first:first+8])
		card[row] |= 1 << abi.SlotContactChannels
	}
	var invalid *abi.InvalidError
	if err := abi.Validate(card); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "overlap") {
		t.Errorf("error %v, want one about overlapping parts", err)
	}
}
