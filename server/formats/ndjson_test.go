package formats_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"assay/server/formats"
)

func TestNDJSON(t *testing.T) {
	long := `{"notes":"` + strings.Repeat("x", 100) + `"}`
	file := "\ufeff{\"name\":\"A\"}\r\n\n  \t\n {\"name\":\"Ромашка\"} \n" + long + "\nnot json\n{\"name\":\"\xff\"}\n{\"name\":\"last\"}"
	for name, r := range map[string]io.Reader{
		"at once":        strings.NewReader(file),
		"byte by byte":   iotest.OneByteReader(strings.NewReader(file)),
		"data with EOF":  iotest.DataErrReader(strings.NewReader(file)),
		"half the space": iotest.HalfReader(strings.NewReader(file)),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := formats.NewReader(r, formats.Options{Format: formats.NDJSON, MaxLine: 60})
			if err != nil {
				t.Fatal(err)
			}
			type line struct {
				number    int
				doc, code string
			}
			var got []line
			for {
				rec, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				l := line{number: rec.Line, doc: string(rec.Doc)}
				for _, e := range rec.Errs {
					l.code += e.Code
				}
				got = append(got, l)
			}
			want := []line{
				{1, `{"name":"A"}`, ""},
				{4, `{"name":"Ромашка"}`, ""},
				{5, "", "line_too_long"},
				{6, "not json", ""},
				{7, "", "invalid_utf8"},
				{8, `{"name":"last"}`, ""},
			}
			if len(got) != len(want) {
				t.Fatalf("got %+v", got)
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("got %+v, want %+v", got[i], want[i])
				}
			}
		})
	}
}

func TestNDJSONLineOfExactlyTheLimit(t *testing.T) {
	for _, ending := range []string{"\n", "\r\n", ""} {
		doc := `{"name":"` + strings.Repeat("x", 89) + `"}` // 100 bytes
		got := read(t, strings.NewReader(doc+ending), formats.Options{Format: formats.NDJSON, MaxLine: 100})
		sameDocs(t, got, doc)
		got = read(t, strings.NewReader(doc+ending), formats.Options{Format: formats.NDJSON, MaxLine: 99})
		wantLineErrors(t, got.errs, formats.LineError{Line: 1, Code: "line_too_long", Message: "99 bytes"})
	}
}

func TestNDJSONInUTF16(t *testing.T) {
	file := append([]byte{0xff, 0xfe}, utf16LE("{\"name\":\"Їжак\"}\r\n{\"name\":\"Б\"}\r\n")...)
	got := read(t, strings.NewReader(string(file)), formats.Options{Format: formats.NDJSON})
	sameDocs(t, got, `{"name":"Їжак"}`, `{"name":"Б"}`)
}

// A line that does not end is read past, not kept.
func TestHundredMegabyteLine(t *testing.T) {
	const size = 100 << 20
	for _, c := range []struct{ format, head, code string }{
		{formats.NDJSON, `{"name":"`, "line_too_long"},
		{formats.CSV, "name;notes\nA;", "line_too_long"},
		{formats.CSV, "name;notes\nA;\"", "unbalanced_quote"},
		{formats.VCard, "BEGIN:VCARD\nNOTE:", "line_too_long"},
	} {
		tail := map[string]string{formats.NDJSON: "\n{\"name\":\"after\"}\n", formats.CSV: "\nafter;\n", formats.VCard: "\nEND:VCARD\nBEGIN:VCARD\nFN:after\nEND:VCARD\n"}[c.format]
		file := io.MultiReader(strings.NewReader(c.head), io.LimitReader(letters{}, size), strings.NewReader(tail))
		watched := &heapWatch{r: file}
		got := read(t, watched, formats.Options{Format: c.format})
		if got.err != nil || len(got.errs) != 1 || got.errs[0].Code != c.code {
			t.Errorf("%s: err %v, line errors %v, want %s", c.format, got.err, got.errs, c.code)
		}
		if len(got.docs) != 1 || !strings.Contains(got.docs[0], `"after"`) {
			t.Errorf("%s: the record after the line is lost: %s", c.format, got.docs)
		}
		if watched.peak > 16<<20 {
			t.Errorf("%s: the heap grew by %d bytes over a line of %d", c.format, watched.peak, size)
		}
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for n := 0; n < len(p); n += copy(p[n:], block) {
	}
	return len(p), nil
}

var block = bytes.Repeat([]byte{'x'}, 64<<10)

// heapWatch notes by how much the heap in use grows while a file is read.
type heapWatch struct {
	r     io.Reader
	reads int
	start uint64
	peak  uint64
}

func (h *heapWatch) Read(p []byte) (int, error) {
	if h.reads%200 == 0 {
		var m runtime.MemStats
		if h.reads == 0 {
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		if h.reads == 0 {
			h.start = m.HeapAlloc
		}
		if m.HeapAlloc > h.start {
			h.peak = max(h.peak, m.HeapAlloc-h.start)
		}
	}
	h.reads++
	return h.r.Read(p)
}

func FuzzNDJSON(f *testing.F) {
	f.Add([]byte("{}\n\n{\"a\":1}\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n{}"))
	f.Add([]byte("\xff\xfe{\x00}\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := formats.NewReader(strings.NewReader(string(file)), formats.Options{Format: formats.NDJSON, MaxLine: 40})
		if err != nil {
			return
		}
		last := 0
		for {
			rec, err := r.Next()
			if err != nil {
				return
			}
			if rec.Line <= last || len(rec.Doc) > 40 {
				t.Fatalf("record %+v after line %d", rec, last)
			}
			last = rec.Line
		}
	})
}
