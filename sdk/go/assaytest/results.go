package assaytest

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"assay/sdk/go"
	"assay/sdk/go/internal/abi"
)

// row is a row of results: its fields in their order.
type row struct {
	kind   byte
	fields []field
}

type field struct {
	tag  byte
	text string
}

// parse reads results and refuses what the host would, and a second label, of which the host would take the last.
func parse(packed []byte) (Result, error) {
	if len(packed) > abi.MaxResultsBytes {
		return Result{}, fmt.Errorf("%d bytes, at most 64 KiB are allowed", len(packed))
	}
	var result Result
	for n := 1; len(packed) > 0; n++ {
		if n > abi.MaxResultRows {
			return Result{}, fmt.Errorf("more than %d findings, labels, measures and errors together", abi.MaxResultRows)
		}
		size := int(binary.LittleEndian.Uint32(packed))
		if err := result.add(split(packed[4 : 4+size])); err != nil {
			return Result{}, fmt.Errorf("row %d: %w", n, err)
		}
		packed = packed[4+size:]
	}
	return result, nil
}

// split cuts a row into its fields.
func split(b []byte) row {
	r := row{kind: b[0]}
	for b = b[1:]; len(b) > 0; {
		end := abi.FieldHeader + binary.LittleEndian.Uint32(b[1:])
		r.fields = append(r.fields, field{b[0], string(b[abi.FieldHeader:end])})
		b = b[end:]
	}
	return r
}

func (result *Result) add(r row) error {
	for _, f := range r.fields {
		if f.tag != abi.TagValue && !utf8.ValidString(f.text) {
			return fmt.Errorf("the text %q is not UTF-8", f.text)
		}
		if f.tag == abi.TagParamKey && f.text == "" {
			return errors.New("a parameter has an empty key")
		}
	}
	switch r.kind {
	case abi.ResultFinding:
		f := Finding{r.get(abi.TagCode), r.get(abi.TagPath), r.get(abi.TagRowID), r.get(abi.TagSuggest), assay.Severity(r.get(abi.TagSeverity)), r.params()}
		result.Findings = append(result.Findings, f)
		return f.fault(r)
	case abi.ResultLabel:
		if result.Label.Name != "" {
			return fmt.Errorf("the label %q comes after %q: a client gets one", r.get(abi.TagLabel), result.Label.Name)
		}
		result.Label = Label{r.get(abi.TagLabel), r.params()}
		return r.ident("label", abi.TagLabel)
	case abi.ResultMeasure:
		if result.Measures == nil {
			result.Measures = map[string]int64{}
		}
		result.Measures[r.get(abi.TagMeasure)] = int64(binary.LittleEndian.Uint64([]byte(r.get(abi.TagValue))))
		return r.ident("measure", abi.TagMeasure)
	}
	result.Error = r.get(abi.TagError)
	return nil
}

func (f Finding) fault(r row) error {
	switch {
	case len(f.Row) > abi.MaxIdentBytes:
		return fmt.Errorf("the row id %.40q… has more than %d bytes", f.Row, abi.MaxIdentBytes)
	case f.Suggest != "" && !json.Valid([]byte(f.Suggest)):
		return fmt.Errorf("the suggestion %q is not JSON", f.Suggest)
	case f.Severity != "" && !slices.Contains([]assay.Severity{assay.Info, assay.Warning, assay.Error}, f.Severity):
		return fmt.Errorf("the severity %q is none of info, warning, error", f.Severity)
	}
	return r.ident("code", abi.TagCode)
}

func (r row) get(tag byte) string {
	for _, f := range r.fields {
		if f.tag == tag {
			return f.text
		}
	}
	return ""
}

// params returns the parameters by key; of one that is given twice, the last.
func (r row) params() map[string]string {
	var params map[string]string
	for i, f := range r.fields {
		if f.tag == abi.TagParamKey {
			if params == nil {
				params = map[string]string{}
			}
			params[f.text] = r.fields[i+1].text
		}
	}
	return params
}

// ident refuses a name that is empty or too long.
func (r row) ident(what string, tag byte) error {
	if name := r.get(tag); name == "" || len(name) > abi.MaxIdentBytes {
		return fmt.Errorf("the %s %.40q has not 1 to %d bytes", what, name, abi.MaxIdentBytes)
	}
	return nil
}
