package wasm_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// answered is what the evaluation of the parrot yields for a card, which is what it answers: the rows, or the fault.
func answered(t *testing.T, m *wasm.Module, isolation abi.Isolation, cards ...string) []string {
	t.Helper()
	out := make([]string, len(cards))
	checks := commandIn(isolation)
	checks[0].Fuel = abi.MaxFuel // for lines of 128 KiB, which the guest reads byte by byte
	err := m.Evaluate(t.Context(), evaluationTime, checks, batchOf(cards...), func(_, card int, results []byte, fault error) {
		if fault != nil {
			out[card] = "! " + fault.Error()
			return
		}
		_ = abi.ParseResults(results, func(r abi.ResultRow) error {
			out[card] += fmt.Sprintf("%d %s%s%s%s", r.Kind, r.Code, r.Label, r.Measure, r.Error)
			if r.Kind == abi.ResultMeasure {
				out[card] += fmt.Sprint("=", r.Value)
			}
			if r.Path != "" || r.RowID != "" || r.Suggest != nil || r.Params != nil {
				out[card] += fmt.Sprintf(" at %s of %s try %s with %v", r.Path, r.RowID, r.Suggest, r.Params)
			}
			out[card] += "; "
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

func TestAnswers(t *testing.T) {
	long := strings.Repeat("x", abi.MaxLine)
	tests := map[string]struct{ line, want string }{
		"nothing to say":        {"{}\n", ""},
		"nothing at all":        {`{"findings":[],"measures":{}}` + "\n", ""},
		"nulls":                 {`{"findings":null,"label":null,"measures":null,"error":null}` + "\n", ""},
		"empty texts":           {`{"label":"","error":""}` + "\n", ""},
		"a finding":             {`{"findings":[{"code":"a"}]}` + "\n", "1 a; "},
		"all of a finding":      {`{"findings":[{"code":"a","path":"contacts[0].jobTitle","rowId":"c1","suggest":{"b":[1,null]},"params":{"n":"ж","a":"","i":-1.50,"t":true}}]}` + "\n", `1 a at contacts[0].jobTitle of c1 try {"b":[1,null]} with [{n ж} {a } {i -1.50} {t true}]; `},
		"nulls in a finding":    {`{"findings":[{"code":"a","path":null,"rowId":null,"suggest":null,"params":null},{"code":"b","params":{"n":null}}]}` + "\n", "1 a; 1 b; "},
		"label and measures":    {`{"label":"A","measures":{"m":9223372036854775807,"n":-9223372036854775808}}` + "\n", "2 A; 3 m=9223372036854775807; 3 n=-9223372036854775808; "},
		"error":                 {`{"error":"no rate for the euro"}` + "\n", "4 no rate for the euro; "},
		"spaces, CRLF":          {"\t{ \"label\" : \"A\" } \r\n", "2 A; "},
		"no line end":           {`{"label":"A"}`, "2 A; "},
		"no line end, CR":       {"{\"label\":\"A\"}\r", "2 A; "},
		"escapes":               {`{"label":"\u0416\ud83d\ude00"}` + "\n", "2 Ж😀; "},
		"as long as it may be":  {`{"error":"` + long[:60_000] + `"` + strings.Repeat(" ", abi.MaxLine-60_012) + "}\n", "4 " + long[:60_000] + "; "},
		"nothing written":       {"", "! too_few_lines: the module ended after 0 answers to 1 cards, of which it read 1"},
		"blank":                 {"\n", "! invalid_results: the answer: a blank line; a card with nothing to say is answered with {}"},
		"spaces":                {" \t\r\n", "! invalid_results: the answer: a blank line"},
		"blank line behind":     {"{}\n\n", "! too_many_lines: more answers than cards (1): a blank line"},
		"CRLF behind":           {"{}\n\r\n", `! too_many_lines: more answers than cards (1): "\r"`},
		"second answer":         {"{}\n{\"label\":\"A\"}\n", `! too_many_lines: more answers than cards (1): "{\"label\":\"A\"}"`},
		"second half answer":    {"{}\n{", `! too_many_lines: more answers than cards (1): "{"`},
		"too long":              {`{"error":"` + long + `"}` + "\n", "! long_line: an answer is longer than 131072 bytes"},
		"not JSON":              {"hello\n", "! invalid_results: the answer: not JSON as it should be: invalid character 'h' at start of value"},
		"cut off":               {`{"label":"A"` + "\n", "! invalid_results: the answer: not JSON as it should be: unexpected EOF"},
		"two values":            {"{}{}\n", "! invalid_results: the answer: something follows the object"},
		"trailing words":        {"{} done\n", "! invalid_results: the answer: not JSON as it should be: invalid character 'd'"},
		"a list":                {"[]\n", "! invalid_results: the answer: is a list, want an object"},
		"null":                  {"null\n", "! invalid_results: the answer: is null, want an object"},
		"byte order mark":       {"\ufeff{}\n", "! invalid_results: the answer: not JSON as it should be"},
		"comment":               {"{} // done\n", "! invalid_results: the answer: not JSON as it should be"},
		"single quotes":         {"{'label':'A'}\n", "! invalid_results: the answer: not JSON as it should be"},
		"not UTF-8":             {"{\"label\":\"\xc3\x28\"}\n", "! invalid_results: the answer: not JSON as it should be: invalid UTF-8"},
		"half a surrogate":      {`{"label":"\ud83d"}` + "\n", "! invalid_results: the answer: not JSON as it should be: invalid surrogate pair"},
		"zero byte":             {"{\"label\":\"a\x00\"}\n", "! invalid_results: the answer: not JSON as it should be"},
		"unknown member":        {`{"finding":[]}` + "\n", "! invalid_results: the answer: finding is not a member that is known; there are findings, label, measures, error"},
		"other case":            {`{"Label":"A"}` + "\n", "! invalid_results: the answer: Label is not a member that is known"},
		"unknown in a finding":  {`{"findings":[{"code":"a"},{"code":"a","row":"c1"}]}` + "\n", "! invalid_results: the answer: findings[1].row is not a member that is known; there are code, path, rowId, params, suggest"},
		"unknown, long":         {`{"` + long[:100_000] + `":1}` + "\n", "! invalid_results: the answer: " + long[:100] + " is not a member"},
		"unknown, no name":      {`{"":1}` + "\n", `! invalid_results: the answer: "" is not a member`},
		"unknown, two lines":    {`{"a\nb":1}` + "\n", `! invalid_results: the answer: "a\nb" is not a member`},
		"member twice":          {`{"label":"A","label":"B"}` + "\n", `! invalid_results: the answer: not JSON as it should be: duplicate object member name "label"`},
		"suggest twice":         {`{"findings":[{"code":"a","suggest":{"b":1,"b":2}}]}` + "\n", `! invalid_results: the answer: not JSON as it should be: duplicate object member name "b"`},
		"label a number":        {`{"label":1}` + "\n", "! invalid_results: the answer: label is a number, want a text"},
		"label a list":          {`{"label":["A"]}` + "\n", "! invalid_results: the answer: label is a list, want a text"},
		"label too long":        {`{"label":"` + long[:256] + `"}` + "\n", "! invalid_results: the answer: results row 0 at byte 5: field 7 is longer than 255 bytes"},
		"findings an object":    {`{"findings":{}}` + "\n", "! invalid_results: the answer: findings is an object, want a list"},
		"finding a text":        {`{"findings":["a"]}` + "\n", "! invalid_results: the answer: findings[0] is a text, want an object"},
		"finding null":          {`{"findings":[null]}` + "\n", "! invalid_results: the answer: findings[0].code is missing"},
		"no code":               {`{"findings":[{"path":"taxId"}]}` + "\n", "! invalid_results: the answer: findings[0].code is missing"},
		"code true":             {`{"findings":[{"code":true}]}` + "\n", "! invalid_results: the answer: findings[0].code is true, want a text"},
		"parameter a list":      {`{"findings":[{"code":"a","params":{"n":[]}}]}` + "\n", "! invalid_results: the answer: findings[0].params.n is a list, want a text, a number, true or false"},
		"parameter without key": {`{"findings":[{"code":"a","params":{"":"b"}}]}` + "\n", "! invalid_results: the answer: results row 0"},
		"measure with fraction": {`{"measures":{"m":1.5}}` + "\n", "! invalid_results: the answer: measures.m is 1.5, want an integer of 64 bits without fraction or exponent"},
		"measure with exponent": {`{"measures":{"m":1e3}}` + "\n", "! invalid_results: the answer: measures.m is 1e3, want an integer"},
		"measure a text":        {`{"measures":{"m":"1"}}` + "\n", "! invalid_results: the answer: measures.m is 1, want an integer"},
		"huge number":           {`{"measures":{"m":9223372036854775808}}` + "\n", "! invalid_results: the answer: measures.m is 9223372036854775808, want an integer"},
		"number of 100 KB":      {`{"measures":{"m":` + strings.Repeat("9", 100_000) + `}}` + "\n", "! invalid_results: the answer: measures.m is " + strings.Repeat("9", 100) + ", want an integer"},
		"deep":                  {`{"findings":[{"code":"a","suggest":` + strings.Repeat("[", 60_000) + strings.Repeat("]", 60_000) + `}]}` + "\n", "! invalid_results: the answer: not JSON as it should be: exceeded max depth"},
		"deep and unknown":      {`{"x":` + strings.Repeat(`{"a":`, 20_000) + "\n", "! invalid_results: the answer: x is not a member"},
		"too many results":      {`{"findings":[` + strings.Repeat(`{"code":"a"},`, 1000) + `{"code":"a"}]}` + "\n", "! invalid_results: the answer: results row 1000"},
		"too large results":     {`{"error":"` + long[:70_000] + `"}` + "\n", "! invalid_results: the answer: results: 70010 bytes"},
		"card that is none":     {"!", "! bad_card: the card cannot be written as JSON: not a card"},
	}
	eachCut(t, built(t, buildParrot), func(t *testing.T, m *wasm.Module, isolation abi.Isolation) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				got := answered(t, m, isolation, "{\"label\":\"first\"}\n", test.line, "{\"label\":\"last\"}\n")
				if got[0] != "2 first; " || got[2] != "2 last; " {
					t.Errorf("the other cards: %q, %q", got[0], got[2])
				}
				if got[1] != test.want && (!strings.HasPrefix(test.want, "! ") || !strings.HasPrefix(got[1], test.want)) {
					t.Errorf("got  %.400q\nwant %.400q", got[1], test.want)
				}
				if strings.HasPrefix(got[1], "! ") && (len(got[1]) > 400 || strings.Contains(got[1], "\n")) {
					t.Errorf("a fault of %d bytes: %.400q", len(got[1]), got[1])
				}
			})
		}
	})
}

// Whatever a command writes, its card gets results or a fault that says what is wrong in a line, and the cards
// beside it get theirs.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"{}\n", "{\"label\":\"A\",\"measures\":{\"m\":-1}}\r\n{", `{"findings":[{"code":"a","path":"b","rowId":"c","suggest":[{}],"params":{"n":"\u0416","i":1.5,"t":true,"z":null}}],"error":""}`} {
		f.Add([]byte(seed))
	}
	guest := built(f, buildParrot)
	m := load(f, newHost(f, nil), guest)
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 100_000 || len(line) > 0 && line[0] == '!' {
			return
		}
		apart := answered(t, m, abi.IsolateRecord, "{\"label\":\"first\"}\n", string(line), "{\"label\":\"last\"}\n")
		together := answered(t, m, abi.IsolateBatch, "{\"label\":\"first\"}\n", string(line), "{\"label\":\"last\"}\n")
		if !reflect.DeepEqual(apart, together) || apart[0] != "2 first; " || apart[2] != "2 last; " {
			t.Errorf("apart %.300q, together %.300q", apart, together)
		}
		if strings.HasPrefix(apart[1], "! ") && (len(apart[1]) > 500 || strings.Contains(apart[1], "\n")) {
			t.Errorf("a fault of %d bytes: %.300q", len(apart[1]), apart[1])
		}
	})
}
