package formats

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// property is one content line of a card, unfolded and decoded.
type property struct {
	line  int
	group string
	name  string // upper case; "" for a line that is no property
	types []string
	value string // text escapes (\n \, \;) not yet undone
	raw   string // the line, when it is no property
	bad   *LineError
}

func (p *property) isBegin() bool { return p.name == "BEGIN" && strings.EqualFold(p.value, "VCARD") }
func (p *property) isEnd() bool   { return p.name == "END" && strings.EqualFold(p.value, "VCARD") }

// vcardLines reads content lines: it joins folded and soft-broken lines, and
// passes over photos without keeping them.
type vcardLines struct {
	scanner *lineScanner
	max     int
	charset *charmap.Charmap // of the last line that named none and was not UTF-8
	held    heldLine         // a physical line read too far
	back    *property        // a content line read too far
}

type heldLine struct {
	text    []byte
	tooLong bool
	there   bool
}

func (v *vcardLines) unread(p property) { v.back = &p }

// next returns the next content line. One that cannot be read has bad set.
func (v *vcardLines) next() (property, error) {
	if v.back != nil {
		p := *v.back
		v.back = nil
		return p, nil
	}
	line, tooLong, err := v.physical()
	if err != nil {
		return property{}, err
	}
	p := property{line: v.scanner.line}
	if tooLong {
		if !isBinary(parseName(line)) {
			reason := lineTooLong(v.max)
			p.bad = &reason
		}
		return p, v.skipFolded()
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return p, nil
	}
	name, params, value, ok := splitContentLine(line)
	if !ok {
		p.raw = string(line[:min(len(line), 80)])
		return p, v.skipFolded()
	}
	p.group, p.name = name.group, name.name
	if isBinary(p.name) {
		p.name = ""
		return p, v.skipBinary()
	}
	return v.content(p, parseParams(params), bytes.Clone(value))
}

// content reads the rest of a property's lines and decodes its value.
func (v *vcardLines) content(p property, params vcardParams, value []byte) (property, error) {
	p.types = params.types
	if params.encoding == "B" || params.encoding == "BASE64" {
		p.name = ""
		return p, v.skipBinary()
	}
	quoted := params.encoding == "QUOTED-PRINTABLE"
	for {
		soft := quoted && bytes.HasSuffix(value, []byte("="))
		if soft {
			value = value[:len(value)-1]
		}
		line, tooLong, err := v.physical()
		if err == io.EOF {
			break
		}
		if err != nil {
			return p, err
		}
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if !soft && !folded {
			v.hold(line, tooLong)
			break
		}
		if folded && !soft {
			line = line[1:]
		}
		if value = append(value, line...); tooLong || len(value) > v.max {
			reason := lineTooLong(v.max)
			p.bad = &reason
			return p, v.skipFolded()
		}
	}
	if quoted {
		value = decodeQuotedPrintable(value)
	}
	text, ok := v.decodeText(value, params.charset)
	if !ok {
		reason := invalidUTF8(value, p.name)
		p.bad = &reason
	}
	p.value = text
	return p, nil
}

// physical returns the next physical line.
func (v *vcardLines) physical() (line []byte, tooLong bool, err error) {
	if v.held.there {
		v.held.there = false
		return v.held.text, v.held.tooLong, nil
	}
	return v.scanner.next()
}

func (v *vcardLines) hold(line []byte, tooLong bool) {
	v.held = heldLine{text: append(v.held.text[:0], line...), tooLong: tooLong, there: true}
}

// skipFolded passes over the continuation of a line.
func (v *vcardLines) skipFolded() error {
	return v.skipWhile(func(line []byte) bool { return len(line) > 0 && (line[0] == ' ' || line[0] == '\t') })
}

// skipBinary passes over base64: folded lines, and in vCard 2.1 lines without a
// fold up to a blank one.
func (v *vcardLines) skipBinary() error {
	return v.skipWhile(func(line []byte) bool {
		return len(line) > 0 && (line[0] == ' ' || line[0] == '\t' || bytes.IndexByte(line, ':') < 0)
	})
}

func (v *vcardLines) skipWhile(more func([]byte) bool) error {
	for {
		line, tooLong, err := v.physical()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !more(line) {
			v.hold(line, tooLong)
			return nil
		}
	}
}

// isBinary reports the properties whose values are pictures, sounds and keys.
func isBinary(name string) bool {
	return name == "PHOTO" || name == "LOGO" || name == "SOUND" || name == "KEY" || strings.HasPrefix(name, "X-MS-CARDPICTURE")
}

type propertyName struct{ group, name string }

// parseName returns the name a line begins with.
func parseName(line []byte) string {
	end := bytes.IndexAny(line, ";:")
	if end < 0 {
		return ""
	}
	return splitName(line[:end]).name
}

func splitName(b []byte) propertyName {
	s := string(b)
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		return propertyName{group: strings.ToLower(s[:i]), name: strings.ToUpper(s[i+1:])}
	}
	return propertyName{name: strings.ToUpper(s)}
}

// splitContentLine splits group.NAME;PARAMS:VALUE. A colon within a quoted
// parameter does not end the parameters.
func splitContentLine(line []byte) (name propertyName, params string, value []byte, ok bool) {
	inQuotes := false
	for i, c := range line {
		switch {
		case c == '"':
			inQuotes = !inQuotes
		case c == ':' && !inQuotes:
			head, rest, _ := bytes.Cut(line[:i], []byte{';'})
			name = splitName(bytes.TrimSpace(head))
			return name, string(rest), line[i+1:], isPropertyName(name.name)
		}
	}
	return name, "", nil, false
}

func isPropertyName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

type vcardParams struct {
	types    []string // lower case
	encoding string   // upper case
	charset  string
}

// parseParams reads the parameters: TYPE=work,voice of 3.0 and 4.0 as well as
// WORK;VOICE;QUOTED-PRINTABLE of 2.1.
func parseParams(s string) vcardParams {
	var p vcardParams
	for param := range strings.SplitSeq(s, ";") {
		name, value, named := strings.Cut(param, "=")
		if !named {
			name, value = "TYPE", name
			if up := strings.ToUpper(strings.TrimSpace(value)); up == "QUOTED-PRINTABLE" || up == "BASE64" || up == "B" {
				name = "ENCODING"
			}
		}
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "TYPE":
			for t := range strings.SplitSeq(value, ",") {
				p.types = append(p.types, strings.ToLower(strings.Trim(strings.TrimSpace(t), `"`)))
			}
		case "ENCODING":
			p.encoding = strings.ToUpper(value)
		case "CHARSET":
			p.charset = value
		}
	}
	return p
}

// decodeQuotedPrintable undoes =XX; anything else after = stays as it is.
func decodeQuotedPrintable(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if b[i] == '=' && i+2 < len(b) {
			var v [1]byte
			if _, err := hex.Decode(v[:], b[i+1:i+3]); err == nil {
				out = append(out, v[0])
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

// decodeText returns a value as UTF-8. What is valid UTF-8 is taken as that
// whatever the card says; otherwise the charset it names, or the likeliest one.
func (v *vcardLines) decodeText(value []byte, charset string) (string, bool) {
	if utf8.Valid(value) {
		return string(value), true
	}
	if charset != "" && !strings.EqualFold(charset, "utf-8") {
		if enc, err := htmlindex.Get(charset); err == nil {
			text, err := enc.NewDecoder().Bytes(value)
			return string(text), err == nil
		}
	}
	if strings.EqualFold(charset, "utf-8") {
		return "", false
	}
	if v.charset == nil || sanity(value, v.charset) < 0.8 { // a guess takes half a millisecond
		guessed, err := guessCharset(value)
		if err != nil || guessed == nil {
			return "", false
		}
		v.charset = guessed
	}
	text, err := v.charset.NewDecoder().Bytes(value)
	return string(text), err == nil
}
