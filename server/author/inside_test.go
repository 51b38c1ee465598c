package author_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author"
)

// What is wrong in an expression has one place: that in the file, where its line stands there as it is.
func TestPlacesInExpressions(t *testing.T) {
	const head = "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: r}\n"
	const ok = ", message: {en: x}"
	for spec, want := range map[string]string{
		"spec: {type: Quality, require: client.nam == 'a'" + ok + "}":                                                  "line 4, column 38: spec.require: a client record has no field nam",
		"spec: {type: Quality, require: \"client.nam == 'a'\"" + ok + "}":                                              "line 4, column 39: spec.require: a client record has no field nam",
		"spec: {type: Quality, require: 'client.nam == \"й\"'" + ok + "}":                                              "line 4, column 39: spec.require: a client record has no field nam",
		"spec: {type: Quality, require: 'true', message: {ru: \"Кто {{ client.nam }}\"}}":                              "line 4, column 68: spec.message.ru: a client record has no field nam",
		"spec:\n  type: Quality\n  message: {en: x}\n  require: |\n    client.name != '' &&\n      client.nam != ''\n": "line 9, column 13: spec.require: a client record has no field nam",
		"spec:\n  type: Quality\n  message: {en: x}\n  require:\n    client.nam != ''\n":                               "line 8, column 11: spec.require: a client record has no field nam",
		// The file has another text there: both places are said.
		"spec: {type: Quality, require: \"client.nam == \\\"a\\\"\"" + ok + "}":                                    "line 4, column 32: spec.require: line 1, column 7: a client record has no field nam",
		"spec:\n  type: Quality\n  message: {en: x}\n  require:\n    client.name != '' &&\n    client.nam != ''\n": "line 8, column 5: spec.require: line 1, column 28: a client record has no field nam",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "rule.yaml"), []byte(head+spec), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := author.Open(t.Context(), dir, author.Options{CacheDir: t.TempDir()})
		bad, is := errors.AsType[*author.Error](err)
		if !is || !strings.HasPrefix(bad.Problems[0].String(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", spec, err, want)
		}
	}
}
