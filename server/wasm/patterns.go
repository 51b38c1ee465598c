package wasm

import (
	"regexp"
	"regexp/syntax"
	"sync"

	"assay/sdk/abi"
)

const (
	maxPatterns = 512    // compiled patterns a host keeps
	maxProgram  = 10_000 // instructions of a compiled pattern, about 400 KB
)

// patterns keeps compiled regular expressions. The zero value is ready for use.
type patterns struct {
	mu    sync.RWMutex
	known map[string]*regexp.Regexp // nil: the pattern is invalid
}

// compile returns the compiled pattern, nil when it is invalid or too large.
func (p *patterns) compile(pattern []byte) *regexp.Regexp {
	if len(pattern) > abi.MaxPatternBytes {
		return nil
	}
	p.mu.RLock()
	re, ok := p.known[string(pattern)]
	p.mu.RUnlock()
	if ok {
		return re
	}
	re = compilePattern(string(pattern))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= maxPatterns {
		// Rules have few patterns. Whoever makes them up as it goes gets no better cache than this.
		p.known = map[string]*regexp.Regexp{}
	}
	p.known[string(pattern)] = re
	return re
}

func compilePattern(pattern string) *regexp.Regexp {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxProgram {
		return nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil
	}
	return re
}
