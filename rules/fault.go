package rules

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var reportedLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntaxProblem says where a text stops being YAML. The library's own line is
// often that of the block around the mistake, and it tells no column.
func syntaxProblem(data []byte, text string) *Problem {
	message := reportedLine.ReplaceAllString(text, "")
	p := &Problem{Line: 1, Column: 1, Message: "not YAML: " + message}
	if at, ok := faultOffset(data, message); ok {
		p.Line, p.Column = placeAt(data, at)
	} else if m := reportedLine.FindStringSubmatch(text); m != nil && m[1] != "" {
		p.Line, _ = strconv.Atoi(m[1])
	}
	p.Message += syntaxHint(message, lineAt(data, p.Line))
	return p
}

func syntaxHint(message, line string) string {
	switch {
	case strings.Contains(line, "{{"):
		return "; text that begins with {{ must be in quotes"
	case strings.Contains(message, "mapping values are not allowed"):
		return "; an expression with a colon must be in quotes"
	case strings.Contains(line, "\t"):
		return "; indent with spaces, not tabs"
	}
	return ""
}

func lineAt(data []byte, line int) string {
	for i := 1; i < line; i++ {
		_, rest, ok := bytes.Cut(data, []byte("\n"))
		if !ok {
			return ""
		}
		data = rest
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	return string(first)
}

// faultOffset finds where the mistake begins: the shortest text such that it
// and every longer one fail with this message. It goes back from the place at which
// the library gave up, by lines and then by characters, and stops where it is
// once it has read searchBytes, some hundred times a usual manifest.
func faultOffset(data []byte, message string) (offset int, ok bool) {
	const searchBytes = 2 << 20
	source := &byteReader{data: data}
	if !failsWith(source, message) {
		return 0, false
	}
	end, budget := source.next, searchBytes
	fails := func(at int) bool {
		budget -= at + 1
		return budget > 0 && failsWith(bytes.NewReader(data[:at]), message)
	}
	for end > 0 {
		start := bytes.LastIndexByte(data[:end-1], '\n') + 1
		if !fails(start) {
			break
		}
		end = start
	}
	for end > 0 {
		_, size := utf8.DecodeLastRune(data[:end])
		end -= size
		if !fails(end) {
			break
		}
	}
	return end, true
}

// failsWith reports whether reading a text as YAML ends with the message.
func failsWith(text io.Reader, message string) bool {
	decoder := yaml.NewDecoder(text)
	for {
		_, err := nextYAML(decoder)
		if errors.Is(err, io.EOF) {
			return false
		}
		if err != nil {
			return reportedLine.ReplaceAllString(err.Error(), "") == message
		}
	}
}

// byteReader gives a byte at a time, so that its position is the parser's.
type byteReader struct {
	data []byte
	next int
}

func (r *byteReader) Read(p []byte) (int, error) {
	if r.next == len(r.data) {
		return 0, io.EOF
	}
	p[0] = r.data[r.next]
	r.next++
	return 1, nil
}
