package assaytest

import (
	"strings"
	"testing"

	"assay/sdk/go/internal/abi"
)

// The same table is in the native tests of every language, and held against the server in server/author/conformance.
func TestPlaceholdersAreReadAsTheServerReadsThem(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"plain { } text", ""},
		{"{{ key }}", "[key]"},
		{"{{key}} of {{  a.b }}{{ key }}", "[key][a.b][key]"},
		{"{{ }}", "[]"},
		{"{{\t\n\v\f\r key \t\n}}", "[key]"},
		{"{{\u0085\u00a0\u1680key\u2000\u2028\u202f\u205f\u3000}}", "[key]"},
		{"{{ \ufeffkey }}", "[\ufeffkey]"},
		{"{{ ключ }}", "[ключ]"},
		{"}} {{ a }} }}", "[a]"},
		{"{{ a }}}", "[a]"},
		{"{{{ a }}}", "[{ a }]"},
		{"{{ a {{ b }} }} {{ c }}", "[a {{ b }}][c]"},
		{"{{ c }} {{ a {{ b }} {{ d }}", "[c]"},
		{"{{ a } }} {{ b }}", ""},
		{"{{ a", ""},
		{"{{ \"}}\" }} {{ 'a\"}}' }}", "[\"}}\"]['a\"}}']"},
		{"{{ \"\\\"}}\" }}", "[\"\\\"}}\"]"},
		{"{{ it's }} {{ a }}", ""},
		{"{{ \"a\\\" }}", ""},
	} {
		got := ""
		for _, key := range placeholders(tt.text) {
			got += "[" + key + "]"
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// So is this one.
func TestSuggestionsAreJSON(t *testing.T) {
	good := []string{
		"null", " -0.5e+3\t\r\n", "0", "-0", "1E5", "[]", "[1,[2], {}]", "{\"a\" : [true,false,\"\\u00e9\\n\"], \"b\":{}}", "{\"a\":1,\"a\":2}", "\"\"",
		"\"/\"", "\"\\/\\ud800\"", "\"\u007f\u00a0\ufeff\"",
	}
	bad := []string{
		" ", "nul", "True", "NaN", "01", "-", "1.", "1e", "+1", ".5", "0x1", "[1,]", "[,1]", "[1 2]", "[1", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
		"{a:1}", "\"\\x\"", "\"\\u12\"", "\"\\u00g0\"", "\"a", "\"\\", "\"\t\"", "\"\n\"", "'a'", "1 2", "1,", "\ufeff1", "1\ufeff", "\u00a01", "\u000b1",
		"// 1\n1",
	}
	fault := func(text string) error {
		return Finding{Code: "a", Suggest: text}.fault(row{fields: []field{{abi.TagCode, "a"}, {abi.TagSuggest, text}}})
	}
	nested := func(levels int) string { return strings.Repeat("[", levels) + "1" + strings.Repeat("]", levels) }
	good, bad = append(good, nested(10_000)), append(bad, nested(10_001))
	for _, text := range good {
		if err := fault(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range bad {
		if fault(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
