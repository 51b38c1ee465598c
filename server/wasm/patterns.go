package wasm

import (
	"container/list"
	"regexp"
	"sync"
	"sync/atomic"

	"assay/sdk/abi"
	"assay/sdk/abi/pattern"
)

// maxPatternBytes is about what the patterns that a host keeps may take.
const maxPatternBytes = 8 << 20

// onePassProgram is the size of the largest program that regexp may look for a one-pass form of. That
// takes time with the cube of the size: half a second for ^a?b?c?… of 1.5 KB.
const onePassProgram = 200

// patterns keeps regular expressions, those of each module apart: where they take too much room, the
// module with the most of them gives one up. A pattern that was used since it was last looked at is spared once.
// The zero value is ready for use.
type patterns struct {
	mu     sync.RWMutex
	shares map[*Module]*share
	bytes  int
}

// share is what a module has of the room.
type share struct {
	known map[string]*list.Element // by the patterns' texts
	order list.List                // of *expression; the front one goes next
	bytes int
}

// expression is a pattern, parsed and compiled at its first use. What it costs is known before.
type expression struct {
	text string
	work int // of parsing it
	size int // instructions it compiles to, about; 0 when it is invalid or too large
	used atomic.Bool

	once sync.Once
	re   *regexp.Regexp
}

var tooLong = &expression{}

// find returns the pattern, and whether it is one that is kept. If not, it is not parsed yet.
func (p *patterns) find(m *Module, text []byte) (e *expression, kept bool) {
	if len(text) > abi.MaxPatternBytes {
		return tooLong, true
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if s := p.shares[m]; s != nil {
		if at := s.known[string(text)]; at != nil {
			e = at.Value.(*expression)
			if !e.used.Load() {
				e.used.Store(true)
			}
			return e, true
		}
	}
	return &expression{text: string(text), work: pattern.Work(string(text))}, false
}

// keep parses a pattern that find has made and keeps it.
func (p *patterns) keep(m *Module, e *expression) {
	e.size, _ = pattern.Size(e.text)
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.shares[m]
	if s == nil {
		if p.shares == nil {
			p.shares = map[*Module]*share{}
		}
		s = &share{known: map[string]*list.Element{}}
		p.shares[m] = s
	}
	if s.known[e.text] != nil {
		return // another instance was faster
	}
	s.known[e.text] = s.order.PushBack(e)
	s.bytes += e.bytes()
	p.bytes += e.bytes()
	for p.bytes > maxPatternBytes {
		p.bytes -= p.largest().drop()
	}
}

// largest returns the share that takes the most room.
func (p *patterns) largest() *share {
	var most *share
	for _, s := range p.shares {
		if most == nil || s.bytes > most.bytes {
			most = s
		}
	}
	return most
}

// drop gives a pattern up and returns its bytes.
func (s *share) drop() int {
	at := s.order.Front()
	for at.Value.(*expression).used.Swap(false) {
		s.order.MoveToBack(at)
		at = s.order.Front()
	}
	e := s.order.Remove(at).(*expression)
	delete(s.known, e.text)
	s.bytes -= e.bytes()
	return e.bytes()
}

// forget gives up the patterns of a module that has ended.
func (p *patterns) forget(m *Module) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.shares[m]; s != nil {
		p.bytes -= s.bytes
		delete(p.shares, m)
	}
}

// bytes is about the most that the pattern takes when it is compiled. The parser leaves room in
// classes that it folds and merges.
func (e *expression) bytes() int {
	if e.size == 0 {
		return 500 + len(e.text)
	}
	return 1000 + 2*len(e.text) + 64*e.size + 16*e.work
}

// compiled returns the compiled pattern, nil when it is invalid or too large.
func (e *expression) compiled() *regexp.Regexp {
	if e.size == 0 {
		return nil
	}
	e.once.Do(func() {
		text := e.text
		if e.size > onePassProgram {
			text = "()" + text // programs that do not begin with ^ have no one-pass form
		}
		e.re, _ = regexp.Compile(text)
	})
	return e.re
}
