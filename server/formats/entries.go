package formats

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/crm"
)

// Exports put the channels of one type into one cell, and reading such a cell
// gives the same channels:
//
//	+74957480113 (office) {raw=8 (495) 748-01-13, state=working}; +79161234567
//
// that is value, label in parentheses, and in braces what is not as usual: the
// raw text where it differs from the value, the state where it is not
// unverified, and the type in a cell for several types. A part that holds a
// character of this grammar stands in double quotes, doubled inside.

func appendEntry(b []byte, c crm.Channel, withType bool) []byte {
	if len(b) > 0 {
		b = append(b, "; "...)
	}
	b = appendPart(b, c.Value, ";({")
	if c.Label != "" {
		b = append(appendPart(append(b, " ("...), c.Label, ")"), ')')
	}
	opened := false
	attribute := func(key, value string) {
		if opened {
			b = append(b, ", "...)
		} else {
			b = append(b, " {"...)
			opened = true
		}
		b = appendPart(append(append(b, key...), '='), value, ",}")
	}
	if withType && c.Type != "other" {
		attribute("type", c.Type)
	}
	if c.Raw != "" && c.Raw != c.Value {
		attribute("raw", c.Raw)
	}
	if c.State != "" && c.State != "unverified" {
		attribute("state", c.State)
	}
	if opened {
		b = append(b, '}')
	}
	return b
}

// appendPart appends s, quoted when it is empty, holds one of the special
// characters, a quote or a line break, or has white space at an end.
func appendPart(b []byte, s, special string) []byte {
	if s != "" && !strings.ContainsAny(s, special+"\"\n") && strings.TrimSpace(s) == s {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

// parseEntries reads a cell that appendEntry wrote.
func parseEntries(s, kind string) ([]channelDraft, error) {
	var list []channelDraft
	p := entryParser{rest: s}
	for p.skip(); p.rest != ""; p.skip() {
		c, err := p.entry(kind)
		if err != nil {
			return nil, err
		}
		if c.value != "" {
			list = append(list, c)
		}
		if p.rest != "" && !p.take(';') {
			return nil, fmt.Errorf("%q: channels are parted by ; (write %s)", shorten(p.rest), entryForm)
		}
	}
	return list, nil
}

const entryForm = `value (label) {state=working}; value`

type entryParser struct{ rest string }

func (p *entryParser) skip() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

func (p *entryParser) take(c byte) bool {
	p.skip()
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *entryParser) entry(kind string) (channelDraft, error) {
	c := channelDraft{kind: kind}
	c.value = p.part(";({")
	if p.take('(') {
		c.label = p.part(")")
		if !p.take(')') {
			return c, fmt.Errorf("the label of %q is not closed by )", shorten(c.value))
		}
	}
	if !p.take('{') {
		return c, nil
	}
	for {
		p.skip()
		key, rest, ok := strings.Cut(p.rest, "=")
		if !ok {
			return c, fmt.Errorf("in the braces of %q key=value is expected", shorten(c.value))
		}
		p.rest = rest
		if err := c.setAttribute(strings.TrimSpace(key), p.part(",}")); err != nil {
			return c, err
		}
		if p.take('}') {
			return c, nil
		}
		if !p.take(',') {
			return c, fmt.Errorf("the braces of %q are not closed", shorten(c.value))
		}
	}
}

func (c *channelDraft) setAttribute(key, value string) error {
	switch key {
	case "raw":
		c.raw = value
	case "state":
		c.state = value
	case "type":
		if !slices.Contains(channelTypes[:], value) {
			return fmt.Errorf("%q is not a type of channel: %s", shorten(value), strings.Join(channelTypes[:], ", "))
		}
		c.kind = value
	default:
		return fmt.Errorf("%q in the braces of %q is not known: raw, state, type", shorten(key), shorten(c.value))
	}
	return nil
}

// part reads a quoted part, or text up to one of the characters.
func (p *entryParser) part(until string) string {
	p.skip()
	if strings.HasPrefix(p.rest, `"`) {
		var s string
		s, p.rest = cutQuoted(p.rest)
		return s
	}
	end := strings.IndexAny(p.rest, until)
	if end < 0 {
		end = len(p.rest)
	}
	s := strings.TrimSpace(p.rest[:end])
	p.rest = p.rest[end:]
	return s
}

// cutQuoted reads the quoted text s begins with; without a closing quote it is all of s.
func cutQuoted(s string) (text, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 == len(s) || s[i+1] != '"' {
			return b.String(), s[i+1:]
		}
		b.WriteByte('"')
		i++
	}
	return b.String(), ""
}
