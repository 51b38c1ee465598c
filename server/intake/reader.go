package intake

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"assay/server/canon"
	"assay/server/crm"
)

// maxProblems bounds the reasons listed for one document.
const maxProblems = 100

// reader walks a JSON document, sets what it finds and collects problems.
type reader struct {
	doc      string // texts read are parts of it
	dec      *jsontext.Decoder
	buf      bytes.Buffer
	problems []crm.Problem
	zone     *time.Location // of times that name none
	fatal    error          // the document is not JSON: nothing more can be read
}

func (d *reader) reset(doc string) {
	d.doc = doc
	d.buf.Reset()
	d.buf.WriteString(doc)
	if d.dec == nil {
		d.dec = jsontext.NewDecoder(&d.buf)
	} else {
		d.dec.Reset(&d.buf)
	}
	d.problems, d.fatal = nil, nil
}

// problem notes what is wrong with the value read last; see problemOf.
func (d *reader) problem(code, text string, args ...string) {
	d.problemAt(fieldPath(string(d.dec.StackPointer())), code, text, args...)
}

func (d *reader) problemAt(field, code, text string, args ...string) {
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, problemOf(field, code, text, args...))
	}
}

// fieldPath turns a JSON pointer into the form fields are named in:
// "/contacts/1/birthday" into "contacts[1].birthday".
func fieldPath(pointer string) string {
	var b strings.Builder
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if _, err := strconv.Atoi(part); err == nil {
			b.WriteString("[" + part + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(part)
	}
	return b.String()
}

// fail notes that the document cannot be read any further.
func (d *reader) fail(err error) {
	if d.fatal != nil {
		return
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		where := ""
		if syntax.JSONPointer != "" {
			where = fieldPath(string(syntax.JSONPointer))
		}
		d.fatal = malformed(syntax, where)
		return
	}
	d.fatal = &crm.MalformedError{Code: "malformed_json", Text: "cut", Args: map[string]string{}, Detail: "the document is not one complete JSON object: " + err.Error()}
}

// value reads the next value whole; nil after a syntax error.
func (d *reader) value() jsontext.Value {
	v, err := d.dec.ReadValue()
	if err != nil {
		d.fail(err)
		return nil
	}
	return v
}

// object walks an object; member is called with each name when its value is
// next, and must read it.
func (d *reader) object(member func(name string)) {
	switch d.dec.PeekKind() {
	case '{':
		d.token()
	case 'n':
		d.value()
		return
	default:
		d.wrongType(wantObject)
		return
	}
	for d.fatal == nil && d.dec.PeekKind() != '}' {
		name := d.value()
		if name == nil {
			return
		}
		member(d.unquote(name))
	}
	d.token()
}

// array walks an array; element is called when its index-th element is next.
func (d *reader) array(limit int, element func(index int)) {
	if d.dec.PeekKind() != '[' {
		d.wrongType(wantList)
		return
	}
	d.token()
	for i := 0; d.fatal == nil && d.dec.PeekKind() != ']'; i++ {
		if i < limit {
			element(i)
			continue
		}
		if d.value(); i == limit {
			d.problem("too_many", "entries", "most", strconv.Itoa(limit))
		}
	}
	d.token()
}

func (d *reader) token() {
	if d.fatal != nil {
		return
	}
	if _, err := d.dec.ReadToken(); err != nil {
		d.fail(err)
	}
}

func (d *reader) wrongType(want string) {
	if v := d.value(); v != nil {
		d.problem("wrong_type", "", "want", want, "got", kindName(v.Kind()))
	}
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '"':
		return wantText
	case '0':
		return wantNumber
	case 't', 'f':
		return wantBool
	case '{':
		return wantObject
	case '[':
		return wantList
	}
	return "null"
}

// unquote returns the text of the JSON string read last. One without escapes is a part of the
// document, and holds on to the whole: what outlives the client is a copy.
func (d *reader) unquote(v jsontext.Value) string {
	if bytes.IndexByte(v, '\\') < 0 {
		end := int(d.dec.InputOffset())
		return d.doc[end-len(v)+1 : end-1]
	}
	text, _ := jsontext.AppendUnquote(nil, v) // ReadValue has checked it
	return string(text)
}

// text reads a string of at most max bytes of UTF-8, however it is escaped;
// null empties it.
func (d *reader) text(dst *string, max int) {
	v := d.value()
	switch v.Kind() {
	case '"':
		s := d.unquote(v)
		if len(s) > max {
			d.problem("too_long", "", "length", strconv.Itoa(len(s)), "most", strconv.Itoa(max))
			return
		}
		*dst = s
	case 'n':
		*dst = ""
	case jsontext.KindInvalid:
	default:
		d.problem("wrong_type", "", "want", wantText, "got", kindName(v.Kind()))
	}
}

func (d *reader) enum(dst *string, allowed []string) {
	before := *dst
	d.text(dst, maxText)
	if *dst == "" || slices.Contains(allowed, *dst) {
		return
	}
	d.problem("unknown_value", "", "value", clip(*dst), "allowed", strings.Join(allowed, ", "))
	*dst = before
}

func (d *reader) texts(dst *[]string) {
	if d.dec.PeekKind() == 'n' {
		d.value()
		*dst = nil
		return
	}
	list := []string{}
	d.array(maxRows, func(int) {
		var s string
		d.text(&s, maxText)
		list = append(list, s)
	})
	*dst = list
}

func (d *reader) boolean(dst *bool) {
	v := d.value()
	switch v.Kind() {
	case 't', 'f':
		*dst = v.Kind() == 't'
	case 'n':
		*dst = false
	case jsontext.KindInvalid:
	default:
		d.problem("wrong_type", "", "want", wantBool, "got", kindName(v.Kind()))
	}
}

func (d *reader) money(dst *crm.Money) {
	v := d.value()
	switch v.Kind() {
	case '0':
		m, err := crm.ParseMoney(string(v))
		if err != nil {
			d.problem("invalid_number", "amount", "value", clip(string(v)))
			return
		}
		*dst = m
	case 'n':
		*dst = 0
	case jsontext.KindInvalid:
	default:
		d.problem("wrong_type", "", "want", wantNumber, "got", kindName(v.Kind()))
	}
}

func (d *reader) date(dst *crm.Date) {
	var s string
	if d.text(&s, maxText); s == "" {
		*dst = crm.Date{}
		return
	}
	day, ok := canon.Date(s)
	switch {
	case ok:
		*dst = day
	case canon.Text(s) == "":
		*dst = crm.Date{}
	default:
		d.problem("invalid_date", "", "value", clip(s))
	}
}

func (d *reader) time(dst *crm.Time) {
	var s string
	if d.text(&s, maxText); s == "" {
		*dst = crm.Time{}
		return
	}
	t, ok := canon.Time(s, d.zone)
	switch {
	case ok:
		*dst = t
	case canon.Text(s) == "":
		*dst = crm.Time{}
	default:
		d.problem("invalid_time", "", "value", clip(s))
	}
}

// clip copies a text that is quoted in a message, shortened.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return strings.Clone(s)
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// end checks that nothing follows the document.
func (d *reader) end() {
	if d.fatal != nil {
		return
	}
	if _, err := d.dec.ReadToken(); err == nil {
		d.fatal = &crm.MalformedError{Code: "malformed_json", Text: "more", Args: map[string]string{}, Detail: "something follows the end of the document; send one JSON object"}
	} else if err != io.EOF {
		d.fail(err)
	}
}
