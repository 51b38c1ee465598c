package abi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/sdk/abi/abitest"
)

// What vectors.json says a reader sees gives the same lines, without the reader.
func TestFieldsAreWhatVectorsSay(t *testing.T) {
	compared := 0
	for _, v := range readVectors(t) {
		if !v.Opens || string(v.Client) == "null" {
			continue
		}
		compared++
		got, err := os.ReadFile(filepath.Join(vectorDir, v.Name+".fields"))
		if err != nil {
			t.Fatal(err)
		}
		lines, defaults, _ := strings.Cut(string(got), "defaults=")
		if want := told(t, v.Client); lines != want {
			t.Errorf("%s.fields is\n%s\nvectors.json says\n%s", v.Name, lines, want)
		}
		if v.Fault == nil && defaults != "0\n" {
			t.Errorf("%s.fields: %q slots of a valid card are absent and not empty", v.Name, defaults)
		}
	}
	if compared < 40 {
		t.Errorf("%d vectors compared", compared)
	}
}

// told returns the lines of the projection, but the last, from the client in vectors.json.
func told(t *testing.T, text []byte) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var client object
	if err := decoder.Decode(&client); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	tellRecord(&out, "", abi.ClientSchema, client)
	tellKeys(&out, "field", "type", client["fields"])
	tellKeys(&out, "property", "value", client["properties"])
	return out.String()
}

func tellRecord(out *strings.Builder, at string, slots []abi.Slot, record object) {
	for _, s := range slots {
		holder := record
		if s.In != "" {
			holder, _ = record[s.In].(map[string]any)
		}
		if value, ok := holder[s.Name]; ok {
			tell(out, at+s.Path(), s, value)
		}
	}
}

func tell(out *strings.Builder, path string, s abi.Slot, value any) {
	switch value := value.(type) {
	case []any:
		fmt.Fprintf(out, "%s=%d\n", path, len(value))
		for i, each := range value {
			place := path + "[" + strconv.Itoa(i) + "]"
			if row, ok := each.(map[string]any); ok {
				tellRecord(out, place+".", abi.Rows[s.Of], row)
			} else {
				fmt.Fprintf(out, "%s=%s\n", place, each)
			}
		}
	case json.Number:
		if s.Kind == abi.KindFloat {
			number, _ := value.Float64()
			fmt.Fprintf(out, "%s=%016x\n", path, math.Float64bits(number))
			return
		}
		fmt.Fprintf(out, "%s=%s\n", path, value)
	default:
		fmt.Fprintf(out, "%s=%v\n", path, value)
	}
}

// tellKeys tells what the lookup of FORMAT.md finds by each key of a list, and by one that is not there.
func tellKeys(out *strings.Builder, lookup, member string, list any) {
	rows, _ := list.([]any)
	text := func(i int, name string) string {
		s, _ := rows[i].(map[string]any)[name].(string)
		return s
	}
	find := func(key string) string {
		low, high := 0, len(rows)
		for low < high {
			if mid := (low + high) / 2; text(mid, "key") < key {
				low = mid + 1
			} else {
				high = mid
			}
		}
		if low == len(rows) || text(low, "key") != key {
			return "none"
		}
		return text(low, member)
	}
	for i := range rows {
		fmt.Fprintf(out, "%s(%s)=%s\n", lookup, text(i, "key"), find(text(i, "key")))
	}
	fmt.Fprintf(out, "%s(%s)=%s\n", lookup, abitest.NoKey, find(abitest.NoKey))
}
