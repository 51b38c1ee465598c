package wasm_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// command is the check of a command without a description.
var command = []abi.Configured{{Check: abi.CommandCheck}}

var buildParrot, buildManager = stdioC("parrot"), stdioC("manager")

func stdioC(name string) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		out := filepath.Join(cacheDir, name+".wasm")
		text, err := exec.Command("clang", "--target=wasm32", "-O2", "-ffreestanding", "-nostdlib", "-Wall", "-Werror",
			"-Wl,--no-entry", "-o", out, "testdata/stdio/"+name+".c").CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("clang (Debian packages clang and lld): %w\n%s", err, text)
		}
		return os.ReadFile(out)
	})
}

var buildStdioGo = sync.OnceValues(func() ([]byte, error) {
	out := filepath.Join(cacheDir, "stdio-go.wasm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "./testdata/stdio/go")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the Go command: %w\n%s", err, text)
	}
	return os.ReadFile(out)
})

// eachCut runs a test with a start for each card, and with one for the whole batch: what is said of a card must
// not depend on it.
func eachCut(t *testing.T, guest []byte, test func(t *testing.T, m *wasm.Module)) {
	t.Helper()
	for name, cards := range map[string]int{"apart": 1, "together": 100} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, nil)
			wasm.CardsAStart(h, cards)
			test(t, load(t, h, guest))
		})
	}
}

func built(t testing.TB, build func() ([]byte, error)) []byte {
	t.Helper()
	guest, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return guest
}

// Every testdata/hostile-stdio/*.wat says in its first line what evaluating the cards a, x and b yields.
func TestHostileCommands(t *testing.T) {
	sources, err := filepath.Glob("testdata/hostile-stdio/*.wat")
	if err != nil || len(sources) == 0 {
		t.Fatal("no guests", err)
	}
	for _, source := range sources {
		name := strings.TrimSuffix(filepath.Base(source), ".wat")
		t.Run(name, func(t *testing.T) {
			eachCut(t, readGuest(t, "hostile-stdio/"+name+".wasm"), func(t *testing.T, m *wasm.Module) {
				for range 2 {
					got := strings.Join(said(t, m, command, batchOf("a", "x", "b")), "; ")
					if want := firstLine(t, source); got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				}
			})
		})
	}
}

// answered is what the evaluation of the parrot yields for a card, which is what it answers: the rows, or the fault.
func answered(t *testing.T, m *wasm.Module, cards ...string) []string {
	t.Helper()
	out := make([]string, len(cards))
	err := m.Evaluate(t.Context(), evaluationTime, command, batchOf(cards...), func(_, card int, results []byte, fault error) {
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
	eachCut(t, built(t, buildParrot), func(t *testing.T, m *wasm.Module) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				got := answered(t, m, "{\"label\":\"first\"}\n", test.line, "{\"label\":\"last\"}\n")
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
	var modules []*wasm.Module
	for _, cards := range []int{1, 3} {
		h := newHost(f, nil)
		wasm.CardsAStart(h, cards)
		modules = append(modules, load(f, h, guest))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 100_000 || len(line) > 0 && line[0] == '!' {
			return
		}
		apart := answered(t, modules[0], "{\"label\":\"first\"}\n", string(line), "{\"label\":\"last\"}\n")
		together := answered(t, modules[1], "{\"label\":\"first\"}\n", string(line), "{\"label\":\"last\"}\n")
		if !reflect.DeepEqual(apart, together) || apart[0] != "2 first; " || apart[2] != "2 last; " {
			t.Errorf("apart %.300q, together %.300q", apart, together)
		}
		if strings.HasPrefix(apart[1], "! ") && (len(apart[1]) > 500 || strings.Contains(apart[1], "\n")) {
			t.Errorf("a fault of %d bytes: %.300q", len(apart[1]), apart[1])
		}
	})
}

// Many evaluations may run one command at the same time.
func TestCommandsAtTheSameTime(t *testing.T) {
	eachCut(t, built(t, buildParrot), func(t *testing.T, m *wasm.Module) {
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				mine := fmt.Sprintf("{\"label\":\"%d\"}\n", i)
				for range 20 {
					if got, want := said(t, m, command, batchOf(mine, "hello\n", mine)), []string{fmt.Sprintf("0/0: label %d", i), "0/1! invalid_results", fmt.Sprintf("0/2: label %d", i)}; !reflect.DeepEqual(got, want) {
						t.Errorf("got %q, want %q", got, want)
					}
				}
			})
		}
		all.Wait()
	})
}

// A command sees the evaluation time and its settings in one line, whatever way they are written.
func TestCommandInGo(t *testing.T) {
	eachCut(t, built(t, buildStdioGo), func(t *testing.T, m *wasm.Module) {
		checks := []abi.Configured{{Check: abi.CommandCheck, Settings: "{\n  \"prefix\": \"of \\n\"\n}"}, {Check: abi.CommandCheck}}
		var got []string
		err := m.Evaluate(t.Context(), evaluationTime, checks, batchOf("Anna", "panic", "exit", "loop", "sleep", "Пётр"), func(check, card int, results []byte, fault error) {
			if fault != nil {
				got = append(got, fmt.Sprintf("%d/%d %v", check, card, fault))
			}
			_ = abi.ParseResults(results, func(r abi.ResultRow) error {
				got = append(got, fmt.Sprintf("%d/%d %s %q", check, card, r.Code, r.Params))
				return nil
			})
		})
		if err != nil {
			t.Error(err)
		}
		var want []string
		for check, prefix := range []string{"of \n", ""} {
			params := func(name string) string {
				return fmt.Sprintf("%q", []abi.Param{{Key: "clock", Value: "2026-11-22T10:30:00.123Z"}, {Key: "name", Value: prefix + name}, {Key: "now", Value: "2026-11-22T10:30:00.123Z"}})
			}
			want = append(want, fmt.Sprintf("%d/0 tax-id %s", check, params("Anna")),
				fmt.Sprintf("%d/1 trap: the module exited with code 2: panic: this card is cursed", check),
				fmt.Sprintf("%d/2 trap: the module exited with code 3: enough of it", check),
				fmt.Sprintf("%d/3 fuel: _start spent more than its budget of 20000000 units of fuel", check),
				fmt.Sprintf("%d/4 tax-id %s", check, params("sleep")), fmt.Sprintf("%d/5 tax-id %s", check, params("Пётр")))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

// A read gives one line, however large its buffer is, and good cards share a run when they may.
func TestRunsOfACommand(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "stdio/counts.wasm"))
	for cards, want := range map[int][]string{
		1:   {"0/0: n=1", "0/1: n=1", "0/2: n=1", "0/3: n=1", "0/4: n=1"},
		2:   {"0/0: n=1", "0/1: n=2", "0/2: n=1", "0/3: n=2", "0/4: n=1"},
		100: {"0/0: n=1", "0/1: n=2", "0/2: n=3", "0/3: n=4", "0/4: n=5"},
	} {
		wasm.CardsAStart(h, cards)
		if got := said(t, m, command, batchOf("a", "b", "c", "d", "e")); !reflect.DeepEqual(got, want) {
			t.Errorf("%d cards a start: got %q, want %q", cards, got, want)
		}
	}
	wasm.CardsAStart(h, 3) // one that fails takes the others of its run with it, to runs of their own
	if got, want := said(t, m, command, batchOf("a", "b", "c", "d", "!", "f", "g")), []string{"0/0: n=1", "0/1: n=2", "0/2: n=3", "0/3: n=1", "0/4! bad_card", "0/5: n=1", "0/6: n=1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("with a bad card: got %q, want %q", got, want)
	}
	err := m.Measure(t.Context(), evaluationTime, command, batchOf("a"), abi.Receiver{Used: func(check int, took time.Duration, memory int64) {
		if check != 0 || took <= 0 || memory != 128<<10 {
			t.Errorf("check %d took %v and %d bytes of memory", check, took, memory)
		}
	}})
	if err != nil {
		t.Error(err)
	}
}

// The start has a budget of its own, and each card has the rule's.
func TestFuelOfACommand(t *testing.T) {
	loop := readGuest(t, "hostile-stdio/loop.wasm")
	eachCut(t, loop, func(t *testing.T, m *wasm.Module) {
		spent := map[int]int64{}
		checks := []abi.Configured{{Check: abi.CommandCheck, Fuel: 5000}}
		err := m.Measure(t.Context(), evaluationTime, checks, batchOf("a", "b", "x", "c"), abi.Receiver{
			Spent: func(_, card int, fuel int64) {
				if _, twice := spent[card]; twice {
					t.Errorf("card %d is noted twice", card)
				}
				spent[card] = fuel
			},
			Results: func(_, card int, _ []byte, fault error) {
				if _, noted := spent[card]; !noted {
					t.Errorf("card %d has results before its spend", card)
				}
				if (card == 2) != (fault != nil) || fault != nil && !strings.Contains(fault.Error(), "_start spent more than its budget of 5000 units") {
					t.Errorf("card %d: %v", card, fault)
				}
			},
		})
		if err != nil {
			t.Error(err)
		}
		if len(spent) != 4 || spent[2] != 5000 || spent[0] <= 0 || spent[0] != spent[1] || spent[1] != spent[3] {
			t.Errorf("spent %v", spent)
		}
	})
	before := readGuest(t, "hostile-stdio/start-loop.wasm")
	eachCut(t, before, func(t *testing.T, m *wasm.Module) {
		err := m.Measure(t.Context(), evaluationTime, command, batchOf("a", "b"), abi.Receiver{
			Spent: func(_, card int, fuel int64) { t.Errorf("card %d, which was not read, spent %d", card, fuel) },
			Results: func(_, _ int, _ []byte, fault error) {
				if want := fmt.Sprintf("budget of %d units of fuel, before it read a card", abi.CommandFuel); fault == nil || !strings.Contains(fault.Error(), want) {
					t.Errorf("%v, want something with %q", fault, want)
				}
			},
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// What the runs of one evaluation log is bounded together.
func TestLogOfACommand(t *testing.T) {
	var log bytes.Buffer
	h := newHost(t, slog.New(slog.NewTextHandler(&log, nil)))
	m := load(t, h, readGuest(t, "hostile-stdio/flood.wasm"))
	said(t, m, command, batchOf("x", "x", "x", "x"))
	if n := log.Len(); n == 0 || n > 10*abi.MaxLogBytes {
		t.Errorf("four floods left %d bytes of log", n)
	}
}

func withSections(module []byte, texts ...string) []byte {
	out := slices.Clone(module)
	for _, text := range texts {
		out = append(out, section(0, append(sized([]byte(abi.CommandSection)), text...))...)
	}
	return out
}

func TestDescriptionOfACommand(t *testing.T) {
	h := newHost(t, nil)
	parrot := built(t, buildParrot)
	const good = `{"abi":1,"checks":[{"name":"parrot","type":"Segmentation","labels":{"A":{}}}]}`
	m := load(t, h, withSections(parrot, good))
	if d := m.Description(); len(d.Checks) != 1 || d.Checks[0].Name != "parrot" || d.Checks[0].Type != abi.TypeSegmentation {
		t.Errorf("description %+v", d)
	}
	if got := said(t, m, []abi.Configured{{Check: "parrot"}, {Check: "stdio"}}, batchOf("{\"label\":\"A\"}\n")); !reflect.DeepEqual(got, []string{"0/0: label A", "1/0! refused"}) {
		t.Errorf("said %q", got)
	}
	if d := load(t, h, parrot).Description(); !reflect.DeepEqual(d, abi.Description{ABI: 1, Checks: []abi.CheckDescription{{Name: "stdio"}}}) {
		t.Errorf("without a section: %+v", d)
	}
	for name, sections := range map[string][]string{
		"twice":      {good, good},
		"empty":      {""},
		"not JSON":   {"parrot"},
		"two checks": {`{"abi":1,"checks":[{"name":"a","type":"Quality"},{"name":"b","type":"Quality"}]}`},
		"no type":    {`{"abi":1,"checks":[{"name":"a"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Load(t.Context(), withSections(parrot, sections...))
			wantLoadError(t, err, wasm.CodeBadDescription)
		})
	}
	// In a library the section means nothing.
	if d := load(t, h, withSections(readGuest(t, "guest.wasm"), good)).Description(); d.Checks[0].Name != "quality" {
		t.Errorf("description %+v", d)
	}
}

func TestSettingsOfACommand(t *testing.T) {
	m := loadBuilt(t, buildParrot)
	for name, test := range map[string]struct {
		configured abi.Configured
		want       string
	}{
		"none":          {abi.Configured{}, ""},
		"an object":     {abi.Configured{Settings: ` {"a": [1]} `}, ""},
		"limits":        {abi.Configured{Fuel: 100_000, Memory: 2 << 20}, ""},
		"other check":   {abi.Configured{Check: "other"}, "no check of this name"},
		"not JSON":      {abi.Configured{Settings: "{"}, "not JSON"},
		"a list":        {abi.Configured{Settings: "[1]"}, "want a JSON object"},
		"too large":     {abi.Configured{Settings: `{"a":"` + strings.Repeat("a", abi.MaxSettingsBytes) + `"}`}, "at most 65536 are allowed"},
		"little memory": {abi.Configured{Memory: 64 << 10}, "starts with"},
		"too much fuel": {abi.Configured{Fuel: abi.MaxFuel + 1}, "limits.fuel"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.configured.Check == "" {
				test.configured.Check = abi.CommandCheck
			}
			err := m.Configure(t.Context(), test.configured)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %q", err, test.want)
			}
			got := said(t, m, []abi.Configured{test.configured}, batchOf("{\"label\":\"A\"}\n", "{}"))
			switch {
			case test.want == "" && !reflect.DeepEqual(got, []string{"0/0: label A"}):
				t.Errorf("said %q", got)
			case test.want != "" && (len(got) != 2 || !strings.Contains(got[0], "!") || !strings.Contains(got[1], "!")):
				t.Errorf("said %q, want a fault of both cards", got)
			}
		})
	}
}

// A host that cannot write clients as JSON says what to build instead.
func TestAHostWithoutClientJSONRefusesCommands(t *testing.T) {
	h, err := wasm.New(t.Context(), wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(t.Context())
	_, err = h.Load(t.Context(), built(t, buildParrot))
	wantLoadError(t, err, wasm.CodeMissingExport)
	if !strings.Contains(err.Error(), "WASI command") {
		t.Error(err)
	}
}

func TestACommandThatIsClosed(t *testing.T) {
	m := loadBuilt(t, buildParrot)
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := m.Evaluate(t.Context(), evaluationTime, command, batchOf("{}\n"), func(_, _ int, _ []byte, fault error) { t.Error(fault) })
	if !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("evaluation: %v", err)
	}
	if err := m.Configure(t.Context(), command[0]); !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("configuration: %v", err)
	}
}
