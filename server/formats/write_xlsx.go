package formats

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"

	"assay/server/crm"

	"github.com/xuri/excelize/v2"
)

const sheetName = "Clients"

// xlsxWriter writes a sheet through excelize, which spools what exceeds 16 MiB
// to a temporary file.
type xlsxWriter struct {
	file      *excelize.File
	stream    *excelize.StreamWriter
	out       io.Writer
	columns   []exportColumn
	values    []any
	dateStyle int
	rows      int
}

func newXLSXWriter(w io.Writer, o WriteOptions) (*xlsxWriter, error) {
	x := &xlsxWriter{file: excelize.NewFile(excelize.Options{TmpDir: o.TempDir}), out: w, columns: exportColumns(o)}
	// excelize would put the whole archive into a buffer first.
	x.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(x.out) })
	if err := x.begin(); err != nil {
		return nil, fmt.Errorf("begin the workbook: %w", err)
	}
	return x, nil
}

func (x *xlsxWriter) begin() error {
	if err := x.file.SetSheetName("Sheet1", sheetName); err != nil {
		return err
	}
	format := "yyyy-mm-dd"
	var err error
	if x.dateStyle, err = x.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return err
	}
	bold, err := x.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if x.stream, err = x.file.NewStreamWriter(sheetName); err != nil {
		return err
	}
	if err := x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := x.stream.SetColWidth(1, len(x.columns), 18); err != nil {
		return err
	}
	x.values = make([]any, len(x.columns))
	for i, c := range x.columns {
		x.values[i] = excelize.Cell{StyleID: bold, Value: c.title}
	}
	x.rows = 1
	return x.stream.SetRow("A1", x.values)
}

// Write implements Writer. A workbook has room for 1,048,575 clients, a cell for 32,767 characters;
// what exceeds them is a *FileError, for nothing is cut off silently.
func (x *xlsxWriter) Write(c *crm.Client) error {
	if x.rows >= excelize.TotalRows {
		return fileError("too_many_rows", "a sheet holds %d clients at most: export csv or ndjson, or fewer clients", excelize.TotalRows-1)
	}
	x.rows++
	for i, column := range x.columns {
		value := column.value(c)
		if len(value.text) > excelize.TotalCellChars && len(utf16.Encode([]rune(value.text))) > excelize.TotalCellChars {
			return fileError("cell_too_long", "%s of client %d is longer than the %d characters of a cell: export csv or ndjson", column.title, c.ID, excelize.TotalCellChars)
		}
		x.values[i] = x.cellValue(value)
	}
	return x.stream.SetRow("A"+strconv.Itoa(x.rows), x.values)
}

func (x *xlsxWriter) cellValue(c cell) any {
	if c.text == "" {
		return nil
	}
	switch c.kind {
	case numberCell:
		if v, err := strconv.ParseFloat(c.text, 64); err == nil && len(c.text) <= 15 {
			return v
		}
	case boolCell:
		return c.text == "true"
	case dateCell:
		if day, err := time.Parse(time.DateOnly, c.text); err == nil && day.Year() > 1900 {
			serial := day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
			return excelize.Cell{StyleID: x.dateStyle, Value: serial}
		}
	}
	return escapeXLSX(c.text)
}

// Close implements Writer: it writes the file.
func (x *xlsxWriter) Close() error {
	defer func() { _ = x.file.Close() }()
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("end the sheet: %w", err)
	}
	if err := x.file.Write(x.out); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// Abort implements Writer.
func (x *xlsxWriter) Abort() error { return x.file.Close() }
