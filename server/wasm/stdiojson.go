package wasm

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// kinds names JSON values by their first character, as jsontext does.
var kinds = map[jsontext.Kind]string{
	'"': "a text", '0': "a number", 't': "true", 'f': "false", 'n': "null", '{': "an object", '[': "a list", '}': "nothing", ']': "nothing",
}

// object reads the members of an object with each, which is given the place and the name of one.
func (a *answer) object(at string, each func(at, name string) error) error {
	if none, err := a.open(at, '{', "an object"); none || err != nil {
		return err
	}
	for a.json.PeekKind() != '}' {
		token, err := a.json.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		if err := each(member(at, name), name); err != nil {
			return err
		}
	}
	_, err := a.json.ReadToken()
	return err
}

// member is the place of a member of an object, in one line.
func member(at, name string) string {
	if name == "" || strings.ContainsFunc(name, unicode.IsControl) {
		name = strconv.Quote(name)
	}
	return strings.TrimPrefix(at+"."+name, ".")
}

// list reads the elements of a list with each, which is given the place of one.
func (a *answer) list(at string, each func(at string) error) error {
	if none, err := a.open(at, '[', "a list"); none || err != nil {
		return err
	}
	for i := 0; a.json.PeekKind() != ']'; i++ {
		if err := each(fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	_, err := a.json.ReadToken()
	return err
}

// open reads the beginning of an object or a list; none says that null stands there.
func (a *answer) open(at string, want jsontext.Kind, what string) (none bool, err error) {
	token, err := a.json.ReadToken()
	if err != nil {
		return false, err
	}
	switch kind := token.Kind(); {
	case kind == want:
		return false, nil
	case at == "":
		return false, fmt.Errorf("is %s, want %s", kinds[kind], what)
	case kind == 'n':
		return true, nil
	default:
		return false, fmt.Errorf("%s is %s, want %s", at, kinds[kind], what)
	}
}

// text reads a string; "" when null stands there.
func (a *answer) text(at string) (string, error) {
	token, err := a.json.ReadToken()
	if err != nil {
		return "", err
	}
	switch kind := token.Kind(); kind {
	case '"':
		return token.String(), nil
	case 'n':
		return "", nil
	default:
		return "", fmt.Errorf("%s is %s, want a text", at, kinds[kind])
	}
}

// value reads any value as it is written; nil when null stands there.
func (a *answer) value() ([]byte, error) {
	value, err := a.json.ReadValue()
	if err != nil || value.Kind() == 'n' {
		return nil, err
	}
	return bytes.Clone(value), nil
}
