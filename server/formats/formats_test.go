package formats_test

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"assay/server/formats"
)

// result is what reading a file gave.
type result struct {
	docs  []string // documents in the order of the file
	lines []int    // and their lines
	errs  []formats.LineError
	err   error // what ended the file, nil for its end
}

func read(t testing.TB, file io.Reader, o formats.Options) result {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	var res result
	r, err := formats.NewReader(file, o)
	if err != nil {
		res.err = err
		return res
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return res
		}
		if err != nil {
			res.err = err
			return res
		}
		if rec.Line < 1 {
			t.Errorf("record without a line: %+v", rec)
		}
		if len(rec.Errs) > 0 {
			res.errs = append(res.errs, rec.Errs...)
			continue
		}
		if o.Format != formats.NDJSON && !json.Valid(rec.Doc) { // whose lines are handed through
			t.Errorf("line %d is not JSON: %s", rec.Line, rec.Doc)
		}
		res.docs = append(res.docs, string(rec.Doc))
		res.lines = append(res.lines, rec.Line)
	}
}

func readCSV(t testing.TB, text string, o formats.Options) result {
	t.Helper()
	o.Format = formats.CSV
	return read(t, strings.NewReader(text), o)
}

// sameJSON compares documents by meaning.
func sameJSON(t testing.TB, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func sameDocs(t testing.TB, got result, want ...string) {
	t.Helper()
	if got.err != nil || len(got.errs) > 0 {
		t.Fatalf("err %v, line errors %v", got.err, got.errs)
	}
	if len(got.docs) != len(want) {
		t.Fatalf("%d documents, want %d: %s", len(got.docs), len(want), got.docs)
	}
	for i := range want {
		sameJSON(t, got.docs[i], want[i])
	}
}

func wantFileError(t testing.TB, err error, code string, mentions ...string) {
	t.Helper()
	var fe *formats.FileError
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want a FileError %s", err, code)
	}
	if fe.Code != code {
		t.Errorf("code %s (%s), want %s", fe.Code, fe.Message, code)
	}
	for _, m := range mentions {
		if !strings.Contains(fe.Message, m) {
			t.Errorf("message %q does not mention %q", fe.Message, m)
		}
	}
}

func wantLineErrors(t testing.TB, got []formats.LineError, want ...formats.LineError) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("line errors %+v, want %+v", got, want)
	}
	for i, w := range want {
		g := got[i]
		if g.Line != w.Line || g.Field != w.Field || g.Code != w.Code || !strings.Contains(g.Message, w.Message) {
			t.Errorf("line error %+v, want %+v (message is a part)", g, w)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	_, err := formats.NewReader(strings.NewReader("x"), formats.Options{Format: "doc"})
	wantFileError(t, err, "unknown_format", "doc")
	_, err = formats.NewReader(strings.NewReader("x"), formats.Options{Format: formats.CSV, Unknown: "skip"})
	wantFileError(t, err, "unknown_option", "skip")
}

func TestFilesOfAnotherFormatAreNamed(t *testing.T) {
	gzip := "\x1f\x8b\x08\x00\x00\x00\x00\x00"
	for _, c := range []struct {
		name, format, file, code, mention string
	}{
		{"gzip as csv", formats.CSV, gzip, "compressed", "unpack"},
		{"gzip as ndjson", formats.NDJSON, gzip, "compressed", "gunzip"},
		{"gzip as vcard", formats.VCard, gzip, "compressed", "unpack"},
		{"gzip as xlsx", formats.XLSX, gzip, "compressed", "unpack"},
		{"zstd", formats.CSV, "\x28\xb5\x2f\xfd\x00", "compressed", "zstd"},
		{"xlsx as csv", formats.CSV, "PK\x03\x04\x14\x00", "wrong_format", "format=xlsx"},
		{"xls", formats.XLSX, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1more", "wrong_format", ".xlsx without a password"},
		{"csv as xlsx", formats.XLSX, "name;taxId\n", "wrong_format", "format=csv"},
		{"pdf", formats.CSV, "%PDF-1.7\n", "wrong_format", "PDF"},
		{"zeros", formats.CSV, "name;taxId\n\x00\x01\x02\x03\x00", "not_text", "zero bytes"},
		{"json array", formats.NDJSON, " [{\"name\":\"A\"}]", "wrong_format", "one object a line"},
		{"text as vcard", formats.VCard, "name;taxId\n", "wrong_format", "BEGIN:VCARD"},
		{"empty csv", formats.CSV, "", "empty_file", ""},
		{"blank ndjson", formats.NDJSON, "\n \r\n", "empty_file", ""},
		{"empty xlsx", formats.XLSX, "", "empty_file", ""},
		{"empty vcard", formats.VCard, "", "empty_file", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, strings.NewReader(c.file), formats.Options{Format: c.format})
			wantFileError(t, got.err, c.code, c.mention)
		})
	}
}

func TestReaderFailureIsReported(t *testing.T) {
	broken := errors.New("connection reset")
	for _, format := range []string{formats.NDJSON, formats.CSV, formats.XLSX, formats.VCard} {
		head := map[string]string{formats.NDJSON: "{}\n{}\n{", formats.CSV: "name;taxId\nA;1\nB", formats.XLSX: "PK\x03\x04", formats.VCard: "BEGIN:VCARD\nFN:A\n"}[format]
		got := read(t, io.MultiReader(strings.NewReader(head), failing{broken}), formats.Options{Format: format})
		if !errors.Is(got.err, broken) {
			t.Errorf("%s: %v, want %v", format, got.err, broken)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestNextAfterClose(t *testing.T) {
	r, err := formats.NewReader(strings.NewReader("{}\n"), formats.Options{Format: formats.NDJSON})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err == nil {
		t.Error("Next after Close gives a record")
	}
}
