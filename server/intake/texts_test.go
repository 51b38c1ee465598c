package intake

import (
	"encoding/json"
	"strings"
	"testing"
	"unsafe"

	"assay/server/crm"
)

// FuzzTexts: texts and names are read as encoding/json reads them, escaped or
// not, whatever stands between them.
func FuzzTexts(f *testing.F) {
	f.Add("ООО «Ромашка»", "a", " ")
	f.Add("", "\\\"\n\t\u2028", "\r\n\t")
	f.Add("😀", "<&>", "")
	f.Fuzz(func(t *testing.T, value, name, space string) {
		if strings.Trim(space, " \t\r\n") != "" {
			return
		}
		document := func(escapeHTML bool) string {
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(escapeHTML)
			_ = e.Encode(value)
			v := strings.TrimSuffix(b.String(), "\n")
			b.Reset()
			_ = e.Encode(name)
			n := strings.TrimSuffix(b.String(), "\n")
			return space + "{" + space + n + space + ":" + space + v + "," + `"list"` + space + ":[" + v + "," + space + v + space + "]}" + space
		}
		for _, doc := range []string{document(true), document(false)} {
			var want map[string]any
			if err := json.Unmarshal([]byte(doc), &want); err != nil || name == "list" {
				return
			}
			d := &reader{}
			d.reset(doc)
			got := map[string]any{}
			d.object(func(name string) {
				if name == "list" {
					var list []string
					d.texts(&list)
					got[name] = []any{list[0], list[1]}
					return
				}
				var text string
				d.text(&text, len(doc))
				got[name] = text
			})
			d.end()
			wantJSON, _ := json.Marshal(want)
			gotJSON, _ := json.Marshal(got)
			if d.fatal != nil || len(d.problems) > 0 || string(gotJSON) != string(wantJSON) {
				t.Errorf("%s is read as %s, want %s (%v, %v)", doc, gotJSON, wantJSON, d.fatal, d.problems)
			}
		}
	})
}

// TestWhatOutlivesAClientIsACopy: texts of a client are parts of its document, which what is kept longer would hold on to.
func TestWhatOutlivesAClientIsACopy(t *testing.T) {
	document := `{"externalId":"A-1","kind":"firm"}`
	within := func(s string) bool {
		at, from := uintptr(unsafe.Pointer(unsafe.StringData(s))), uintptr(unsafe.Pointer(unsafe.StringData(document)))
		return at >= from && at < from+uintptr(len(document))
	}
	d := &reader{}
	d.reset(document)
	var c crm.Client
	readObject(d, &c, clientFields)
	if !within(c.ExternalID) {
		t.Error("the client's texts are copies")
	}
	if quoted := d.problems[0].Args["value"]; quoted != "firm" || within(quoted) {
		t.Errorf("%q in a problem is part of the document", quoted)
	}
	j := &importJob{rq: ImportRequest{DryRun: true}, announced: map[string]bool{}}
	j.settle(&record{externalID: c.ExternalID})
	for id := range j.announced {
		if id != "A-1" || within(id) {
			t.Errorf("%q that a dry run remembers is part of the document", id)
		}
	}
}
