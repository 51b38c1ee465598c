package main_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write what the examples print")

// The walks through the API print on a new base what stands beside them.
func TestWalksThroughTheAPI(t *testing.T) {
	dir := filepath.Join("..", "..", "examples", "api")
	cursor := regexp.MustCompile(`after=[^ &]+`)
	for _, walk := range []struct {
		prints  string
		command []string
	}{
		{"walk.txt", []string{"bash", "walk.sh"}},
		{"main.txt", []string{"go", "run", "."}},
	} {
		t.Run(walk.command[0], func(t *testing.T) {
			p := serve(t, t.TempDir())
			var said bytes.Buffer
			run := exec.CommandContext(t.Context(), walk.command[0], walk.command[1:]...)
			run.Dir, run.Stdout = dir, &said
			run.Env = append(os.Environ(), "ASSAY_SERVER="+p.url, "ASSAY_TOKEN="+p.token)
			var complaint bytes.Buffer
			run.Stderr = &complaint
			if err := run.Run(); err != nil {
				t.Fatalf("%v\n%s%s", err, &said, &complaint)
			}
			got := cursor.ReplaceAll(said.Bytes(), []byte("after=…"))
			golden := filepath.Join(dir, walk.prints)
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s (%v) is not what it prints; if that is right, run with -update:\n%s", golden, err, got)
			}
		})
	}
}

// A walk ends at the first answer that it does not expect, and says why.
func TestWalksTellWhatIsWrong(t *testing.T) {
	p := serve(t, t.TempDir())
	for _, command := range [][]string{{"bash", "walk.sh"}, {"go", "run", "."}} {
		run := exec.CommandContext(t.Context(), command[0], command[1:]...)
		run.Dir = filepath.Join("..", "..", "examples", "api")
		run.Env = append(os.Environ(), "ASSAY_SERVER="+p.url, "ASSAY_TOKEN=wrong")
		if said, err := run.CombinedOutput(); err == nil || !bytes.Contains(said, []byte("the token is not known here")) {
			t.Errorf("%v with a wrong token: %v\n%s", command, err, said)
		}
	}
}
