package abi_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"assay/sdk/abi"
)

var errStop = errors.New("stop")

func parseAll(b []byte) (rows []abi.ResultRow, err error) {
	err = abi.ParseResults(b, func(r abi.ResultRow) error {
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

var everyKind = []abi.ResultRow{
	{Kind: abi.ResultFinding, Code: "tax-id"},
	{
		Kind: abi.ResultFinding, Code: "contact-job-title", Path: "contacts[1].jobTitle", RowID: "c7",
		Suggest: json.RawMessage(`"бухгалтер"`), Severity: "error", Params: []abi.Param{{Key: "contact.name", Value: "Пётр"}, {Key: "n", Value: ""}},
	},
	{Kind: abi.ResultLabel, Label: "large", Params: []abi.Param{{Key: "client.companySize", Value: "large"}}},
	{Kind: abi.ResultMeasure, Measure: "revenue", Value: math.MinInt64},
	{Kind: abi.ResultError, Error: "division by zero"},
}

func TestResultsRoundTrip(t *testing.T) {
	var packed []byte
	for _, r := range everyKind {
		packed = abi.AppendResult(packed, r)
	}
	rows, err := parseAll(packed)
	if err != nil || !reflect.DeepEqual(rows, everyKind) {
		t.Errorf("got  %+v\nwant %+v, %v", rows, everyKind, err)
	}
	if err := abi.CheckResults(packed); err != nil {
		t.Error(err)
	}
}

func TestNoResults(t *testing.T) {
	if rows, err := parseAll(nil); rows != nil || err != nil {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestParseResultsStopsWhenYieldFails(t *testing.T) {
	var packed []byte
	for _, r := range everyKind {
		packed = abi.AppendResult(packed, r)
	}
	seen := 0
	err := abi.ParseResults(packed, func(abi.ResultRow) error {
		seen++
		return errStop
	})
	if err != errStop || seen != 1 {
		t.Errorf("%v after %d rows", err, seen)
	}
}

func TestMalformedResults(t *testing.T) {
	finding := abi.AppendResult(nil, everyKind[0])
	row := func(kind byte, fields ...string) string {
		body := string(kind) + strings.Join(fields, "")
		return string([]byte{byte(len(body)), byte(len(body) >> 8), 0, 0}) + body
	}
	field := func(tag byte, value string) string {
		return string([]byte{tag, byte(len(value)), byte(len(value) >> 8), 0, 0}) + value
	}
	code := field(abi.TagCode, "x")
	tests := map[string]struct{ packed, want string }{
		"header cut off":     {"\x01\x00", "row 0 at byte 0: cut off in the row's header"},
		"row cut off":        {string(finding[:len(finding)-1]), "row size 12, 11 bytes are left"},
		"size of nothing":    {"\x00\x00\x00\x00\x01", "row size 0"},
		"huge size":          {"\xff\xff\xff\xff\x01", "row size 4294967295"},
		"second row":         {string(finding) + "\x01", "row 1 at byte 16"},
		"kind 0":             {row(0), "unknown kind 0"},
		"kind 5":             {row(5, code), "unknown kind 5"},
		"field cut off":      {row(1, code, "\x02\x00"), "cut off in a field's header"},
		"field too long":     {row(1, "\x01\xff\xff\xff\xff"), "claims 4294967295 bytes, 0 are left"},
		"unknown tag":        {row(1, code, field(200, "")), "field 200 does not belong"},
		"tag of another row": {row(1, code, field(abi.TagLabel, "x")), "field 7 does not belong in a row of kind 1"},
		"twice":              {row(1, code, code), "field 1 stands twice"},
		"no code":            {row(1, field(abi.TagPath, "x")), "lacks a required field"},
		"empty code":         {row(1, field(abi.TagCode, "")), "field 1 is empty"},
		"long code":          {row(1, field(abi.TagCode, strings.Repeat("x", 256))), "longer than 255 bytes"},
		"not UTF-8":          {row(1, code, field(abi.TagPath, "\xc3\x28")), "not valid UTF-8"},
		"suggest":            {row(1, code, field(abi.TagSuggest, "{")), "not JSON"},
		"severity":           {row(1, code, field(abi.TagSeverity, "fatal")), "not info, warning or error"},
		"key alone":          {row(1, code, field(abi.TagParamKey, "k")), "no value"},
		"value alone":        {row(1, code, field(abi.TagParamValue, "v")), "a parameter is a key"},
		"key, then path":     {row(1, code, field(abi.TagParamKey, "k"), field(abi.TagPath, "")), "a parameter is a key"},
		"empty key":          {row(1, code, field(abi.TagParamKey, ""), field(abi.TagParamValue, "")), "field 5 is empty"},
		"no label":           {row(2), "lacks a required field"},
		"no value":           {row(3, field(abi.TagMeasure, "m")), "lacks a required field"},
		"short value":        {row(3, field(abi.TagMeasure, "m"), field(abi.TagValue, "1234567")), "not 8 bytes"},
		"no text":            {row(4), "lacks a required field"},
		"too many rows":      {strings.Repeat(string(finding), abi.MaxResultRows+1), "more than 1000 rows"},
		"too many bytes":     {strings.Repeat("x", abi.MaxResultsBytes+1), "65537 bytes, at most 65536"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parseAll([]byte(test.packed))
			var wrong *abi.ResultsError
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if check := abi.CheckResults([]byte(test.packed)); check == nil || check.Error() != err.Error() {
				t.Errorf("CheckResults says %v, ParseResults %v", check, err)
			}
		})
	}
}

func TestCheckResultsAllocatesNothing(t *testing.T) {
	var packed []byte
	for _, r := range everyKind {
		packed = abi.AppendResult(packed, r)
	}
	if n := testing.AllocsPerRun(100, func() { _ = abi.CheckResults(packed) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever is parsed is written to bytes that parse to the same.
func FuzzParseResults(f *testing.F) {
	for _, r := range everyKind {
		f.Add(abi.AppendResult(nil, r))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		rows, err := parseAll(packed)
		if check := abi.CheckResults(packed); (check == nil) != (err == nil) {
			t.Fatalf("CheckResults says %v, ParseResults %v", check, err)
		}
		if err != nil {
			return
		}
		var again []byte
		for _, r := range rows {
			again = abi.AppendResult(again, r)
		}
		if len(again) > abi.MaxResultsBytes {
			t.Fatalf("%d bytes became %d", len(packed), len(again))
		}
		if second, err := parseAll(again); err != nil || !reflect.DeepEqual(rows, second) {
			t.Fatalf("%+v became %+v, %v", rows, second, err)
		}
	})
}

// Whatever is written parses to what was written, when it is within the limits.
func FuzzAppendResult(f *testing.F) {
	f.Add(byte(1), "code", "path", "row", `{"a":1}`, "key", "value", int64(1))
	f.Add(byte(3), "m", "", "", "", "", "", int64(-1))
	f.Fuzz(func(t *testing.T, kind byte, name, path, rowID, suggest, key, value string, number int64) {
		r := abi.ResultRow{Kind: abi.ResultKind(kind%4 + 1)}
		switch r.Kind {
		case abi.ResultFinding:
			r.Code, r.Path, r.RowID, r.Params = name, path, rowID, []abi.Param{{Key: key, Value: value}}
			if suggest != "" {
				r.Suggest = json.RawMessage(suggest)
			}
		case abi.ResultLabel:
			r.Label, r.Params = name, []abi.Param{{Key: key, Value: value}}
		case abi.ResultMeasure:
			r.Measure, r.Value = name, number
		case abi.ResultError:
			r.Error = name
		}
		rows, err := parseAll(abi.AppendResult(nil, r))
		var wrong *abi.ResultsError
		if err != nil && !errors.As(err, &wrong) {
			t.Fatalf("error %v", err)
		}
		if err == nil && !reflect.DeepEqual(rows, []abi.ResultRow{r}) {
			t.Fatalf("got %+v, want %+v", rows, r)
		}
	})
}
