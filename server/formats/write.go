package formats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"assay/server/crm"
)

// WriteOptions say how an export is laid out. The zero value is usable; NDJSON needs none.
type WriteOptions struct {
	Fields     []string // names of custom fields that get a column each; others share fields{}
	Properties []string // names of properties that get a column each; others share properties{}
	Contacts   int      // contacts that get columns, default 5; the rest share contacts[]
	TempDir    string   // where XLSX sheets are spooled; default os.TempDir()
}

// Writer writes clients to a file. It is for one goroutine.
type Writer interface {
	// Write adds a client. The client is not kept.
	Write(c *crm.Client) error
	// Close ends the file and releases temporary files. The underlying writer
	// stays open. Without Close the file is not whole.
	Close() error
	// Abort releases temporary files and leaves the file unfinished: an XLSX
	// file is not written at all, so that no one takes a part for the whole.
	// Call it in place of Close when something went wrong.
	Abort() error
}

// NewWriter returns a writer of NDJSON, CSV or XLSX. The header, where the
// format has one, is written even if no client follows. CSV and NDJSON are
// written as they come, an XLSX file when it is closed.
func NewWriter(w io.Writer, format string, o WriteOptions) (Writer, error) {
	if o.Contacts <= 0 {
		o.Contacts = 5
	}
	o.Contacts = min(o.Contacts, maxRows)
	switch format {
	case NDJSON:
		return newNDJSONWriter(w), nil
	case CSV:
		return newCSVWriter(w, o)
	case XLSX:
		return newXLSXWriter(w, o)
	}
	return nil, fileError("unknown_format", "format %q cannot be written: give ndjson, csv or xlsx", format)
}

type ndjsonWriter struct {
	out     *bufio.Writer
	encoder *json.Encoder
}

func newNDJSONWriter(w io.Writer) *ndjsonWriter {
	out := bufio.NewWriterSize(w, 64<<10)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return &ndjsonWriter{out: out, encoder: encoder}
}

// Write implements Writer.
func (n *ndjsonWriter) Write(c *crm.Client) error { return n.encoder.Encode(c) }

// Close implements Writer.
func (n *ndjsonWriter) Close() error { return n.out.Flush() }

// Abort implements Writer.
func (n *ndjsonWriter) Abort() error { return nil }

// csvWriter writes what Excel opens by a double click where the decimal
// separator is a comma: semicolons, CRLF and a byte order mark.
type csvWriter struct {
	out     *bufio.Writer
	columns []exportColumn
}

func newCSVWriter(w io.Writer, o WriteOptions) (*csvWriter, error) {
	c := &csvWriter{out: bufio.NewWriterSize(w, 64<<10), columns: exportColumns(o)}
	if _, err := c.out.WriteString("\ufeff"); err != nil {
		return nil, err
	}
	for i, column := range c.columns {
		c.cell(i, column.title)
	}
	_, err := c.out.WriteString("\r\n")
	return c, err
}

// Write implements Writer.
func (c *csvWriter) Write(client *crm.Client) error {
	for i, column := range c.columns {
		value := column.value(client)
		if value.kind == numberCell {
			value.text = decimalComma(value.text)
		}
		c.cell(i, value.text)
	}
	_, err := c.out.WriteString("\r\n")
	return err
}

// cell writes one cell; an error stays in the buffered writer and comes out of its next call.
func (c *csvWriter) cell(i int, text string) {
	if i > 0 {
		_ = c.out.WriteByte(';')
	}
	text = escapeCSV(text)
	if !needsQuotes(text) {
		_, _ = c.out.WriteString(text)
		return
	}
	_ = c.out.WriteByte('"')
	for i := range len(text) {
		if text[i] == '"' {
			_ = c.out.WriteByte('"')
		}
		_ = c.out.WriteByte(text[i])
	}
	_ = c.out.WriteByte('"')
}

func needsQuotes(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		switch s[i] {
		case ';', '"', '\n', '\r', ',', '\t':
			return true
		}
	}
	return s[0] == ' ' || s[len(s)-1] == ' '
}

// decimalComma writes 1.5 as 1,5. Three decimals get a zero after them, since
// 1,234 may as well mean 1234.
func decimalComma(s string) string {
	whole, fraction, found := bytes.Cut([]byte(s), []byte{'.'})
	if !found {
		return s
	}
	if len(fraction) == 3 {
		fraction = append(fraction, '0')
	}
	return string(whole) + "," + string(fraction)
}

// Close implements Writer.
func (c *csvWriter) Close() error { return c.out.Flush() }

// Abort implements Writer.
func (c *csvWriter) Abort() error { return nil }
