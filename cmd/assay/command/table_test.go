package command_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"assay/cmd/assay/command"
)

// TestTablesFitTheTerminal has a long name, a long message and a remark that are
// cut on a terminal and whole elsewhere.
func TestTablesFitTheTerminal(t *testing.T) {
	name, message := "Ромашка и партнёры", strings.Repeat("the tax id is wrong, ", 12)+"THE END"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"clients":1,"violating":1,"score":0,"rules":[],"items":[{"client":{"id":7,"name":%q},
			"findings":[{"rule":"tax-id","severity":"warning","message":%q}]}]}`, name, message)
	}))
	defer server.Close()
	show := func(columns int) string {
		var out, errs bytes.Buffer
		w := command.World{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }, Columns: columns}
		if code := command.Run(context.Background(), w, []string{"--server", server.URL, "--token", "x", "report"}); code != 0 {
			t.Fatalf("%d %s", code, &errs)
		}
		_, table, _ := strings.Cut(out.String(), "\n\n")
		return table
	}
	if got := show(0); !strings.Contains(got, "THE END") || strings.Contains(got, "…") {
		t.Errorf("without a terminal something is missing:\n%s", got)
	}
	for _, columns := range []int{60, 80, 120} {
		got := show(columns)
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > columns {
				t.Errorf("%d characters on a terminal of %d: %s", n, columns, line)
			}
		}
		if !strings.Contains(got, "…\n") || !strings.Contains(got, "the tax id") || !strings.Contains(got, "warning") || !strings.Contains(got, "Ромашка") {
			t.Errorf("on a terminal of %d:\n%s", columns, got)
		}
	}
	if got := show(1000); !strings.Contains(got, "THE END") {
		t.Errorf("on a wide terminal something is cut:\n%s", got)
	}
}
