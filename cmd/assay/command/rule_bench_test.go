package command

import (
	"path/filepath"
	"strings"
	"testing"
)

// Of several mistakes the same one is named every time.
func TestBenchNamesTheSameMistake(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere", "file")
	for range 50 {
		o := ruleBenching{tolerance: "10%", save: nowhere, profileOut: nowhere}
		if err := o.check(); err == nil || !strings.Contains(err.Error(), "--save") {
			t.Fatal(err)
		}
	}
}

// How many clients there may be is as the flag says.
func TestBenchSaysHowManyClientsThereMayBe(t *testing.T) {
	for _, tt := range []struct {
		clients string
		count   int
		says    string // "" when it is taken
	}{
		{"", 0, ""}, {"", 1_000_000, ""}, {"f.ndjson", 1, ""},
		{"", -1, "--count -1: give 0 to 1000000"}, {"", 1_000_001, "--count 1000001: give 0 to 1000000"},
		{"f.ndjson", 0, "--count 0: give 1 to 1000000"},
	} {
		o := ruleBenching{tolerance: "10%", count: tt.count, clients: clientsFile{path: tt.clients}}
		if err := o.check(); tt.says == "" && err != nil || tt.says != "" && (err == nil || err.Error() != tt.says) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}
