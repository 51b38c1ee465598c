package author

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// rewrite changes keys of a mapping in a text and leaves all other bytes as they are. A mapping in braces is
// written anew as a whole.
func rewrite(text []byte, item *yaml.Node, changes []change) ([]byte, error) {
	if item.Style&yaml.FlowStyle != 0 {
		return rewriteFlow(text, item, changes)
	}
	// From the last line to the first: the places of what comes before stay right.
	b := newBlock(text, item)
	for i := len(changes) - 1; i >= 0; i-- {
		if c := changes[i]; valueOf(item, c.key) == nil {
			if err := b.addKey(c); err != nil {
				return nil, err
			}
		}
	}
	for i := len(item.Content) - 2; i >= 0; i -= 2 {
		for _, c := range changes {
			if c.key == item.Content[i].Value {
				if err := b.rewriteKey(i, c); err != nil {
					return nil, err
				}
			}
		}
	}
	return []byte(strings.Join(b.lines, "")), nil
}

func rewriteFlow(text []byte, item *yaml.Node, changes []change) ([]byte, error) {
	from := offset(text, item.Line, item.Column)
	size, err := flowSize(text[from:])
	if err != nil {
		return nil, err
	}
	m, err := readMapping(text[from : from+size])
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		put(m, c.key, c.to(valueOf(m, c.key)))
	}
	written, err := write(m)
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{text[:from], []byte(strings.TrimRight(written, "\n")), text[from+size:]}, nil), nil
}

// offset returns the byte of a place; columns are in characters.
func offset(text []byte, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		at += bytes.IndexByte(text[at:], '\n') + 1
	}
	for ; column > 1; column-- {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}

// flowSize returns how many bytes a mapping in braces has, which the text begins with.
func flowSize(text []byte) (int, error) {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '#' && i > 0 && strings.IndexByte(" \t\n", text[i-1]) >= 0:
			return 0, errors.New("it has comments inside braces")
		case (c == '"' || c == '\'') && strings.IndexByte(" \t\n[{,:", text[i-1]) >= 0:
			quote = c
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		}
	}
	return 0, errors.New("its closing brace is not found")
}

// block is a mapping of a key a line in the lines of a text, which its changes are made in.
type block struct {
	lines []string // each with its end
	item  *yaml.Node
	ends  []int // of each key: the line behind it, before anything changed
}

func newBlock(text []byte, item *yaml.Node) *block {
	b := &block{lines: strings.SplitAfter(string(text), "\n"), item: item}
	for i := 0; i+1 < len(item.Content); i += 2 {
		b.ends = append(b.ends, b.end(i))
	}
	return b
}

// indent is how far the keys stand from the left.
func (b *block) indent() int { return b.item.Column - 1 }

// end returns the line behind the last of a key, of the mapping itself for its last key. Blanks and comments at the end
// are no part of it.
func (b *block) end(i int) int {
	end := len(b.lines)
	if i+2 < len(b.item.Content) {
		end = b.item.Content[i+2].Line - 1
	} else {
		for at := b.item.Content[i].Line; at < len(b.lines); at++ {
			if line := strings.TrimRight(b.lines[at], " \t\r\n"); !isAside(line) && indentOf(line) < b.indent() {
				end = at
				break
			}
		}
	}
	for end > b.item.Content[i].Line && isAside(b.lines[end-1]) {
		end--
	}
	return end
}

// isAside reports a blank line or one of a comment.
func isAside(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// rewriteKey changes the key whose name is the i-th of the mapping's content.
func (b *block) rewriteKey(i int, c change) error {
	from, to := b.item.Content[i].Line-1, b.ends[i/2]
	prefix := b.lines[from][:b.indent()] // the hyphen of the item, for its first key
	was := b.lines[from][b.indent():]
	for _, line := range b.lines[from+1 : to] {
		was += strings.TrimPrefix(line, strings.Repeat(" ", b.indent()))
	}
	m, err := readMapping([]byte(was))
	if err != nil {
		return err
	}
	value := c.to(m.Content[1])
	if value == nil && strings.TrimSpace(prefix) == "" {
		b.lines = splice(b.lines, from, to)
		return nil
	}
	if value == nil { // the item begins here
		value = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	m.Content[1] = value
	return b.put(from, to, prefix, m)
}

// addKey adds a key at the end of the mapping.
func (b *block) addKey(c change) error {
	value := c.to(nil)
	if value == nil {
		return nil
	}
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	put(m, c.key, value)
	end := b.ends[len(b.ends)-1]
	if last := b.lines[end-1]; !strings.HasSuffix(last, "\n") {
		b.lines[end-1] += "\n"
	}
	return b.put(end, end, strings.Repeat(" ", b.indent()), m)
}

// put writes a mapping of one key in place of lines.
func (b *block) put(from, to int, prefix string, m *yaml.Node) error {
	written, err := write(m)
	if err != nil {
		return err
	}
	lines := strings.SplitAfter(strings.TrimSuffix(written, "\n"), "\n")
	for i, line := range lines {
		switch {
		case i == 0:
			lines[i] = prefix + line
		case strings.TrimSpace(line) != "":
			lines[i] = strings.Repeat(" ", b.indent()) + line
		}
	}
	lines[len(lines)-1] += "\n"
	if strings.HasSuffix(b.lines[0], "\r\n") {
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], "\n") + "\r\n"
		}
	}
	b.lines = splice(b.lines, from, to, lines...)
	return nil
}

func splice(lines []string, from, to int, by ...string) []string {
	out := append([]string{}, lines[:from]...)
	return append(append(out, by...), lines[to:]...)
}
