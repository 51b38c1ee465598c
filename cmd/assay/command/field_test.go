package command_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"assay/cmd/assay/command"
	"assay/server/api"
)

// A field that clients would lack is saved on a terminal when the answer is yes.
func TestAFieldIsAskedForOnATerminal(t *testing.T) {
	for answer, saved := range map[string]bool{"y\n": true, "Yes\n": true, "да\n": true, "n\n": false, "\n": false, "": false} {
		writes := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("dryRun") == "" {
				writes++
			}
			w.Header().Set(api.HeaderApplied, api.AppliedCreated)
			_, _ = w.Write([]byte(`{"status":{"preview":{"rule":"field-x","clients":1204117,"judged":1000,"violating":7}}}`))
		}))
		var out, note bytes.Buffer
		world := command.World{Stdin: strings.NewReader(answer), Stdout: &out, Stderr: &note, Getenv: func(string) string { return "" }, Interactive: true}
		code := command.Run(context.Background(), world, []string{"field", "add", "x", "--type", "date", "--require-for", "true", "--server", server.URL, "--token", "t"})
		server.Close()
		if (writes == 1) != saved || (code == 0) != saved || strings.Contains(out.String(), "field/x created") != saved {
			t.Errorf("answer %q: code %d, %d writes, said %q %q", answer, code, writes, &out, &note)
		}
		if !strings.Contains(note.String(), "of the first 1 000 looked at in the time for a preview (1 204 117 in all), 7 would lack it\nSave the field x? [y/N] ") {
			t.Errorf("asked %q", &note)
		}
	}
}
