package formats

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// vcards reads the cards of a vCard file: 2.1, 3.0 and 4.0, mixed as they
// come. It has its own reader of content lines: those of vCard 2.1 (soft line
// breaks, a charset a line, parameters without names, base64 without folding)
// have to be taken apart before a library for 3.0 and 4.0 could read them.
type vcards struct {
	lines *vcardLines
	o     Options
	draft draft
	doc   []byte
}

func newVCard(r io.Reader, o Options) (source, error) {
	text, _, err := openText(r, VCard)
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(text, sampleSize)
	head, err := fullPeek(br)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(bytes.ToUpper(head), []byte("BEGIN:VCARD")) {
		return nil, fileError("wrong_format", "the file begins with no vCard: BEGIN:VCARD is expected")
	}
	return &vcards{lines: &vcardLines{scanner: newLineScanner(br, o.MaxLine), max: o.MaxLine}, o: o}, nil
}

func (v *vcards) close() error { return nil }

// next reads one card, or one run of lines that belong to none.
func (v *vcards) next() (Record, error) {
	stray := 0
	for {
		p, err := v.lines.next()
		if err == io.EOF && stray > 0 {
			return strayLines(stray), nil
		}
		if err != nil {
			return Record{}, err
		}
		if p.isBegin() {
			if stray > 0 {
				v.lines.unread(p)
				return strayLines(stray), nil
			}
			return v.card(p.line)
		}
		if stray == 0 && (p.name != "" || p.raw != "" || p.bad != nil) {
			stray = p.line
		}
	}
}

func strayLines(line int) Record {
	return Record{Line: line, Errs: []LineError{LineError{Code: "broken_card", Message: "these lines belong to no card: BEGIN:VCARD is missing before them"}.with("begin")}}
}

// card reads the properties up to END:VCARD. A card that begins before the one
// before it has ended breaks that one only.
func (v *vcards) card(line int) (Record, error) {
	var properties []property
	size, nested := 0, 0
	var bad *LineError
	for {
		p, err := v.lines.next()
		if err != nil && err != io.EOF {
			return Record{}, err
		}
		switch {
		case err == io.EOF:
			return brokenCard(line, bad, "the file ends inside the card: END:VCARD is missing", "end"), nil
		case p.isBegin() && len(properties) > 0 && properties[len(properties)-1].name == "AGENT":
			nested++ // a card within a card, vCard 2.1
		case p.isBegin() && nested == 0:
			v.lines.unread(p)
			return brokenCard(line, bad, "the card has no END:VCARD before the next one begins", "next"), nil
		case p.isEnd() && nested > 0:
			nested--
		case p.isEnd():
			return v.finish(line, properties, bad), nil
		case nested > 0 || bad != nil:
		case p.bad != nil:
			bad = p.bad
		case p.name != "":
			if size += len(p.value) + propertyOverhead; size > v.o.MaxLine {
				reason := lineTooLong(v.o.MaxLine)
				reason.Message = strings.Replace(reason.Message, "the line", "the card", 1)
				bad, properties = &reason, nil
				continue
			}
			properties = append(properties, p)
		}
	}
}

// propertyOverhead is what a property takes besides its value, about.
const propertyOverhead = 128

func brokenCard(line int, bad *LineError, message, text string) Record {
	if bad == nil {
		e := LineError{Code: "broken_card", Message: message}.with(text)
		bad = &e
	}
	return Record{Line: line, Errs: []LineError{*bad}}
}

func (v *vcards) finish(line int, properties []property, bad *LineError) Record {
	if bad != nil {
		return Record{Line: line, Errs: []LineError{*bad}}
	}
	v.draft.reset()
	c := cardDraft{draft: &v.draft, properties: properties}
	if errs := c.client(); len(errs) > 0 {
		return Record{Line: line, Errs: errs}
	}
	v.doc = v.draft.append(v.doc[:0], false)
	return Record{Line: line, Doc: v.doc}
}
