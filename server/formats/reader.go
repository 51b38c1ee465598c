package formats

import (
	"fmt"
	"io"
	"time"

	"assay/server/crm"
)

// The formats NewReader understands; NewWriter writes all but VCard.
const (
	NDJSON = "ndjson"
	CSV    = "csv"
	XLSX   = "xlsx"
	VCard  = "vcard"
)

// What a reader does with a column it has no client field for.
const (
	UnknownAsField = "field" // it becomes a custom field
	UnknownAsError = "error" // the file is refused, naming every such column
)

// Options say how a file is read. The zero value of every field but Format is usable.
type Options struct {
	Format  string // ndjson | csv | xlsx | vcard
	Unknown string // UnknownAsField (default) or UnknownAsError; CSV and XLSX only

	// Merge makes an empty cell of a present column clear its field (null in
	// the document). Without it an empty cell says nothing.
	Merge bool

	Declared map[string]crm.FieldType // declared custom fields by name
	Labels   map[string]string        // a title of a declared field, in any language -> its name

	Location *time.Location // zone of times written without one; default UTC
	MaxLine  int            // bytes of one line, record or card; default 1 MiB
	TempDir  string         // where XLSX files are spooled; default os.TempDir()
	MaxUnzip int64          // bytes an XLSX file may unpack to; default 512 MiB
}

const (
	defaultMaxLine  = 1 << 20
	defaultMaxUnzip = 512 << 20
)

// A Record is what one line, row or card of a file says of one client.
type Record struct {
	Line int         // physical line (CSV, NDJSON, vCard) or row (XLSX) it starts at, from 1
	Doc  []byte      // one JSON object, a merge patch of the client; valid until the next call of Next
	Errs []LineError // why the record cannot be taken; Doc is nil when there are any
}

// A LineError is one reason why one record cannot be taken.
type LineError struct {
	Line    int    `json:"line"`
	Field   string `json:"field"` // wire name of the field, "" for the line as a whole
	Code    string `json:"code"`
	Message string `json:"message"`

	// Which of the sentences of Code the message is, and what it mentions, for
	// its translations; see crm.Problem.
	Text string            `json:"-"`
	Args map[string]string `json:"-"`
}

// Error returns the message with its line.
func (e LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// with names the sentence and what it mentions: name, value pairs.
func (e LineError) with(text string, args ...string) LineError {
	e.Text, e.Args = text, make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// A FileError says why a file as a whole cannot be read, or not any further.
type FileError struct {
	Code    string // one of the codes listed in the package documentation
	Message string // what was wrong and what to do
	Err     error  // the cause, when there is one

	Columns string // that unknown_columns and no_header speak of, for translations
}

// Error returns the message.
func (e *FileError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

func fileError(code, format string, args ...any) *FileError {
	return &FileError{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Reader reads the records of one file. It is for one goroutine.
type Reader struct {
	source source
	err    error // what ended the file
}

// source is one format's way of reading records.
type source interface {
	next() (Record, error)
	close() error
}

// NewReader looks at the beginning of r and returns a reader of its records.
// A file that cannot be read at all (another format, no header, columns that
// are refused, an archive that unpacks to too much) is a *FileError. r is not
// closed; Close the reader in any case it was returned.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	src, err := openSource(r, o)
	if err != nil {
		return nil, err
	}
	return &Reader{source: src}, nil
}

func openSource(r io.Reader, o Options) (source, error) {
	switch o.Format {
	case NDJSON:
		return newNDJSON(r, o)
	case CSV:
		return newCSV(r, o)
	case XLSX:
		return newXLSX(r, o)
	case VCard:
		return newVCard(r, o)
	}
	return nil, fileError("unknown_format", "format %q is not known: give ndjson, csv, xlsx or vcard", o.Format)
}

func (o Options) withDefaults() (Options, error) {
	switch o.Unknown {
	case "":
		o.Unknown = UnknownAsField
	case UnknownAsField, UnknownAsError:
	default:
		return o, fileError("unknown_option", "unknown=%q is not known: give field or error", o.Unknown)
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.MaxLine <= 0 {
		o.MaxLine = defaultMaxLine
	}
	if o.MaxUnzip <= 0 {
		o.MaxUnzip = defaultMaxUnzip
	}
	return o, nil
}

// Next returns the next record, or io.EOF after the last. A record that cannot
// be taken comes with its reasons and reading goes on; any other error (the
// file is damaged from here on, the underlying reader failed) ends the file
// and is returned again by later calls.
func (r *Reader) Next() (Record, error) {
	if r.err != nil {
		return Record{}, r.err
	}
	rec, err := r.source.next()
	if err != nil {
		r.err = err
		return Record{}, err
	}
	for i := range rec.Errs {
		rec.Errs[i].Line = rec.Line
	}
	return rec, nil
}

// Close releases what the reader holds, temporary files too.
func (r *Reader) Close() error {
	if r.err == nil {
		r.err = io.ErrClosedPipe
	}
	return r.source.close()
}
