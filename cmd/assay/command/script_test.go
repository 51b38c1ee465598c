package command_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"assay/cmd/assay/command"
	"assay/server"
	"assay/server/api"
	"assay/server/crm"
)

// TestMain makes the scripts' `assay` this test binary, run anew. It finds itself by its path when it
// has large modules compiled, and then bears no name of a command.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "compile-module" {
		os.Exit(command.Run(context.Background(), command.Process(), os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){"assay": func() {
		code := command.Run(context.Background(), command.Process(), os.Args[1:])
		if err := os.WriteFile(os.Getenv(codeFile), strconv.AppendInt(nil, int64(code), 10), 0o644); err != nil {
			panic(err)
		}
		os.Exit(code)
	}})
}

// codeFile is the variable with the file that the last exit code is noted in.
const codeFile = "EXIT_CODE_FILE"

// checkCode compares the exit code of the last assay: code N.
func checkCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: code N")
	}
	if got := ts.ReadFile(ts.Getenv(codeFile)); got != args[0] {
		ts.Fatalf("the exit code was %s, want %s", got, args[0])
	}
}

// TestScripts runs ../testdata/script/*.txtar, which say what the command line does.
func TestScripts(t *testing.T) {
	scripts(t, filepath.Join("..", "testdata", "script"))
}

// scripts runs those of a folder.
func scripts(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{
		Dir:   dir,
		Setup: setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": startServer, "until": until, "code": checkCode, "settled": settled, "during": during, "offline": offline,
		},
		RequireExplicitExec: true,
	})
}

// setup gives every script a module to upload, the folder of the default rules, the
// example of unusual fields, a pharmacy whose licence ends in 30 days, 400 clients of one name, and in $MODULES the
// modules that the host is tested with. $CLIENTS is the folder of the example files of clients.
func setup(env *testscript.Env) error {
	wasm, err := os.ReadFile(filepath.Join("..", "..", "..", "rules", "builtin", "tax-id", "tax-id.wasm"))
	if err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(env.WorkDir, "builtin"), os.DirFS(filepath.Join("..", "..", "..", "rules", "builtin"))); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(env.WorkDir, "unusual-fields"), os.DirFS(filepath.Join("..", "..", "..", "examples", "unusual-fields"))); err != nil {
		return err
	}
	soon := fmt.Sprintf(`{"externalId":"ap-08","name":"Аптека Берёза","industries":["pharmacy"],"fields":{"licenceNumber":"ЛО-77-02-012350","licenceUntil":%q}}`,
		time.Now().AddDate(0, 0, 30).Format(time.DateOnly))
	if err := os.WriteFile(filepath.Join(env.WorkDir, "soon.ndjson"), []byte(soon), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(env.WorkDir, "many.ndjson"), bytes.Repeat([]byte(`{"name":"Chamomile"}`+"\n"), 400), 0o644); err != nil {
		return err
	}
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TMPDIR", env.WorkDir)
	env.Setenv("ASSAY_CACHE", filepath.Join(env.WorkDir, ".cache"))
	modules, err := filepath.Abs(filepath.Join("..", "..", "..", "server", "wasm", "testdata"))
	if err != nil {
		return err
	}
	env.Setenv("MODULES", modules)
	examples, err := filepath.Abs(filepath.Join("..", "..", "..", "examples", "clients"))
	if err != nil {
		return err
	}
	env.Setenv("CLIENTS", examples)
	env.Setenv("TOMORROW", time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly))
	self, err := exec.LookPath("assay") // for scripts that set PATH
	if err != nil {
		return err
	}
	env.Setenv("ASSAY_DIR", filepath.Dir(self))
	cache, err := os.UserCacheDir() // what is compiled of Go's own packages is the same for all
	if err != nil {
		return err
	}
	env.Setenv("GOCACHE", cmp.Or(os.Getenv("GOCACHE"), filepath.Join(cache, "go-build")))
	if home, err := os.UserHomeDir(); err == nil { // rustup's cargo knows there which one to run
		env.Setenv("RUSTUP_HOME", cmp.Or(os.Getenv("RUSTUP_HOME"), filepath.Join(home, ".rustup")))
	}
	if err := putRustFirst(env); err != nil {
		return err
	}
	npm, err := filepath.Abs(filepath.Join("..", "..", "..", "sdk", "assemblyscript", "node_modules"))
	if err != nil {
		return err
	}
	env.Setenv("NODE_MODULES", npm) // with asc, which .ci/need puts there
	env.Setenv("GOPROXY", "off")
	env.Setenv("CARGO_NET_OFFLINE", "true")
	env.Setenv("npm_config_offline", "true")
	env.Setenv("GORACE", cmp.Or(os.Getenv("GORACE"), "atexit_sleep_ms=0")) // a second of each of hundreds of commands, which wait for what they started
	env.Setenv(codeFile, filepath.Join(env.WorkDir, ".exit-code"))
	return os.WriteFile(filepath.Join(env.WorkDir, "tax-id.wasm"), wasm, 0o644)
}

// rustFolder is where a cargo and a rustc that compile for WebAssembly are, "" when nowhere.
var rustFolder = sync.OnceValue(func() string {
	folder, err := exec.Command(filepath.Join("..", "..", "..", ".ci", "rust")).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(folder))
})

// putRustFirst has scripts run that cargo: the first one on PATH may be rustup's, which without the user's folder knows none.
func putRustFirst(env *testscript.Env) error {
	if rustFolder() == "" {
		return nil
	}
	first := filepath.Join(env.WorkDir, ".rust")
	if err := os.Mkdir(first, 0o755); err != nil {
		return err
	}
	for _, program := range []string{"cargo", "rustc"} {
		if err := os.Symlink(filepath.Join(rustFolder(), program), filepath.Join(first, program)); err != nil {
			return err
		}
	}
	env.Setenv("PATH", first+string(filepath.ListSeparator)+env.Getenv("PATH"))
	return nil
}

// startServer runs a server in this process until the script ends, and lets the
// environment point to it: server [RULES]
func startServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: server [RULES]")
	}
	folder := ""
	if len(args) == 1 {
		folder = ts.MkAbs(args[0])
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := server.Open(ctx, server.Config{Data: ts.MkAbs("server-data"), RulesDir: folder, Version: "test"})
	ts.Check(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	ts.Defer(func() {
		stop()
		ts.Check(<-ended)
		ts.Check(s.Close())
	})
	ts.Setenv("ASSAY_SERVER", "http://"+ln.Addr().String())
	ts.Setenv("ASSAY_TOKEN", s.Token)
}

// settled waits until every rule has judged every client.
func settled(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := api.NewClient(ts.Getenv("ASSAY_SERVER"), ts.Getenv("ASSAY_TOKEN"))
	for {
		rules, err := c.ListObjects(ctx, api.KindRule, api.ListOptions{})
		ts.Check(err)
		waivers, err := c.Waivers(ctx)
		ts.Check(err)
		if !slices.ContainsFunc(rules.Items, isBehind) && !slices.ContainsFunc(waivers.Items, func(w crm.WaiverView) bool { return w.Pending > 0 }) {
			return
		}
	}
}

func isBehind(rule json.RawMessage) bool {
	return !bytes.Contains(rule, []byte(`"reason":"Judged"`))
}

// patience is how long a script waits for what must come.
const patience = 30 * time.Second

// until runs a command that does not end by itself until its output holds a text,
// and then interrupts it: until TEXT assay serve …
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "assay" {
		ts.Fatalf("usage: until TEXT assay ARGS…")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out := &watched{pattern: regexp.MustCompile(regexp.QuoteMeta(args[0])), found: cancel}
	w := command.World{Stdin: strings.NewReader(""), Stdout: io.MultiWriter(ts.Stdout(), out), Stderr: ts.Stderr(), Getenv: ts.Getenv}
	code := command.Run(ctx, w, args[2:])
	if code != 0 {
		ts.Fatalf("exit code %d", code)
	}
	if !out.seen() {
		ts.Fatalf("the output never held %q", args[0])
	}
}

// during runs a command that goes on, another one once it has said something, and
// interrupts the first when its output matches: during 'apply -f x' REGEXP assay get rules -w
func during(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || args[2] != "assay" {
		ts.Fatalf("usage: during 'ARGS…' REGEXP assay ARGS…")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	begun := make(chan struct{})
	first := &watched{pattern: regexp.MustCompile(`.`), found: func() { close(begun) }}
	last := &watched{pattern: regexp.MustCompile(args[1]), found: cancel}
	var other sync.WaitGroup
	other.Go(func() {
		select {
		case <-begun:
			command.Run(ctx, command.World{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: ts.Stderr(), Getenv: ts.Getenv}, inScript(ts, args[0]))
		case <-ctx.Done():
		}
	})
	w := command.World{Stdin: strings.NewReader(""), Stdout: io.MultiWriter(ts.Stdout(), first, last), Stderr: ts.Stderr(), Getenv: ts.Getenv}
	code := command.Run(ctx, w, args[3:])
	cancel()
	other.Wait()
	if code != 0 {
		ts.Fatalf("exit code %d", code)
	}
	if !last.seen() {
		ts.Fatalf("the output never matched %q", args[1])
	}
}

// inScript splits the words of a command and finds the files among them in the script's folder.
func inScript(ts *testscript.TestScript, line string) []string {
	words := strings.Fields(line)
	for i, word := range words {
		if _, err := os.Stat(ts.MkAbs(word)); err == nil {
			words[i] = ts.MkAbs(word)
		}
	}
	return words
}

// watched calls found when what was written matches.
type watched struct {
	mu      sync.Mutex
	pattern *regexp.Regexp
	written []byte
	found   func()
	done    bool
}

// Write implements io.Writer.
func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written = append(w.written, p...)
	if !w.done && w.pattern.Match(w.written) {
		w.done = true
		w.found()
	}
	return len(p), nil
}

func (w *watched) seen() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.done
}
