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

// Every user of a machine sees the options of a command: the token is not among those of curl.
func TestTheWalkKeepsTheTokenToItself(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	shim := "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$SEEN\"\nexec " + curl + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(shim), 0o755); err != nil {
		t.Fatal(err)
	}
	p := serve(t, t.TempDir())
	seen := filepath.Join(dir, "seen")
	run := exec.CommandContext(t.Context(), "bash", "walk.sh")
	run.Dir = filepath.Join("..", "..", "examples", "api")
	run.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "SEEN="+seen, "ASSAY_SERVER="+p.url, "ASSAY_TOKEN="+p.token)
	if said, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if options, err := os.ReadFile(seen); err != nil || !bytes.Contains(options, []byte(p.url)) || bytes.Contains(options, []byte(p.token)) {
		t.Errorf("curl was given (%v):\n%s", err, options)
	}
}
