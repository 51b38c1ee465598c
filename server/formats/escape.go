package formats

import "strings"

// formulaStarts are the characters that make a spreadsheet take the text of a
// CSV cell for a formula, or that hide one from a look at the cell.
const formulaStarts = "=+-@\t\r\n"

// escapeCSV puts an apostrophe before text that a spreadsheet would run, and
// before text that unescape would change.
func escapeCSV(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte(formulaStarts, rest[0]) >= 0 {
		return "'" + s
	}
	return s
}

// escapeXLSX guards only what unescape would change: a sheet says itself what
// is a formula.
func escapeXLSX(s string) string {
	if s != "" && s[0] == '\'' {
		return escapeCSV(s)
	}
	return s
}

// unescape undoes escapeCSV and escapeXLSX, and the apostrophe by which people
// make a cell text.
func unescape(s string) string {
	if s != "" && s[0] == '\'' && escapeCSV(s) != s {
		return s[1:]
	}
	return s
}
