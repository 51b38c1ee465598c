package author

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// innerPlace is where the engine found something in an expression.
var innerPlace = regexp.MustCompile(`^line (\d+), column (\d+): `)

// placed gives what the engine says of a path its place in the file: that in the expression, where the file has its line as it
// is, and else that of the value, which the message then says more of.
func (d *declared) placed(path, message string) (line, column int, rest string) {
	line, column = d.Place(path)
	inner := innerPlace.FindStringSubmatch(message)
	if inner == nil {
		return line, column, message
	}
	inLine, _ := strconv.Atoi(inner[1]) // digits both
	inColumn, _ := strconv.Atoi(inner[2])
	value := strings.Split(d.Text(path), "\n")
	if inLine > len(value) {
		return line, column, message
	}
	source := strings.Split(string(d.source), "\n")
	for _, at := range []int{line - 1, line - 1 + inLine} { // beside the key, or in a block below it
		from := 0
		if at == line-1 {
			if inLine > 1 {
				continue
			}
			from = column - 1
		}
		if at >= len(source) {
			break
		}
		if before, ok := beforeOf(source[at], from, value[inLine-1]); ok {
			return at + 1, before + inColumn, message[len(inner[0]):]
		}
	}
	return line, column, message
}

// beforeOf is how many characters of a line, so many of them at least, stand before a text.
func beforeOf(line string, from int, text string) (int, bool) {
	characters := []rune(line)
	if from > len(characters) || text == "" {
		return 0, false
	}
	i := strings.Index(string(characters[from:]), text)
	if i < 0 {
		return 0, false
	}
	return from + utf8.RuneCountInString(string(characters[from:])[:i]), true
}
