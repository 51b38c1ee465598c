package formats

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Limits of a workbook besides Options.MaxUnzip.
const (
	maxDirectory  = 16 << 20 // bytes read to find out what the archive holds
	maxParts      = 10_000
	maxSmallPart  = 16 << 20 // workbook, styles, relationships
	maxRatio      = 250      // unpacked to packed; sheets that people make stay under 60
	ratioFrom     = 32 << 20 // unpacked bytes from which the ratio counts
	maxTokenBytes = 4 << 20  // one XML tag or text
)

// workbook is an XLSX file spooled to disk. Excelize, which writes our
// exports, is not used to read: its row iterator takes a damaged sheet for a
// finished one, and gives no cell's style, without which a date is a number.
type workbook struct {
	file   *os.File
	parts  map[string]*zip.File // by lower-case name
	budget int64                // bytes that may still be unpacked
	tempIn string

	sheets      []string // part names of the worksheets, visible ones first
	stylesPart  string
	stringsPart string
	styles      styles
	shared      *sharedStrings
	is1904      bool
}

func newXLSX(r io.Reader, o Options) (source, error) {
	w, err := openWorkbook(r, o)
	if err != nil {
		return nil, err
	}
	sheet, err := w.firstSheet()
	if err != nil {
		w.close()
		return nil, err
	}
	t, err := newTable(sheet, o)
	if err != nil {
		sheet.close()
		return nil, err
	}
	return t, nil
}

func openWorkbook(r io.Reader, o Options) (*workbook, error) {
	br := bufio.NewReader(r)
	if err := checkWorkbookMagic(br); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(o.TempDir, "assay-import-*.xlsx")
	if err != nil {
		return nil, fmt.Errorf("spool the workbook: %w", err)
	}
	w := &workbook{file: file, budget: o.MaxUnzip, tempIn: o.TempDir}
	if err := w.open(br); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func checkWorkbookMagic(br *bufio.Reader) error {
	head, err := br.Peek(8)
	if len(head) == 0 {
		if err == io.EOF {
			return fileError("empty_file", "the file is empty")
		}
		return err
	}
	if strings.HasPrefix(string(head), "PK\x03\x04") {
		return nil
	}
	for _, f := range foreign {
		if strings.HasPrefix(string(head), f.magic) {
			return fileError(f.code, "format=xlsx, but %s", f.advice)
		}
	}
	return fileError("wrong_format", "the file is not an XLSX workbook: if it is text, give format=csv")
}

func (w *workbook) open(r io.Reader) error {
	size, err := io.Copy(w.file, r)
	if err != nil {
		return fmt.Errorf("spool the workbook: %w", err)
	}
	if err := w.readDirectory(size); err != nil {
		return err
	}
	if err := w.readBook(); err != nil {
		return err
	}
	if err := w.readStyles(); err != nil {
		return err
	}
	return w.readSharedStrings()
}

func (w *workbook) readDirectory(size int64) error {
	metered := &meteredReaderAt{r: w.file, left: maxDirectory}
	archive, err := zip.NewReader(metered, size)
	if errors.Is(err, errMetered) || err == nil && len(archive.File) > maxParts {
		return fileError("bomb", "the workbook's archive lists too many parts: that is no workbook a spreadsheet program made")
	}
	if err != nil {
		return damaged("the archive cannot be opened", err)
	}
	metered.left = 1 << 62 // what it holds is measured part by part
	w.parts = make(map[string]*zip.File, len(archive.File))
	for _, f := range archive.File {
		w.parts[strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	return nil
}

func damaged(what string, err error) *FileError {
	return &FileError{Code: "damaged", Message: fmt.Sprintf("the workbook is damaged: %s (%v): open it in a spreadsheet program and save it again", what, err), Err: err}
}

// openPart opens a part of the archive after measuring what it unpacks to. It
// is nil when there is none of that name.
func (w *workbook) openPart(name string, most int64) (part io.ReadCloser, unpacked int64, err error) {
	f := w.parts[strings.ToLower(name)]
	if f == nil {
		return nil, 0, nil
	}
	size, packed := f.UncompressedSize64, max(f.CompressedSize64, 1)
	switch {
	case size > ratioFrom && size/packed > maxRatio:
		return nil, 0, fileError("bomb", "%s unpacks from %d to %d bytes: that is not a sheet that people made", f.Name, packed, size)
	case size > uint64(min(most, w.budget)):
		return nil, 0, fileError("too_large", "%s unpacks to %d bytes, more than the %d that are allowed: split the file or save it as CSV", f.Name, size, min(most, w.budget))
	}
	w.budget -= int64(size) // the archive reader allows no more than the size that was declared
	r, err := f.Open()
	if err != nil {
		return nil, 0, damaged(f.Name, err)
	}
	return r, int64(size), nil
}

func (w *workbook) close() error {
	if w.shared != nil {
		w.shared.close()
	}
	err := w.file.Close()
	return errors.Join(err, os.Remove(w.file.Name()))
}

// meteredReaderAt fails once more than left bytes were asked for.
type meteredReaderAt struct {
	r    io.ReaderAt
	left int64
}

var errMetered = errors.New("read limit reached")

// ReadAt implements io.ReaderAt.
func (m *meteredReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, errMetered
	}
	return m.r.ReadAt(p, off)
}
