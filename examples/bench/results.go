package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// table is a table of the results.
type table struct {
	title  string
	about  string // what is measured, and how
	header []string
	rows   [][]string
}

// write writes the results as Markdown.
func write(path string, s *suite, tables []table) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Side by side\n\nWritten by `go run .` in examples/bench on %s. Machine: %s. The same clients, the same run; contenders take turns, medians of %d rounds, "+
		"± is half of what lies between the quartiles.\nThe ratios are what to quote: the machine is shared, and its times are not those of yours.\n\nVersions: %s.\n",
		time.Now().Format(time.DateOnly), machine(), s.rounds, versions())
	for _, t := range tables {
		fmt.Fprintf(&out, "\n## %s\n\n%s\n\n", t.title, t.about)
		line(&out, t.header)
		line(&out, slicesOf("---", len(t.header)))
		for _, row := range t.rows {
			line(&out, row)
		}
	}
	if path == "" {
		_, err := os.Stdout.Write(out.Bytes())
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

func line(out *bytes.Buffer, cells []string) {
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

func slicesOf(s string, n int) []string {
	return strings.Split(strings.TrimSuffix(strings.Repeat(s+"\n", n), "\n"), "\n")
}

var modelName = regexp.MustCompile(`(?m)^model name\s*:\s*(.*)$`)

// machine says what the run was on.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	model := "unknown processor"
	if m := modelName.FindSubmatch(text); m != nil {
		model = string(m[1])
	}
	release, _ := exec.Command("uname", "-sr").Output()
	return fmt.Sprintf("%s, %d cores, %s", model, runtime.NumCPU(), strings.TrimSpace(string(release)))
}

// versions names what took part: Go modules by the build's own record, programs by what they say of themselves.
func versions() string {
	list := []string{runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if _, named := libraries[m.Path]; named {
				list = append(list, libraries[m.Path]+" "+m.Version)
			}
		}
	}
	if out, err := exec.Command("psql", "--version").Output(); err == nil {
		list = append(list, strings.TrimSpace(string(out)))
	}
	return strings.Join(append(list, "DuckDB by @duckdb/node-api "+duckVersion()), ", ")
}

// libraries are the peers among the Go modules.
var libraries = map[string]string{
	"cel.dev/cel-go":                      "cel-go",
	"github.com/open-policy-agent/opa":    "OPA",
	"github.com/mattn/go-sqlite3":         "go-sqlite3",
	"github.com/jackc/pgx/v5":             "pgx",
	"github.com/tetratelabs/wazero":       "wazero",
	"github.com/gofiber/fiber/v2":         "Fiber",
	"go.etcd.io/bbolt":                    "bbolt",
	"github.com/extism/go-sdk":            "Extism",
	"github.com/pocketbase/pocketbase":    "PocketBase",
	"github.com/danielgtaylor/huma/v2":    "huma",
	"github.com/RoaringBitmap/roaring/v2": "roaring",
}
