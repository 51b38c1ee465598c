package link

import "fmt"

// Subsections of "linking".
const (
	linkingSegments = 5
	linkingSymbols  = 8
)

// Flags of a symbol.
const (
	flagUndefined    = 0x10
	flagExplicitName = 0x40
)

func (p *parser) custom(r *reader) {
	switch name := r.text(); name {
	case "linking":
		r.int() // version
		for len(r.b) > 0 && r.err == nil {
			kind := r.byte()
			sub := &reader{b: r.take(r.int())}
			switch kind {
			case linkingSegments:
				for range sub.int() {
					p.segmentName = append(p.segmentName, sub.text())
					p.segmentAlign = append(p.segmentAlign, 1<<min(sub.int(), 3))
					sub.int() // flags
				}
			case linkingSymbols:
				p.symbols(sub)
			}
		}
	case "reloc.CODE":
		p.codeRelocs = p.relocs(r, p.code)
	case "reloc.DATA":
		p.dataRelocs = p.relocs(r, p.data)
	}
}

func (p *parser) symbols(r *reader) {
	for i := range r.int() {
		s := symbol{kind: r.byte()}
		flags := r.int()
		s.defined = flags&flagUndefined == 0
		switch s.kind {
		case symbolData:
			s.name = r.text()
			if s.defined {
				s.index, s.offset = r.int(), r.int()
				r.int() // size
			}
		default:
			s.index = r.int()
			if s.defined || flags&flagExplicitName != 0 {
				s.name = r.text()
			}
		}
		p.o.symbols = append(p.o.symbols, s)
		if s.defined {
			p.o.byName[s.name] = i
		}
	}
}

func (p *parser) relocs(r *reader, section int) []reloc {
	var list []reloc
	if n := r.int(); n != section {
		p.errs = append(p.errs, fmt.Errorf("relocations are of section %d, want %d", n, section))
		return nil
	}
	for range r.int() {
		x := reloc{kind: r.byte(), at: r.int(), symbol: r.int()}
		if x.kind == relocPlace || x.kind == relocAddress || x.kind == relocPointer {
			x.addend = int32(r.signed())
		}
		list = append(list, x)
	}
	return list
}

// place gives each function and segment its relocations, and segments their names and alignments.
func (p *parser) place() {
	for _, x := range p.codeRelocs {
		if i := within(p.funcAt, x.at); i >= 0 {
			x.at -= p.funcAt[i].start
			p.o.funcs[i].relocs = append(p.o.funcs[i].relocs, x)
		}
	}
	for _, x := range p.dataRelocs {
		if i := within(p.segmentAt, x.at); i >= 0 {
			x.at -= p.segmentAt[i].start
			p.o.segments[i].relocs = append(p.o.segments[i].relocs, x)
		}
	}
	for i := range p.o.segments {
		if i < len(p.segmentName) {
			p.o.segments[i].name, p.o.segments[i].align = p.segmentName[i], p.segmentAlign[i]
		}
	}
}

// within returns the span that holds a place.
func within(spans []span, at int) int {
	for i, s := range spans {
		if at >= s.start && at < s.end {
			return i
		}
	}
	return -1
}
