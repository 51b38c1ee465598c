package main

import (
	"encoding/binary"
	"math"
	"strconv"

	"assay/sdk/go"
)

type fieldsSettings struct {
	Text bool `json:"text" default:"false"`
}

func fields(s *fieldsSettings, client assay.Client, report *assay.Report) {
	text := projection(client)
	finding := report.Finding("fields").Path("id").ParamInt("length", int64(len(text))).Param("hash", hex(fnv1a(text)))
	if s.Text {
		finding.Param("text", string(text))
	}
}

const noKey = "no such key"

// projection writes a line for each value that is present.
func projection(client assay.Client) []byte {
	l := new(lines)
	l.client(client)
	fields := client.Fields()
	for i := range fields.Len() {
		l.field(client, fields.At(i).Key())
	}
	l.field(client, noKey)
	properties := client.Properties()
	for i := range properties.Len() {
		l.property(client, properties.At(i).Key())
	}
	l.property(client, noKey)
	l.integer("defaults", absentNotEmpty(client))
	return l.text
}

// lines collects lines of path=value.
type lines struct {
	text []byte
	at   []byte // the path of the row, with its dot
}

func (l *lines) string(name, value string) {
	b := l.room(len(l.at) + len(name) + len(value) + 2)
	n := copy(b, l.at)
	n += copy(b[n:], name)
	b[n] = '='
	n += 1 + copy(b[n+1:], value)
	b[n] = '\n'
}

// room lengthens the text by size bytes and returns these. It has no loop and no append, of which WebAssembly made
// by Go spends much.
func (l *lines) room(size int) []byte {
	start := len(l.text)
	if start+size > cap(l.text) {
		l.grow(size)
	}
	l.text = l.text[:start+size]
	return l.text[start:]
}

//go:noinline
func (l *lines) grow(size int) {
	l.text = append(make([]byte, 0, 2*(len(l.text)+size)), l.text...)
}

func (l *lines) integer(name string, value int64) {
	var digits [20]byte
	l.string(name, string(strconv.AppendInt(digits[:0], value, 10)))
}

func (l *lines) bool(name string, value bool) { l.string(name, strconv.FormatBool(value)) }

func (l *lines) float(name string, value float64) { l.string(name, hex(math.Float64bits(value))) }

func (l *lines) strings(name string, list assay.Strings) {
	at := l.list(name, list.Len())
	for i := range list.Len() {
		l.enter(at, name, i)
		l.string("", list.At(i))
	}
	l.leave(at)
}

// list writes the line of a list and returns the length of the path it is in.
func (l *lines) list(name string, length int) (at int) {
	l.integer(name, int64(length))
	return len(l.at)
}

// enter makes the path that of an item of a list.
func (l *lines) enter(at int, name string, i int) {
	l.at = append(append(l.at[:at], name...), '[')
	l.at = append(strconv.AppendInt(l.at, int64(i), 10), ']')
}

// row makes the path that of the slots of an item.
func (l *lines) row() { l.at = append(l.at, '.') }

// leave makes the path again what it was before enter.
func (l *lines) leave(at int) { l.at = l.at[:at] }

func (l *lines) field(client assay.Client, key string) {
	found := "none"
	if client.HasField(key) {
		found = client.Field(key).Type().String()
	}
	l.string("field("+key+")", found)
}

func (l *lines) property(client assay.Client, key string) {
	found := "none"
	if client.HasProperty(key) {
		found = client.Property(key)
	}
	l.string("property("+key+")", found)
}

// hex writes 16 hexadecimal digits.
func hex(bits uint64) string {
	const digits = "0123456789abcdef"
	var text [16]byte
	for i := range text {
		text[i] = digits[bits>>(60-4*i)&15]
	}
	return string(text[:])
}

// fnv1a is the hash of that name with 64 bits. It takes eight bytes a turn, for a turn is charged as much as they are.
func fnv1a(text []byte) uint64 {
	hash := uint64(14695981039346656037)
	for ; len(text) >= 8; text = text[8:] {
		hash = fnv8(hash, binary.LittleEndian.Uint64(text))
	}
	for _, c := range text {
		hash = (hash ^ uint64(c)) * fnvPrime
	}
	return hash
}

const fnvPrime = 1099511628211

func fnv8(hash, eight uint64) uint64 {
	hash = (hash ^ eight&0xff) * fnvPrime
	hash = (hash ^ eight>>8&0xff) * fnvPrime
	hash = (hash ^ eight>>16&0xff) * fnvPrime
	hash = (hash ^ eight>>24&0xff) * fnvPrime
	hash = (hash ^ eight>>32&0xff) * fnvPrime
	hash = (hash ^ eight>>40&0xff) * fnvPrime
	hash = (hash ^ eight>>48&0xff) * fnvPrime
	return (hash ^ eight>>56) * fnvPrime
}
