package formats

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// numberForm is what a cell's number format makes of a number.
type numberForm struct {
	kind  formKind
	width int // formDigits: digits shown, with leading zeros
}

type formKind uint8

const (
	formPlain  formKind = iota
	formDate            // a day, perhaps with a time
	formTime            // a time of day alone
	formDigits          // 0000000000: codes kept as numbers
)

// styles holds the number form of every cell style.
type styles []numberForm

func (s styles) of(index int) numberForm {
	if index < 0 || index >= len(s) {
		return numberForm{}
	}
	return s[index]
}

func (w *workbook) readStyles() error {
	formats := map[string]string{}
	inCells := false
	_, err := w.walk(w.stylesPart, func(e xml.StartElement) {
		switch e.Name.Local {
		case "numFmt":
			formats[attr(e, "numFmtId")] = attr(e, "formatCode")
		case "cellStyleXfs", "dxfs", "cellStyles":
			inCells = false
		case "cellXfs":
			inCells = true
		case "xf":
			if inCells {
				id := attr(e, "numFmtId")
				w.styles = append(w.styles, formOf(id, formats[id]))
			}
		}
	})
	return err
}

// formOf returns the form of a number format: a built-in one by its number
// (ECMA-376 part 1, 18.8.30), any other by its code.
func formOf(id, code string) numberForm {
	if code == "" {
		n, _ := strconv.Atoi(id)
		switch {
		case n >= 18 && n <= 21, n >= 45 && n <= 47:
			return numberForm{kind: formTime}
		case n >= 14 && n <= 22, n >= 27 && n <= 36, n >= 50 && n <= 58:
			return numberForm{kind: formDate}
		}
		return numberForm{}
	}
	code = plainFormat(code)
	switch {
	case len(code) > 1 && strings.Trim(code, "0") == "":
		return numberForm{kind: formDigits, width: len(code)}
	case strings.ContainsAny(code, "yd"):
		return numberForm{kind: formDate}
	case strings.ContainsAny(code, "hs"):
		return numberForm{kind: formTime}
	case strings.Contains(code, "mm"): // a month alone
		return numberForm{kind: formDate}
	}
	return numberForm{}
}

// plainFormat returns the first section of a format code in lower case without
// quoted and escaped text, colours and locales. [h] and the like stay.
func plainFormat(code string) string {
	if strings.EqualFold(code, "general") {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return strings.ToLower(b.String())
		case '\\', '_', '*':
			i++
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return strings.ToLower(b.String())
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return strings.ToLower(b.String())
			}
			inside := strings.ToLower(code[i+1 : i+end])
			if inside != "" && (strings.Trim(inside, "h") == "" || strings.Trim(inside, "m") == "" || strings.Trim(inside, "s") == "") {
				b.WriteString(inside)
			}
			i += end
		default:
			b.WriteByte(c)
		}
	}
	return strings.ToLower(b.String())
}
