package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// machine says what the run was on.
func machine() []string {
	return []string{
		fmt.Sprintf("Processor: %s, %d cores", first("/proc/cpuinfo", `(?m)^model name\s*:\s*(.*)$`), runtime.NumCPU()),
		"Memory: " + memory(),
		fmt.Sprintf("System: %s, Linux %s", first("/etc/os-release", `(?m)^PRETTY_NAME="?([^"\n]*)`), first("/proc/sys/kernel/osrelease", `^([0-9.]+)`)),
	}
}

// first is what the expression finds in a file of the system.
func first(path, expression string) string {
	text, _ := os.ReadFile(path)
	if m := regexp.MustCompile(expression).FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return "unknown"
}

func memory() string {
	var kilobytes float64
	if _, err := fmt.Sscan(first("/proc/meminfo", `MemTotal:\s*(\d+)`), &kilobytes); err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.0f GiB", kilobytes/(1<<20))
}

// peers names what took part, in which version and how configured.
func peers() []string {
	libraries := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			libraries[m.Path] = m.Version
		}
	}
	sqlite, _, _ := sqlite3.Version()
	return []string{
		"Assay of this repository: `assay serve` as it comes; wazero " + libraries["github.com/tetratelabs/wazero"] + ", bbolt " + libraries["go.etcd.io/bbolt"],
		runtime.Version() + ", clang " + says("clang", "--version") + ", rustc " + says(rustc(), "--version") + ": what modules are built with, as `assay rule build` does",
		"wazero " + libraries["github.com/tetratelabs/wazero"] + ": its compiler; WithCloseOnContextDone where the table says so",
		"Extism " + libraries["github.com/extism/go-sdk"] + ": on the same wazero, an instance a worker, no limit of time",
		"cel-go " + libraries["cel.dev/cel-go"] + ": programs with OptOptimize",
		"OPA " + libraries["github.com/open-policy-agent/opa"] + ": a prepared query over 64 clients",
		"PostgreSQL " + says(filepath.Join(postgresBin, "postgres"), "--version") + " by pgx " + libraries["github.com/jackc/pgx/v5"] + " over a Unix socket: " + strings.Join(postgresSettings, ", "),
		"SQLite " + sqlite + " by go-sqlite3 " + libraries["github.com/mattn/go-sqlite3"] + ": WAL, a cache of 1 GB; the import without a WAL, synchronous=FULL",
		"DuckDB by @duckdb/node-api " + duckVersion() + " in node " + says("node", "--version") + ": the base in a file",
		"PocketBase " + libraries["github.com/pocketbase/pocketbase"] + ": a server of its own with the batch API switched on",
		"Fiber " + libraries["github.com/gofiber/fiber/v2"] + ": as it comes",
	}
}

// rustc is the compiler that has the target, which is not always the first on PATH.
func rustc() string {
	folder, err := exec.Command(filepath.Join(repository, ".ci", "rust")).Output()
	if err != nil {
		return "rustc"
	}
	return filepath.Join(strings.TrimSpace(string(folder)), "rustc")
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// says is the version that a program says of itself.
func says(program string, args ...string) string {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	text, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		return "unknown"
	}
	return versionNumber.FindString(string(text))
}
