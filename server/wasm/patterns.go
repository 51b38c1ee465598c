package wasm

import (
	"regexp"
	"regexp/syntax"
	"sync"

	"assay/sdk/abi"
)

const (
	maxPatterns = 512    // patterns a host keeps
	maxProgram  = 10_000 // instructions of a compiled pattern, about 400 KB
)

// patterns keeps compiled regular expressions. The zero value is ready for use.
type patterns struct {
	mu    sync.RWMutex
	known map[string]*pattern
}

// pattern is a regular expression, compiled at its first use. What it costs is known before.
type pattern struct {
	text string
	size int // instructions it compiles to, about; 0 when it is invalid or too large

	once sync.Once
	re   *regexp.Regexp
}

var invalidPattern = &pattern{}

// find returns the pattern.
func (p *patterns) find(text []byte) *pattern {
	if len(text) > abi.MaxPatternBytes {
		return invalidPattern
	}
	p.mu.RLock()
	known := p.known[string(text)]
	p.mu.RUnlock()
	if known != nil {
		return known
	}
	found := parsePattern(string(text))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= maxPatterns {
		// Rules have few patterns. Whoever makes them up as it goes gets no better cache than this.
		p.known = map[string]*pattern{}
	}
	p.known[found.text] = found
	return found
}

// parsePattern finds out how large the pattern's program will be. The parser takes a few bytes for
// millions of instructions, which must not be made.
func parsePattern(text string) *pattern {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return &pattern{text: text}
	}
	size := programSize(parsed)
	if size > maxProgram {
		size = 0
	}
	return &pattern{text: text, size: size}
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

// compiled returns the compiled pattern, nil when it is invalid or too large.
func (p *pattern) compiled() *regexp.Regexp {
	if p.size == 0 {
		return nil
	}
	p.once.Do(func() { p.re, _ = regexp.Compile(p.text) })
	return p.re
}
