package wasm

import (
	"bytes"
	"context"
	"log/slog"
	"strings"

	"assay/sdk/abi"
)

// output takes what a guest logs and writes to its standard streams: abi.MaxLogBytes an
// evaluation, the rest is dropped. Standard streams become a log line a line.
type output struct {
	log    *slog.Logger
	digest string
	left   int    // bytes it may still write
	line   []byte // the unfinished line of the standard streams
	tail   []byte // the end of what the standard streams got, finished or not
}

// maxTail is enough for the message of a panic and the trace behind it.
const maxTail = 2 * abi.MaxLogBytes

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

// message takes one message of assay.log.
func (o *output) message(b []byte) {
	b = b[:min(len(b), o.left)]
	o.left -= len(b)
	o.emit(b)
}

// Write is io.Writer for the guest's standard streams. It takes everything, so that a guest does
// not fail for its chatter.
func (o *output) Write(b []byte) (int, error) {
	written := len(b)
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

// lastWords returns what the guest wrote about its own end: the message of a Go panic, or, when it
// exited, its last line.
func (o *output) lastWords(exited bool) string {
	text := string(o.tail)
	if at := max(strings.LastIndex(text, "panic: "), strings.LastIndex(text, "fatal error: ")); at >= 0 {
		line, _, _ := strings.Cut(text[at:], "\n")
		return cut(line, 500)
	}
	if !exited {
		return ""
	}
	text = strings.TrimSpace(text)
	return cut(text[strings.LastIndex(text, "\n")+1:], 500)
}
