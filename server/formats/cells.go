package formats

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"assay/server/canon"
	"assay/server/crm"
)

// put takes one cell into the draft.
func (t *table) put(tg *target, c cell) {
	if tg.op == opIgnore {
		return
	}
	c, ok := t.clean(tg, c)
	if !ok {
		return
	}
	switch tg.op {
	case opScalar:
		t.scalar(tg, c)
	case opKind:
		t.kind(tg, c)
	case opList:
		t.words(tg, c)
	case opChannel, opMixed:
		t.channels(tg, c)
	case opRow:
		t.rowField(tg, c)
	case opRows:
		t.wholeRows(tg, c)
	case opField, opUntitled:
		t.field(tg, c)
	case opFields, opProperties:
		t.objects(tg, c)
	case opProperty:
		t.property(tg, c)
	case opName:
		t.namePart(tg, c)
	case opPerson:
		t.scalar(tg, c)
		if c.text != "" && !t.header.hasKind {
			t.set("kind", "person")
		}
	case opTaxIDKPP:
		t.taxIDKPP(tg, c)
	}
}

// clean makes one form of what programs put into cells: it undoes the
// apostrophe against formulas, takes placeholders and #N/A for nothing, and
// refuses the other values of failed formulas.
func (t *table) clean(tg *target, c cell) (cell, bool) {
	if c.kind == textCell && len(c.text) > 0 && c.text[0] == '#' && isFormulaError(c.text) {
		c.kind = errorCell
	}
	if c.kind == errorCell {
		if isNotAvailable(c.text) {
			return cell{}, true
		}
		t.fail(inCell(tg, c, "cell_error", "", "column %q holds %s: a formula failed there; correct it or give its value", c.text))
		return c, false
	}
	if tg.typ == crm.FieldBool {
		c.text = strings.TrimSpace(c.text) // "нет" and "-" are no here
		return c, true
	}
	c.text = canon.Text(unescape(c.text))
	return c, true
}

func isNotAvailable(s string) bool { return s == "#N/A" || s == "#Н/Д" }

func isFormulaError(s string) bool {
	switch s {
	case "#N/A", "#Н/Д", "#REF!", "#ССЫЛКА!", "#DIV/0!", "#ДЕЛ/0!", "#VALUE!", "#ЗНАЧ!", "#NAME?", "#ИМЯ?", "#NULL!", "#ПУСТО!", "#NUM!", "#ЧИСЛО!":
		return true
	}
	return false
}

func (t *table) set(name, text string) { t.draft.client.set(member{name: name, text: text}) }

func (t *table) scalar(tg *target, c cell) {
	m, ok := t.value(tg, c)
	switch {
	case !ok:
	case m.text == "":
		t.draft.cleared = append(t.draft.cleared, tg.field)
	default:
		t.draft.client.set(m)
	}
}

// value converts a cell to the type of its target. An empty text means that
// the cell is empty; ok is false when the cell was refused.
func (t *table) value(tg *target, c cell) (m member, ok bool) {
	m = member{name: tg.field}
	switch tg.typ {
	case crm.FieldDate:
		m.text, ok = t.date(tg, c)
	case crm.FieldTime:
		m.text, ok = t.time(tg, c)
	case crm.FieldNumber, crm.FieldInteger:
		m.json = true
		m.text, ok = t.number(tg, c)
	case crm.FieldBool:
		m.json = true
		m.text, ok = t.bool(tg, c)
	default:
		m.text, ok = t.text(tg, c)
	}
	return m, ok
}

// text gives numbers back their digits: spreadsheets take codes for numbers.
func (t *table) text(tg *target, c cell) (string, bool) {
	switch {
	case c.kind == numberCell && len(c.text) > 15 && wholeNumber(c.text):
		t.fail(inCell(tg, c, "lost_digits", "zeros", "column %q holds the number %s: a spreadsheet keeps 15 digits and has changed the rest to zeros; format the cell as text and enter it again", c.text))
		return "", false
	case tg.field == "externalId" && c.kind == textCell && isScientific(c.text):
		t.fail(inCell(tg, c, "lost_digits", "rounded", "column %q holds %s: a spreadsheet has rounded the code; format the column as text or as a number without decimals and save the file again", c.text))
		return "", false
	}
	return dropPointZero(c.text), true
}

func wholeNumber(s string) bool { return !strings.ContainsRune(s, '.') }

// isScientific reports numbers like 7,91612E+10.
func isScientific(s string) bool {
	mantissa, exponent, ok := strings.Cut(s, "E+")
	return ok && len(mantissa) > 0 && strings.Trim(mantissa, "0123456789.,") == "" && len(exponent) > 0 && strings.Trim(exponent, "0123456789") == ""
}

// dropPointZero undoes what data tools do to a column of long codes with gaps: 7707083893.0.
func dropPointZero(s string) string {
	code, found := strings.CutSuffix(s, ".0")
	if found && len(code) >= 5 && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return s
}

func (t *table) date(tg *target, c cell) (string, bool) {
	d, ok := canon.Date(c.text)
	if c.kind == numberCell {
		if serial, err := strconv.ParseFloat(c.text, 64); err == nil && len(c.text) < 8 {
			d, ok = canon.ExcelDate(serial)
		}
	}
	if !ok {
		t.refuse(tg, c, "invalid_date", "a date that exists, as 2027-01-31 or 31.01.2027")
	}
	return d.String(), ok
}

func (t *table) time(tg *target, c cell) (string, bool) {
	v, ok := canon.Time(c.text, t.o.Location)
	if !ok {
		t.refuse(tg, c, "invalid_time", "a date and time, as 2027-01-31T09:30:00Z or 31.01.2027 9:30")
	}
	return v.String(), ok
}

func (t *table) number(tg *target, c cell) (string, bool) {
	if c.text == "" {
		return "", true
	}
	v, ok := canon.Number(c.text)
	if c.kind == numberCell {
		var err error
		v, err = strconv.ParseFloat(c.text, 64)
		ok = err == nil
	}
	if !ok {
		t.refuse(tg, c, "invalid_number", "a number, as 1234.50 or 1 234,50")
		return "", false
	}
	if tg.typ == crm.FieldInteger && (v != math.Trunc(v) || math.Abs(v) > 1<<53) {
		t.refuse(tg, c, "invalid_integer", "a whole number, as 1234")
		return "", false
	}
	return string(appendNumber(nil, v)), true
}

func (t *table) bool(tg *target, c cell) (string, bool) {
	if c.text == "" {
		return "", true
	}
	v, ok := canon.Bool(c.text)
	if !ok {
		t.refuse(tg, c, "invalid_bool", "yes or no, да or нет, так or ні, 1 or 0")
	}
	return strconv.FormatBool(v), ok
}

func (t *table) refuse(tg *target, c cell, code, expected string) {
	t.fail(inCell(tg, c, code, "cell", "column %q: %q is not %s", shorten(c.text), expected))
}

// inCell is an error of a cell; format begins with the column's title.
func inCell(tg *target, c cell, code, text, format string, args ...any) LineError {
	title := shorten(tg.title)
	e := LineError{Field: tg.path, Code: code, Message: fmt.Sprintf(format, append([]any{title}, args...)...)}
	return e.with(text, "column", title, "value", shorten(c.text))
}

// words splits a list of words at commas, semicolons and line breaks outside double quotes.
func (t *table) words(tg *target, c cell) {
	for i, name := range wordLists {
		if name != tg.field {
			continue
		}
		w := &t.draft.words[i]
		w.touched = true
		w.words = splitWords(w.words, c.text)
	}
}

func splitWords(words []string, s string) []string {
	for s != "" {
		var word string
		if s[0] == '"' {
			word, s = cutQuoted(s)
		} else {
			end := strings.IndexAny(s, ",;\n")
			if end < 0 {
				end = len(s)
			}
			word, s = s[:end], s[end:]
		}
		if word = canon.Text(word); word != "" {
			words = append(words, word)
		}
		s = strings.TrimLeft(s, ",;\n \t")
	}
	return words
}

func (t *table) rowField(tg *target, c cell) {
	m, ok := t.value(tg, c)
	row := t.draft.row(tg.list, tg.index)
	if ok && m.text != "" {
		row.set(m)
	}
}

// maxWholeRows bounds the rows that come in one cell.
const maxWholeRows = 1000

// wholeRows appends the rows that an export had no columns for.
func (t *table) wholeRows(tg *target, c cell) {
	t.draft.touched[tg.list] = true
	if c.text == "" {
		return
	}
	var whole []json.RawMessage
	if err := json.Unmarshal([]byte(c.text), &whole); err != nil || len(whole) > maxWholeRows {
		t.refuse(tg, c, "invalid_json", fmt.Sprintf("a JSON array of at most %d %s", maxWholeRows, listNames[tg.list]))
		return
	}
	next := len(t.draft.rows[tg.list])
	for _, other := range t.header.targets { // after the rows that have columns
		if other.op == opRow && other.list == tg.list {
			next = max(next, other.index+1)
		}
	}
	for i, r := range whole {
		t.draft.row(tg.list, next+i).whole = string(r)
	}
}

func (t *table) field(tg *target, c cell) {
	if tg.op == opUntitled {
		if c.text == "" {
			return
		}
		if tg.path == "" {
			t.fail(LineError{Code: "too_many_cells", Message: fmt.Sprintf("%q stands in a column without a title: give the column one", shorten(c.text))}.
				with("untitled", "value", shorten(c.text)))
			return
		}
	}
	m, ok := t.value(tg, c)
	switch {
	case !ok:
	case m.text != "":
		t.draft.fields = m.append(t.draft.fields)
	case t.o.Merge:
		t.draft.fields = append(appendKey(t.draft.fields, tg.field), "null"...)
	}
}

func (t *table) property(tg *target, c cell) {
	switch {
	case c.text != "":
		t.draft.properties = member{name: tg.field, text: c.text}.append(t.draft.properties)
	case t.o.Merge:
		t.draft.properties = append(appendKey(t.draft.properties, tg.field), "null"...)
	}
}

// objects takes the custom fields or properties that an export had no columns for.
func (t *table) objects(tg *target, c cell) {
	if c.text == "" {
		return
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(c.text), &object); err != nil {
		t.refuse(tg, c, "invalid_json", "a JSON object")
		return
	}
	members := &t.draft.fields
	if tg.op == opProperties {
		members = &t.draft.properties
	}
	for _, name := range sortedKeys(object) {
		*members = append(appendKey(*members, name), object[name]...)
	}
}

func (t *table) namePart(tg *target, c cell) {
	n := t.draft.name(tg.index)
	switch tg.field {
	case "family":
		n.family = c.text
	case "given":
		n.given = c.text
	case "middle":
		n.middle = c.text
	}
}

// taxIDKPP splits a cell of 1C: the KPP becomes a custom field.
func (t *table) taxIDKPP(tg *target, c cell) {
	id, kpp, _ := strings.Cut(c.text, "/")
	t.scalar(tg, cell{text: canon.Text(id), kind: c.kind})
	if kpp = canon.Text(kpp); kpp != "" {
		t.draft.fields = member{name: "kpp", text: kpp}.append(t.draft.fields)
	}
}
