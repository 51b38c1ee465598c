package command

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionVerb() *cobra.Command {
	var output string
	verb := &cobra.Command{
		Use: "version", Short: "Tell which build this is", Args: exactly(),
		RunE: func(*cobra.Command, []string) error {
			b := readBuild()
			if output == "json" {
				return json.NewEncoder(a.Stdout).Encode(b)
			}
			if output != "" {
				return usagef("-o %s is not known here: give json", output)
			}
			fmt.Fprintf(a.Stdout, "assay %s", b.Version)
			if b.Commit != "" {
				fmt.Fprintf(a.Stdout, " (%.12s, %s)", b.Commit, b.Time)
			}
			fmt.Fprintf(a.Stdout, ", %s %s\n", b.Go, b.Platform)
			return nil
		},
	}
	verb.Flags().StringVarP(&output, "output", "o", "", "json for programs")
	return verb
}

// build is what the Go toolchain noted of this binary.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"` // of the commit
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readBuild() build {
	b := build{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	noted, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := noted.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range noted.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
