package wasm

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"unicode"

	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
)

// output takes what a guest logs and writes to its standard streams: abi.MaxLogBytes an
// evaluation, the rest is dropped. Standard streams become a log line a line.
type output struct {
	log    *slog.Logger
	digest string
	left   int    // bytes it may still write
	line   []byte // the unfinished line of the standard streams

	tail   []byte            // the end of what the record said by message or stream, finished or not
	record uint64            // whose tail it is
	index  api.MutableGlobal // the record being evaluated
}

// maxTail is enough for the message of a panic and the trace behind it.
const maxTail = 2 * abi.MaxLogBytes

// maxWords bounds a guest's last words, in bytes.
const maxWords = 500

// reset begins an evaluation.
func (o *output) reset() {
	o.left = abi.MaxLogBytes
	o.line, o.tail = o.line[:0], o.tail[:0]
}

// forget drops what was written, so that nothing of it stands beside what comes. What may still be
// written stays as it is: no guest can tell, and a million records have a million times as much to say.
func (o *output) forget() {
	o.flush()
	o.tail = o.tail[:0]
}

// hear begins a call of the guest, of which nothing has been heard yet.
func (o *output) hear() { o.tail = o.tail[:0] }

// turn drops what was said of another record of the same call.
func (o *output) turn() {
	if record := o.index.Get(); record != o.record {
		o.record, o.tail = record, o.tail[:0]
	}
}

// message takes one message of assay.log. As last words it is one line, whatever is in it: the text of a panic
// may have several, of which none says it alone.
func (o *output) message(b []byte) {
	o.turn()
	o.tail = append(o.tail[:0], b[:min(len(b), maxWords)]...)
	for i, c := range o.tail {
		if c == '\n' || c == '\r' {
			o.tail[i] = ' '
		}
	}
	o.tail = append(o.tail, '\n')
	b = b[:min(len(b), o.left)]
	o.left -= len(b)
	o.emit(b)
}

// Write is io.Writer for the guest's standard streams. It takes everything, so that a guest does
// not fail for its chatter.
func (o *output) Write(b []byte) (int, error) {
	written := len(b)
	o.turn()
	if room := maxTail - len(o.tail); len(b) > room {
		o.tail = append(o.tail[:0], o.tail[max(0, len(o.tail)-maxTail/2):]...)
	}
	o.tail = append(o.tail, b[:min(len(b), maxTail-len(o.tail))]...)
	b = b[:min(len(b), o.left)]
	o.left -= len(b)
	for {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		o.line = append(o.line, line...)
		if !ended {
			return written, nil
		}
		o.flush()
		b = rest
	}
}

// flush logs an unfinished line.
func (o *output) flush() {
	o.emit(o.line)
	o.line = o.line[:0]
}

func (o *output) emit(b []byte) {
	text := strings.TrimRight(strings.ToValidUTF8(string(b), "\uFFFD"), "\r\n")
	if text != "" {
		o.log.LogAttrs(context.Background(), slog.LevelInfo, "module log", slog.String("module", o.digest), slog.String("text", text))
	}
}

// lastWords returns what the guest said last of the record that is being evaluated: the message of a Go panic,
// behind which stands a trace, or else the last line.
func (o *output) lastWords() string {
	o.turn()
	last := ""
	for _, line := range slices.Backward(strings.Split(string(o.tail), "\n")) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "fatal error: "):
			return printable(line)
		case last == "" && !strings.HasPrefix(line, rustNote):
			last = line
		}
	}
	return printable(last)
}

// rustNote begins the line that Rust's standard library writes behind the message of a panic.
const rustNote = "note: run with `RUST_BACKTRACE"

// printable makes a short text without control characters of what a guest said.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, cut(text, maxWords))
	return strings.TrimSpace(text)
}
