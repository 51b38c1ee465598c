package command_test

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/cmd/assay/command"
)

// testRule runs `assay rule test` on a rule whose only case fails.
func testRule(t *testing.T, w command.World, env map[string]string, args ...string) (out string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"rule.yaml":  "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: named}\nspec: {type: Quality, require: 'client.name == \"\"', message: {en: \"{{ client.name }} is a name\"}}\n",
		"cases.yaml": "- name: \"a bell \\a\"\n  client: {name: \"a\\x01<b>\"}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	w.Stdin, w.Stdout, w.Stderr = strings.NewReader(""), &stdout, &stderr
	w.Getenv = func(name string) string {
		if name == "ASSAY_CACHE" {
			return filepath.Join(dir, ".cache")
		}
		return env[name]
	}
	if code := command.Run(t.Context(), w, append([]string{"rule", "test", dir}, args...)); code != 1 || stderr.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	return stdout.String()
}

func TestColoursAreForTerminals(t *testing.T) {
	const red, green = "\x1b[31m", "\x1b[32m"
	if out := testRule(t, command.World{Columns: 100}, nil); !strings.Contains(out, red+"FAIL") || !strings.Contains(out, green+"+ named") {
		t.Errorf("on a terminal: %q", out)
	}
	for _, out := range []string{testRule(t, command.World{}, nil), testRule(t, command.World{Columns: 100}, map[string]string{"NO_COLOR": "1"})} {
		if strings.ContainsAny(out, "\x1b\x01\a") {
			t.Errorf("without colours: %q", out)
		}
	}
}

func TestJUnitIsXMLWhateverClientsAreCalled(t *testing.T) {
	var report struct {
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Failure struct {
				Text string `xml:",chardata"`
			} `xml:"failure"`
		} `xml:"testsuite>testcase"`
	}
	out := testRule(t, command.World{}, nil, "-o", "junit")
	if err := xml.Unmarshal([]byte(out), &report); err != nil || report.Failures != 1 || !strings.Contains(report.Cases[0].Failure.Text, "<b> is a name") {
		t.Errorf("%v: %+v\n%s", err, report, out)
	}
}
