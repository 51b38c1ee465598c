package pattern

import (
	"errors"
	"regexp/syntax"

	"assay/sdk/abi"
)

// MaxProgram is the size of the largest program, in instructions; it takes about 400 KB.
const MaxProgram = 10_000

// ErrTooLarge is the error of a pattern that would take too long to parse or be too large when compiled.
var ErrTooLarge = errors.New("too large when compiled")

// Size returns the number of instructions, about, that the pattern compiles to. It is at least 1, and
// at most MaxProgram: instructions and the ranges of their classes together. The error is ErrTooLarge
// or a *syntax.Error.
func Size(text string) (int, error) {
	if len(text) > abi.MaxPatternBytes || Work(text) > MaxWork {
		return 0, ErrTooLarge
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0, err
	}
	size := programSize(parsed)
	if size > MaxProgram {
		return 0, ErrTooLarge
	}
	return size, nil
}

// programSize is the number of instructions of a parsed pattern, about; it saturates.
func programSize(re *syntax.Regexp) int {
	size := 1
	switch re.Op {
	case syntax.OpLiteral:
		size += len(re.Rune)
	case syntax.OpCharClass:
		size += len(re.Rune) / 2 // ranges, which a step walks through
	}
	for _, sub := range re.Sub {
		size += programSize(sub) + 1
	}
	if re.Op == syntax.OpRepeat {
		size *= max(1, re.Min, re.Max) + 1
	}
	return min(size, 1<<30)
}
