package bolt

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"assay/server/crm"
)

// Events are stored in records of up to 512, each under the Seq of its first:
//
//	u8 version = 1, u16 little-endian number of events, the events
//
// An event is
//
//	u8 type (0: a name follows), varint time and varint client as differences to
//	the event before, name rule, name by, u8 kind of detail and what belongs to it
//
// where name is uvarint 0 and a text, which gets the next number of the record,
// or the number + 1 of one that was there before. An import writes two events a
// client at 8 to 12 bytes each.
const (
	recordVersion = 1
	recordHeader  = 3
	recordEvents  = 512 // a page of events is found by decoding at most so many in vain
)

// The kinds of detail.
const (
	detailNone     = iota
	detailJSON     // text
	detailRevision // uvarint revision
	detailFields   // uvarint revision, uvarint n, n names
	detailFinding  // name code, text row id, name reason
	detailLabel    // name label, name reason

	detailPast = 32 // in the history of findings: name code, text row id, name reason, uvarint since, text life
)

// eventTypes are the types with a number, which is their place + 1. The file
// depends on the order; new ones go to the end.
var eventTypes = [...]crm.EventType{
	crm.EventClientCreated, crm.EventClientUpdated, crm.EventClientDeleted,
	crm.EventFindingOpened, crm.EventFindingClosed, crm.EventSegmentEntered, crm.EventSegmentLeft,
	crm.EventRuleApplied, crm.EventRuleDeleted, crm.EventObjectApplied, crm.EventObjectDeleted,
	crm.EventSweepProgress, crm.EventRuleQuarantined, crm.EventRuleResumed,
	crm.EventSweepPaused, crm.EventSweepResumed,
}

var eventNumbers = func() map[crm.EventType]byte {
	numbers := make(map[crm.EventType]byte, len(eventTypes))
	for i, t := range eventTypes {
		numbers[t] = byte(i + 1)
	}
	return numbers
}()

// event is an event before it has a Seq and with its detail in parts.
type event struct {
	typ    crm.EventType
	at     crm.Time
	client int64
	rule   string
	by     string
	detail detail
}

type detail struct {
	kind     byte
	revision int64
	fields   []string
	name     string // the code of a finding or a label
	rowID    string
	reason   string
	since    crm.Time
	raw      []byte
}

// recordWriter packs the events of a transaction into records.
type recordWriter struct {
	records []record
	count   int // events of the last record
	names   map[string]uint64
	recent  [4]recentName // the names of neighbouring events are mostly the same
	room    int           // bytes that a record gets at once, if they are known
	at      uint64
	client  int64
	typ     crm.EventType // of the last event, with its number
	number  byte
}

type recentName struct {
	name   string
	number uint64 // + 1; 0 for none
}

type record struct {
	first int64
	bytes []byte
}

// add appends an event with the given Seq.
func (w *recordWriter) add(seq int64, e *event) {
	if len(w.records) == 0 || w.count == recordEvents {
		w.begin(seq)
	}
	r := &w.records[len(w.records)-1]
	b := r.bytes
	number := w.number
	if w.typ != e.typ || number == 0 {
		number = eventNumbers[e.typ]
		w.typ, w.number = e.typ, number
	}
	b = append(b, number)
	if number == 0 {
		b = appendText(b, string(e.typ))
	}
	at := packTime(e.at)
	b = binary.AppendVarint(b, int64(at-w.at))
	b = binary.AppendVarint(b, e.client-w.client)
	w.at, w.client = at, e.client
	b = w.name(b, e.rule)
	b = w.name(b, e.by)
	r.bytes = w.detail(b, &e.detail)
	w.count++
	binary.LittleEndian.PutUint16(r.bytes[1:], uint16(w.count))
}

// join adds the records of another writer, whose events are numbered from 0. It is first that their numbers begin with.
func (w *recordWriter) join(first int64, other *recordWriter) {
	for _, r := range other.records {
		w.records = append(w.records, record{first + r.first, r.bytes})
	}
	if len(other.records) > 0 {
		w.count = recordEvents // nothing is added to these
	}
}

func (w *recordWriter) begin(seq int64) {
	w.records = append(w.records, record{seq, append(make([]byte, 0, w.room), recordVersion, 0, 0)})
	w.count, w.at, w.client = 0, 0, 0
	w.names, w.recent = make(map[string]uint64), [len(w.recent)]recentName{}
}

func (w *recordWriter) name(b []byte, s string) []byte {
	for i := range w.recent {
		if r := &w.recent[i]; r.number > 0 && r.name == s {
			return binary.AppendUvarint(b, r.number)
		}
	}
	n, known := w.names[s]
	if !known {
		n = uint64(len(w.names))
		w.names[s] = n
	}
	copy(w.recent[1:], w.recent[:])
	w.recent[0] = recentName{s, n + 1}
	if known {
		return binary.AppendUvarint(b, n+1)
	}
	return appendText(append(b, 0), s)
}

func (w *recordWriter) detail(b []byte, d *detail) []byte {
	b = append(b, d.kind)
	switch d.kind {
	case detailJSON:
		b = appendText(b, d.raw)
	case detailRevision:
		b = binary.AppendUvarint(b, uint64(d.revision))
	case detailFields:
		b = binary.AppendUvarint(b, uint64(d.revision))
		b = binary.AppendUvarint(b, uint64(len(d.fields)))
		for _, field := range d.fields {
			b = w.name(b, field)
		}
	case detailFinding:
		b = w.name(b, d.name)
		b = appendText(b, d.rowID)
		b = w.name(b, d.reason)
	case detailLabel:
		b = w.name(b, d.name)
		b = w.name(b, d.reason)
	case detailPast:
		b = w.name(b, d.name)
		b = appendText(b, d.rowID)
		b = w.name(b, d.reason)
		b = binary.AppendUvarint(b, packTime(d.since))
		b = appendText(b, d.raw)
	}
	return b
}

// recordReader takes the events out of a record one by one.
type recordReader struct {
	d      decoder
	left   int
	names  []string
	at     uint64
	client int64
}

func readRecord(b []byte) (*recordReader, error) {
	if len(b) < recordHeader || b[0] != recordVersion {
		return nil, fmt.Errorf("%w: a record of events has no valid header", ErrDamaged)
	}
	return &recordReader{d: decoder{b: b[recordHeader:]}, left: int(binary.LittleEndian.Uint16(b[1:]))}, nil
}

// next reads an event; it returns false after the last one.
func (r *recordReader) next(e *event) (bool, error) {
	if r.left == 0 {
		if len(r.d.b) > 0 {
			r.d.fail(errors.New("bytes are left over"))
		}
		return false, r.d.problem("record of events")
	}
	r.left--
	*e = event{}
	number := int(r.d.byte())
	switch {
	case number == 0:
		e.typ = crm.EventType(r.d.text())
	case number <= len(eventTypes):
		e.typ = eventTypes[number-1]
	default:
		r.d.fail(fmt.Errorf("there is no event type %d", number))
	}
	r.at += uint64(r.varint())
	r.client += r.varint()
	e.at, e.client = unpackTime(r.at), r.client
	e.rule, e.by = r.name(), r.name()
	r.detail(&e.detail)
	return r.d.err == nil, r.d.problem("record of events")
}

func (r *recordReader) varint() int64 {
	v, n := binary.Varint(r.d.b)
	if n <= 0 {
		r.d.fail(errCutShort)
		return 0
	}
	r.d.b = r.d.b[n:]
	return v
}

func (r *recordReader) name() string {
	n := r.d.uvarint()
	switch {
	case n == 0:
		r.names = append(r.names, r.d.text())
		n = uint64(len(r.names))
	case n > uint64(len(r.names)):
		r.d.fail(fmt.Errorf("there is no name %d", n))
		return ""
	}
	return r.names[n-1]
}

func (r *recordReader) detail(d *detail) {
	d.kind = r.d.byte()
	switch d.kind {
	case detailNone:
	case detailJSON:
		d.raw = r.d.bytes()
	case detailRevision:
		d.revision = int64(r.d.uvarint())
	case detailFields:
		d.revision = int64(r.d.uvarint())
		d.fields = make([]string, r.d.count())
		for i := range d.fields {
			d.fields[i] = r.name()
		}
	case detailFinding:
		d.name, d.rowID, d.reason = r.name(), r.d.text(), r.name()
	case detailLabel:
		d.name, d.reason = r.name(), r.name()
	case detailPast:
		d.name, d.rowID, d.reason = r.name(), r.d.text(), r.name()
		d.since, d.raw = unpackTime(r.d.uvarint()), r.d.bytes()
	default:
		r.d.fail(fmt.Errorf("there is no detail of kind %d", d.kind))
	}
}

// shown returns the event in the form callers see; it shares no stored bytes.
func (e *event) shown(seq int64) (crm.Event, error) {
	out := crm.Event{Seq: seq, At: e.at, Type: e.typ, Client: e.client, Rule: e.rule, By: e.by}
	var err error
	out.Detail, err = e.detail.json()
	return out, err
}

func (d *detail) json() (json.RawMessage, error) {
	switch d.kind {
	case detailNone:
		return nil, nil
	case detailJSON:
		return append(json.RawMessage{}, d.raw...), nil
	case detailRevision:
		return json.Marshal(struct {
			Revision int64 `json:"revision"`
		}{d.revision})
	case detailFields:
		return json.Marshal(struct {
			Revision int64    `json:"revision"`
			Fields   []string `json:"fields"`
		}{d.revision, d.fields})
	case detailFinding:
		return json.Marshal(struct {
			Code   string `json:"code"`
			RowID  string `json:"rowId"`
			Reason string `json:"reason,omitempty"`
		}{d.name, d.rowID, d.reason})
	}
	return json.Marshal(struct {
		Label  string `json:"label"`
		Reason string `json:"reason,omitempty"`
	}{d.name, d.reason})
}
