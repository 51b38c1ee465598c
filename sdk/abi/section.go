package abi

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ModuleMagic begins every WebAssembly module.
const ModuleMagic = "\x00asm"

const (
	modulePreamble = ModuleMagic + "\x01\x00\x00\x00" // and the version of a core module
	customSection  = 0
)

// DescriptionSection is the custom section with a module's description. A command has nothing else to describe it, and one check; other
// modules have it for tools.
const DescriptionSection = "assay"

// section is a section of a module: what bytes it takes, and what it holds when it is a custom one.
type section struct {
	whole   []byte
	custom  bool
	name    string
	content []byte
}

// CustomSections returns the contents of the custom sections of a name in a WebAssembly module, in their order.
// They share the module's memory. Only the frame of the module is read: the error is about that.
func CustomSections(module []byte, name string) (contents [][]byte, err error) {
	sections, err := sectionsOf(module)
	for _, s := range sections {
		if s.custom && s.name == name {
			contents = append(contents, s.content)
		}
	}
	return contents, err
}

// WithCustomSection returns the module with one custom section of that name, at its end, in place of those
// that it has. The same module and content give the same bytes.
func WithCustomSection(module []byte, name string, content []byte) ([]byte, error) {
	sections, err := sectionsOf(module)
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, len(module)+len(name)+len(content)+16), modulePreamble...)
	for _, s := range sections {
		if !s.custom || s.name != name {
			out = append(out, s.whole...)
		}
	}
	payload := append(binary.AppendUvarint(nil, uint64(len(name))), name...)
	payload = append(payload, content...)
	out = append(out, customSection)
	out = binary.AppendUvarint(out, uint64(len(payload)))
	return append(out, payload...), nil
}

// sectionsOf cuts a module into its sections.
func sectionsOf(module []byte) (sections []section, err error) {
	if len(module) < len(modulePreamble) || string(module[:len(modulePreamble)]) != modulePreamble {
		return nil, errors.New("the bytes do not begin like a WebAssembly module of version 1")
	}
	for at := len(modulePreamble); at < len(module); {
		payload, size, err := sized(module[at+1:])
		if err != nil {
			return nil, fmt.Errorf("the section at byte %d: %w", at, err)
		}
		s := section{whole: module[at : at+1+size], custom: module[at] == customSection}
		if s.custom {
			name, size, err := sized(payload)
			if err != nil {
				return nil, fmt.Errorf("the name of the custom section at byte %d: %w", at, err)
			}
			s.name, s.content = string(name), payload[size:]
		}
		sections = append(sections, s)
		at += len(s.whole)
	}
	return sections, nil
}

// sized reads a number of 32 bits in LEB128 and as many bytes; size is that of both together.
func sized(b []byte) (content []byte, size int, err error) {
	length, n := binary.Uvarint(b)
	switch {
	case n == 0:
		return nil, 0, errors.New("it is cut off")
	case n < 0 || n > 5 || length > 1<<32-1:
		return nil, 0, errors.New("its length is no number of 32 bits")
	case length > uint64(len(b)-n):
		return nil, 0, fmt.Errorf("it should have %d bytes, and %d are left", length, len(b)-n)
	}
	return b[n : n+int(length)], n + int(length), nil
}
