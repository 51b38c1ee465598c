package command_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/cmd/assay/command"
)

// run carries a command out against a server that answers everything with one text.
func run(t *testing.T, answer string, terminal int, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(s.Close)
	var out, errs bytes.Buffer
	w := command.World{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Terminal: terminal,
		Getenv: func(name string) string { return map[string]string{"ASSAY_SERVER": s.URL, "ASSAY_TOKEN": "x"}[name] }}
	code = command.Run(t.Context(), w, args)
	return out.String(), errs.String(), code
}

// TestReportNeverSaysMoreThanIsKnown shows the sentence above the tables.
func TestReportNeverSaysMoreThanIsKnown(t *testing.T) {
	rule := func(state string, errors int) string {
		return fmt.Sprintf(`[{"name":"tax-id","severity":"warning","state":%q,"clients":0,"findings":0,"errors":%d}]`, state, errors)
	}
	for name, test := range map[string]struct{ report, want string }{
		"empty":    {`{"clients":0,"score":1,"rules":` + rule("current", 0) + `}`, "No clients: there is nothing to judge."},
		"clean":    {`{"clients":1204117,"score":1,"rules":` + rule("current", 0) + `}`, "All is well: 1 204 117 clients, and no rule finds anything wrong."},
		"pending":  {`{"clients":10,"pending":4,"score":1,"rules":` + rule("sweeping", 0) + `}`, "10 clients, no findings so far. 4 clients are not judged yet by some rule."},
		"degraded": {`{"clients":10,"score":1,"rules":` + rule("degraded", 0) + `}`, "10 clients, no findings so far. The rule tax-id does not run as declared (assay get rule tax-id -o wide)."},
		"errors":   {`{"clients":10,"score":1,"rules":` + rule("current", 1) + `}`, "10 clients, no findings so far. 1 client could not be judged by tax-id."},
		"failing":  {`{"clients":20000,"score":1,"rules":` + rule("degraded", 2566) + `}`, "20 000 clients, no findings so far. 2 566 clients could not be judged by tax-id."},
		"stopped": {`{"clients":10,"score":1,"rules":[{"name":"tax-id","state":"degraded","errors":4,"stale":true}]}`,
			"10 clients, no findings so far. 4 clients could not be judged by tax-id. The rule tax-id does not run as declared (assay get rule tax-id -o wide)."},
		"no rules":     {`{"clients":10,"score":1,"rules":[]}`, "10 clients, no findings so far. No quality rule is in force, so nothing was judged."},
		"findings":     {`{"clients":10,"violating":3,"score":0.725,"rules":` + rule("current", 0) + `}`, "10 clients, 3 with findings, score 72.5 %."},
		"both":         {`{"clients":10,"violating":3,"pending":1,"score":0.7,"rules":` + rule("sweeping", 0) + `}`, "10 clients, 3 with findings, score 70.0 %. 1 client is not judged yet by some rule."},
		"one finding":  {`{"clients":1,"violating":1,"score":0,"rules":` + rule("current", 0) + `}`, "1 client, 1 with findings, score 0.0 %."},
		"nearly all":   {`{"clients":20000,"violating":1,"score":0.99995,"rules":` + rule("current", 0) + `}`, "20 000 clients, 1 with findings, score 99.99 %."},
		"of millions":  {`{"clients":10000000,"violating":1,"score":0.9999999,"rules":` + rule("current", 0) + `}`, "10 000 000 clients, 1 with findings, score 99.99 %."},
		"rounded down": {`{"clients":10000,"violating":11,"score":0.9989,"rules":` + rule("current", 0) + `}`, "10 000 clients, 11 with findings, score 99.8 %."},
		"exactly":      {`{"clients":1000,"violating":423,"score":0.577,"rules":` + rule("current", 0) + `}`, "1 000 clients, 423 with findings, score 57.7 %."},
		"info is fine": {`{"clients":2,"violating":1,"score":1,"rules":` + rule("current", 0) + `}`, "2 clients, 1 with findings, score 100.0 %."},
	} {
		stdout, stderr, code := run(t, test.report, 0, "report")
		first, _, _ := strings.Cut(stdout, "\n")
		if first != test.want || code != 0 || stderr != "" {
			t.Errorf("%s: %q %q %d, want %q", name, first, stderr, code, test.want)
		}
	}
}

// TestNamesCannotMoveTheCursor feeds control characters through a client's name.
func TestNamesCannotMoveTheCursor(t *testing.T) {
	stdout, _, _ := run(t, `{"clients":1,"violating":1,"score":0,"rules":[],"items":[{"client":{"id":1,"name":"evil\u001b[2J\u009b1A\nname","manager":""},"findings":[{"severity":"error","message":"a\tb\u0007"}]}]}`, 0, "report")
	if strings.ContainsAny(stdout, "\x1b\x07\u009b") || !strings.Contains(stdout, "evil [2J 1A name") {
		t.Errorf("%q", stdout)
	}
}

// TestImportDrawsABar shows the bar of a terminal, and that it leaves nothing behind.
func TestImportDrawsABar(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clients.csv")
	if err := os.WriteFile(file, []byte("name\nA\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	answer := `{"line":2000,"stored":1999}` + "\n" + `{"created":1,"updated":0,"unchanged":0,"failed":0,"errors":[]}` + "\n"
	stdout, stderr, code := run(t, answer, 100, "import", file)
	if code != 0 || !strings.Contains(stdout, "1 record in ") {
		t.Errorf("%d %s", code, stdout)
	}
	if !strings.Contains(stderr, "\r[██████████████████████████████] 100%  2 000 read, 1 999 stored, ") || !strings.Contains(stderr, "/s, 0s left") || !strings.HasSuffix(stderr, "\r\x1b[K") {
		t.Errorf("%q", stderr)
	}
	if _, stderr, _ = run(t, answer, 0, "import", file); stderr != "" {
		t.Errorf("without a terminal: %q", stderr)
	}
}
