package wasm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"assay/sdk/abi"
)

// appendAnswer appends the results that a command's line of JSON says, packed. Names that are unknown or stand
// twice, values of another type and text that is not UTF-8 are errors that say where; null is as if nothing stood
// there. abi.CheckResults is the judge of the rest.
func appendAnswer(dst, line []byte) ([]byte, error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil, errors.New("a blank line; a card with nothing to say is answered with {}")
	}
	a := answer{json: jsontext.NewDecoder(bytes.NewBuffer(line)), results: dst}
	err := a.object("", a.member)
	if err == nil {
		if _, err = a.json.ReadToken(); err == nil {
			err = errors.New("something follows the object")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return nil, wrongAnswer(err)
	}
	return a.results, nil
}

// wrongAnswer words the errors of the JSON reader like ours.
func wrongAnswer(err error) error {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("not JSON as it should be: %s", strings.TrimPrefix(cut(syntax.Error(), 300), "jsontext: "))
	}
	return errors.New(cut(err.Error(), 300))
}

// answer reads one line.
type answer struct {
	json    *jsontext.Decoder
	results []byte
	row     abi.ResultRow // the finding that is being read
}

func (a *answer) add(r abi.ResultRow) { a.results = abi.AppendResult(a.results, r) }

// member reads a member of the line.
func (a *answer) member(at, name string) error {
	switch name {
	case "findings":
		return a.list(at, a.finding)
	case "label":
		label, err := a.text(at)
		if label != "" {
			a.add(abi.ResultRow{Kind: abi.ResultLabel, Label: label})
		}
		return err
	case "measures":
		return a.object(at, a.measure)
	case "error":
		said, err := a.text(at)
		if said != "" {
			a.add(abi.ResultRow{Kind: abi.ResultError, Error: said})
		}
		return err
	}
	return unknown(at, "findings, label, measures, error")
}

func (a *answer) finding(at string) error {
	a.row = abi.ResultRow{Kind: abi.ResultFinding, Params: a.row.Params[:0]}
	if err := a.object(at, a.findingMember); err != nil {
		return err
	}
	if a.row.Code == "" {
		return fmt.Errorf("%s.code is missing", at)
	}
	a.add(a.row)
	return nil
}

func (a *answer) findingMember(at, name string) (err error) {
	switch name {
	case "code":
		a.row.Code, err = a.text(at)
	case "path":
		a.row.Path, err = a.text(at)
	case "rowId":
		a.row.RowID, err = a.text(at)
	case "suggest":
		a.row.Suggest, err = a.value()
	case "params":
		err = a.object(at, a.param)
	default:
		err = unknown(at, "code, path, rowId, params, suggest")
	}
	return err
}

// param reads a parameter of a message: text, or a number, true or false as they are written.
func (a *answer) param(at, name string) error {
	token, err := a.json.ReadToken()
	if err != nil {
		return err
	}
	switch kind := token.Kind(); kind {
	case '"', '0', 't', 'f':
		a.row.Params = append(a.row.Params, abi.Param{Key: name, Value: token.String()})
		return nil
	case 'n':
		return nil
	default:
		return fmt.Errorf("%s is %s, want a text, a number, true or false", at, kinds[kind])
	}
}

func (a *answer) measure(at, name string) error {
	token, err := a.json.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() == 'n' {
		return nil
	}
	value, err := strconv.ParseInt(token.String(), 10, 64)
	if err != nil || token.Kind() != '0' {
		return fmt.Errorf("%s is %s, want an integer of 64 bits without fraction or exponent", at, cut(token.String(), 100))
	}
	a.add(abi.ResultRow{Kind: abi.ResultMeasure, Measure: name, Value: value})
	return nil
}

// kinds names JSON values by their first character, as jsontext does.
var kinds = map[jsontext.Kind]string{
	'"': "a text", '0': "a number", 't': "true", 'f': "false", 'n': "null", '{': "an object", '[': "a list", '}': "nothing", ']': "nothing",
}

func unknown(at, known string) error {
	return fmt.Errorf("%s is not a member that is known; there are %s", cut(at, 100), known)
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
	if strings.ContainsFunc(name, unicode.IsControl) {
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
