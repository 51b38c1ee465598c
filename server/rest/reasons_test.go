package rest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"assay/server/crm"
)

// coded finds the codes of refusals in sources. In the rooms behind rest a quoted word
// with an underscore is a code; package wasm has names of WASI besides and one type for its codes.
var coded = map[string]*regexp.Regexp{
	"reconcile": regexp.MustCompile(`"([a-z]+(?:_[a-z]+)+)"|\bCode:\s*"(\w+)"|\binvalid\(.*?, "(\w+)"`),
	"engine":    regexp.MustCompile(`"([a-z]+(?:_[a-z]+)+)"|\bCode:\s*"(\w+)"|\binvalid\(.*?, "(\w+)"`),
	"webhook":   regexp.MustCompile(`"([a-z]+(?:_[a-z]+)+)"|\bCode:\s*"(\w+)"`),
	"report":    regexp.MustCompile(`\bCode:\s*"(\w+)"`),
	"wasm":      regexp.MustCompile(`\bLoadCode = "(\w+)"`),
}

// codesOf lists the codes in the sources of a room.
func codesOf(t *testing.T, room string, find *regexp.Regexp) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range find.FindAllStringSubmatch(string(source), -1) {
			codes[strings.Join(found[1:], "")] = true
		}
	}
	return codes
}

// TestCodesOfOtherRoomsHaveWords sends every code that a room behind rest gives through
// an apply, and wants a sentence around the original message.
func TestCodesOfOtherRoomsHaveWords(t *testing.T) {
	s := serve(t, nil)
	for room, find := range coded {
		codes := codesOf(t, room, find)
		if len(codes) == 0 {
			t.Errorf("no codes were found in server/%s: what finds them is out of date", room)
		}
		for code := range codes {
			s.fail = &crm.InvalidError{Problems: []crm.Problem{{Field: "spec", Code: code, Message: "the original"}}}
			for _, language := range []string{"ru", "uk"} {
				p := problem(t, s.ask(http.MethodPut, "/api/v1/rules/x", "{}", "Accept-Language", language))
				if message := p.Errors[0].Message; len(message) <= len(" (the original)") || !strings.HasSuffix(message, " (the original)") {
					t.Errorf("server/%s gives %s, which has no words in %s: %q; add a row to reasons", room, code, language, message)
				}
			}
		}
	}
}
