package conformance_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"assay/sdk/abi"
	"assay/sdk/abi/abitest"
	"assay/server/canon"
)

// What the checks of the module conformance must give, by sdk/conformance/README.md.

// reference gives the rows of a check for a client.
type reference func(abi.Client) []abi.ResultRow

func always(rows ...abi.ResultRow) reference {
	return func(abi.Client) []abi.ResultRow { return rows }
}

// pack returns the rows' bytes.
func pack(rows []abi.ResultRow) (packed []byte) {
	for _, row := range rows {
		packed = abi.AppendResult(packed, row)
	}
	return packed
}

func finding(code, path string, params ...abi.Param) abi.ResultRow {
	return abi.ResultRow{Kind: abi.ResultFinding, Code: code, Path: path, Params: params}
}

func failure(text string) abi.ResultRow { return abi.ResultRow{Kind: abi.ResultError, Error: text} }

func bits(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f)) }

// fieldsWanted is the check fields.
func fieldsWanted(text bool) reference {
	return func(c abi.Client) []abi.ResultRow {
		lines := abitest.Fields(c)
		hash := fnv.New64a()
		hash.Write(lines)
		row := finding("fields", "id", abi.Param{Key: "length", Value: strconv.Itoa(len(lines))}, abi.Param{Key: "hash", Value: fmt.Sprintf("%016x", hash.Sum64())})
		if text {
			row.Params = append(row.Params, abi.Param{Key: "text", Value: string(lines)})
		}
		return []abi.ResultRow{row}
	}
}

func fullWanted() abi.ResultRow {
	return abi.ResultRow{Kind: abi.ResultFinding, Code: "full", Path: "contacts[0].jobTitle", RowID: "c1", Severity: "error",
		Suggest: json.RawMessage(`"директор"`), Params: []abi.Param{{Key: "a", Value: "1"}, {Key: "b"}, {Key: "ключ", Value: "значение"}}}
}

func manyWanted(count int) (rows []abi.ResultRow) {
	for i := range count {
		row := finding("many", fmt.Sprintf("contacts[%d].name", i))
		row.RowID = "c" + strconv.Itoa(i)
		rows = append(rows, row)
	}
	return rows
}

func suggestionsWanted() (rows []abi.ResultRow) {
	for _, s := range [][2]string{{"text", `"a\"b\\c\n\u0001\té"`}, {"number", "-3"}, {"truth", "true"}, {"json", `{"a":[1,null]}`}, {"largest", "18446744073709551615"}} {
		row := finding("suggest", "notes")
		row.RowID, row.Suggest = s[0], json.RawMessage(s[1])
		rows = append(rows, row)
	}
	rows[4].Params = []abi.Param{{Key: "largest", Value: "18446744073709551615"}, {Key: "least", Value: "-9223372036854775808"}, {Key: "yes", Value: "true"}, {Key: "no", Value: "false"}}
	return rows
}

func severitiesWanted() (rows []abi.ResultRow) {
	for _, s := range abi.Severities {
		row := finding("severity", "")
		row.RowID, row.Severity = s, s
		rows = append(rows, row)
	}
	return rows
}

func longWanted(count int) abi.ResultRow {
	return finding("long", "", abi.Param{Key: "x", Value: strings.Repeat("x", count*1024)})
}

// labelWanted is the check labels with a label.
func labelWanted(label string) reference {
	return func(c abi.Client) (rows []abi.ResultRow) {
		if label != "" {
			rows = append(rows, abi.ResultRow{Kind: abi.ResultLabel, Label: label, Params: []abi.Param{{Key: "share", Value: "41"}}})
		}
		for _, m := range []struct {
			name  string
			value int64
		}{{"revenue", c.Revenue()}, {"smallest", math.MinInt64}, {"largest", math.MaxInt64}} {
			rows = append(rows, abi.ResultRow{Kind: abi.ResultMeasure, Measure: m.name, Value: m.value})
		}
		return rows
	}
}

// settings are those of the check settings, as it must understand them.
type settings struct {
	name   string
	ratio  float64
	days   int
	strict bool
	choice string
	list   []string
	large  int64
}

func (s settings) wanted() reference {
	return always(finding("settings", "name",
		abi.Param{Key: "name", Value: s.name}, abi.Param{Key: "ratio", Value: bits(s.ratio)}, abi.Param{Key: "days", Value: strconv.Itoa(s.days)},
		abi.Param{Key: "strict", Value: strconv.FormatBool(s.strict)}, abi.Param{Key: "choice", Value: s.choice},
		abi.Param{Key: "list", Value: strings.Join(s.list, ",")}, abi.Param{Key: "large", Value: strconv.FormatInt(s.large, 10)}))
}

var onlyA = regexp.MustCompile(`^a+$`)

// hostWanted is the check host.
func hostWanted(c abi.Client) []abi.ResultRow {
	phone, country := c.Channels().At(0).Value(), c.Country()
	dialled := len(phone) <= abi.MaxPhoneBytes && len(country) <= abi.MaxPhoneBytes && canon.ValidPhone(phone, country)
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		panic(err)
	}
	_, east := evaluationTime.In(kyiv).Zone()
	return []abi.ResultRow{finding("host", "name",
		abi.Param{Key: "now", Value: strconv.FormatInt(evaluationTime.UnixMilli(), 10)},
		abi.Param{Key: "match", Value: strconv.FormatBool(onlyA.MatchString(c.Name()))},
		abi.Param{Key: "valid", Value: "true"}, abi.Param{Key: "invalid", Value: "false"},
		abi.Param{Key: "phone", Value: strconv.FormatBool(dialled)},
		abi.Param{Key: "zone", Value: strconv.Itoa(east)}, abi.Param{Key: "nowhere", Value: "none"},
		abi.Param{Key: "written", Value: "1.5e-07"}, abi.Param{Key: "read", Value: bits(2.5)})}
}
