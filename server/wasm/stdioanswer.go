package wasm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

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
		return fmt.Errorf("not JSON as it should be: %s; what is not an answer goes to standard error", strings.TrimPrefix(cut(syntax.Error(), 300), "jsontext: "))
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

func unknown(at, known string) error {
	return fmt.Errorf("%s is not a member that is known; there are %s", cut(at, 100), known)
}
