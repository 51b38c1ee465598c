package wasm_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// Places in the memory of testdata/call.wat.
const (
	callArgument = 65536 + 8
	callOut      = 4169
	callRoom     = 2000
)

// called is what a call of assay.call gave.
type called struct {
	result, out int64
	text        string
	spent       int64
	fault       error
}

// callCard is a card that makes the guest call a function. The argument's words are u32, i64 or f64.
func callCard(fn uint32, words []any, behind string) []byte {
	var arg []byte
	for _, w := range words {
		arg, _ = binary.Append(arg, binary.LittleEndian, w)
	}
	card := binary.LittleEndian.AppendUint32(nil, fn)
	card = binary.LittleEndian.AppendUint32(card, uint32(len(arg)))
	return append(append(card, arg...), behind...)
}

// callAll makes the guest call functions, a card each.
func callAll(t *testing.T, m *wasm.Module, cards ...[]byte) []called {
	t.Helper()
	var b abi.Batch
	for _, c := range cards {
		b.Add(c)
	}
	all := make([]called, len(cards))
	checks := []abi.Configured{{Check: "quality", Fuel: abi.MaxFuel}}
	err := m.Measure(context.Background(), evaluationTime, checks, &b, abi.Receiver{
		Spent: func(_, card int, fuel int64) { all[card].spent = fuel },
		Results: func(_, card int, results []byte, fault error) {
			c := &all[card]
			c.fault = fault
			_ = abi.ParseResults(results, func(r abi.ResultRow) error {
				switch r.Measure + r.Code {
				case "r":
					c.result = r.Value
				case "o":
					c.out = r.Value
				case "boom":
					c.text = r.Params[0].Value
				}
				return nil
			})
		}})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func textCard(v float64, format byte, room uint32) []byte {
	return callCard(abi.CallDoubleText, []any{v, uint32(format), uint32(callOut), room}, "")
}

func parseCard(text string) []byte {
	return callCard(abi.CallParseDouble, []any{uint32(callArgument + abi.ParseDoubleArgument), uint32(len(text)), uint32(callOut)}, text)
}

func zoneCard(name string, seconds int64) []byte {
	return callCard(abi.CallZoneOffset, []any{uint32(callArgument + abi.ZoneOffsetArgument), uint32(len(name)), seconds}, name)
}

// doubles are edges and random bits.
func doubles(n int) []float64 {
	list := []float64{0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e6, 1e20, 1e21, 1e22, 123456789, 5e-324, 2.2250738585072014e-308,
		math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 9007199254740993, 1e-5, 0.0001, 100000, 1000000.5}
	random := rand.New(rand.NewPCG(3, 4))
	for range n {
		list = append(list, math.Float64frombits(random.Uint64()), math.Round(random.NormFloat64()*1e6)/100)
	}
	return list
}

func TestDoublesAsText(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "call.wasm"))
	var cards [][]byte
	var want []string
	for _, v := range doubles(500) {
		for _, format := range []byte("efg") {
			cards, want = append(cards, textCard(v, format, callRoom)), append(want, strconv.FormatFloat(v, format, -1, 64))
		}
	}
	for i, got := range callAll(t, m, cards...) {
		if got.fault != nil || got.result != int64(len(want[i])) || got.text != want[i] {
			t.Errorf("%d %q %v, want %q", got.result, got.text, got.fault, want[i])
		}
	}
}

func TestDoublesOfText(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "call.wasm"))
	texts := []string{"", "-", "+", ".", "1.", ".5", "1e", "e5", "0x1p-2", "0X1P+3", "0x", "1_000", "0x_1p0", "inf", "-Infinity", "+INF", "nan", "NaN", "-nan",
		" 1", "1 ", "1e400", "-1e400", "1e-400", "٣", "1\x00", "--1", "+-1", "1e+5", "1E-5", "123456789012345678901234567890",
		"0.1000000000000000055511151231257827", "0.10000000000000000555111512312578270", strings.Repeat("9", 5000), "0." + strings.Repeat("0", 320) + strings.Repeat("7", 900),
		"9007199254740993", "9007199254740993" + strings.Repeat("0", 800) + "1", "2.4703282292062327208e-324"}
	for _, v := range doubles(2000) {
		texts = append(texts, strconv.FormatFloat(v, 'g', -1, 64), strconv.FormatFloat(v, 'e', 30, 64), strconv.FormatFloat(v, 'f', 2, 64))
	}
	var cards [][]byte
	for _, text := range texts {
		cards = append(cards, parseCard(text))
	}
	for i, got := range callAll(t, m, cards...) {
		want, err := strconv.ParseFloat(texts[i], 64)
		if got.fault != nil || (got.result == 1) != (err == nil) || err == nil && uint64(got.out) != math.Float64bits(want) {
			t.Errorf("%.60q: %d %v %v, want %v %v", texts[i], got.result, math.Float64frombits(uint64(got.out)), got.fault, want, err)
		}
	}
}

func TestTimeZones(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "call.wasm"))
	names := []string{"UTC", "Europe/Kyiv", "Europe/Kiev", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/GMT+12",
		"America/Port-au-Prince", "EST5EDT", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Apia",
		"", "Local", "localtime", "posix/Europe/Kyiv", "Europe/Kyyiv", "Europe//Kyiv", "../zoneinfo/Europe/Kyiv", "Europe/../UTC", "/etc/localtime", "europe/kyiv\x00",
		"UTC ", "+02:00", strings.Repeat("A", 65), "Європа/Київ"}
	instants := []int64{0, 1_000_000_000, -62135596800, 253402300799, math.MinInt64, math.MaxInt64}
	for year := 1900; year < 2100; year += 7 { // the last Sunday of March, one in the morning
		day := time.Date(year, 3, 31, 1, 0, 0, 0, time.UTC)
		day = day.AddDate(0, 0, -int(day.Weekday()))
		instants = append(instants, day.Unix()-1, day.Unix())
	}
	var cards [][]byte
	for _, name := range names {
		for _, at := range instants {
			cards = append(cards, zoneCard(name, at))
		}
	}
	for i, got := range callAll(t, m, cards...) {
		name, at := names[i/len(instants)], instants[i%len(instants)]
		want := int64(abi.NoZone)
		if i/len(instants) < 13 {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			_, offset := time.Unix(at, 0).In(zone).Zone()
			want = int64(offset)
		}
		if got.fault != nil || got.result != want {
			t.Errorf("%q at %d: %d, want %d, %v", name, at, got.result, want, got.fault)
		}
	}
}

// What a call asks for in vain, and what it may not ask for.
func TestCallsWithBadArguments(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "call.wasm"))
	const wild = uint32(0xfffffff0)
	for name, test := range map[string]struct {
		card []byte
		want string // the result, or a part of the fault
	}{
		"room for the text":        {textCard(-1.5, 'g', 4), "4"},
		"no room for the text":     {textCard(-1.5, 'g', 3), "4"},
		"no room at all":           {callCard(abi.CallDoubleText, []any{-1.5, uint32('f'), wild, uint32(0)}, ""), "4"},
		"a format that is none":    {textCard(1, 'b', callRoom), "-1"},
		"a format of two letters":  {callCard(abi.CallDoubleText, []any{1.0, uint32('g') | 1<<8, uint32(callOut), uint32(callRoom)}, ""), "-1"},
		"text to a wild pointer":   {callCard(abi.CallDoubleText, []any{-1.5, uint32('f'), wild, uint32(100)}, ""), "double text: 4 bytes at address 4294967280"},
		"text, short argument":     {callCard(abi.CallDoubleText, []any{1.0}, ""), "8 bytes long, want 20"},
		"parse a wild pointer":     {callCard(abi.CallParseDouble, []any{wild, uint32(100), uint32(callOut)}, ""), "text: 100 bytes at address 4294967280"},
		"parse to a wild pointer":  {callCard(abi.CallParseDouble, []any{uint32(callArgument + 12), uint32(1), wild}, "7"), "8 bytes at address 4294967280"},
		"parse, no number":         {callCard(abi.CallParseDouble, []any{uint32(callArgument + 12), uint32(1), wild}, "x"), "0"},
		"parse, long argument":     {callCard(abi.CallParseDouble, []any{0.0, 0.0}, ""), "16 bytes long, want 12"},
		"a zone at a wild pointer": {callCard(abi.CallZoneOffset, []any{wild, uint32(100), int64(0)}, ""), "name: 100 bytes at address 4294967280"},
		"a zone, short argument":   {callCard(abi.CallZoneOffset, nil, ""), "0 bytes long, want 16"},
	} {
		got := callAll(t, m, test.card)[0]
		said := fmt.Sprint(got.result)
		if got.fault != nil {
			said = got.fault.Error()
		}
		if !strings.Contains(said, test.want) {
			t.Errorf("%s: %s, want %s", name, said, test.want)
		}
		if test.want == "4" && (got.out == 0) != strings.HasPrefix(name, "no room") {
			t.Errorf("%s: wrote %x", name, got.out)
		}
	}
}

// What is dear to reckon costs more, whether it was asked for before or not.
func TestCallsAreChargedBySize(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "call.wasm"))
	spent := func(card []byte) int64 {
		t.Helper()
		first, again := callAll(t, m, card)[0], callAll(t, m, card)[0]
		if first.fault != nil || first.spent != again.spent {
			t.Errorf("spent %d, then %d, %v", first.spent, again.spent, first.fault)
		}
		return again.spent
	}
	cheap := spent(textCard(1.5, 'g', callRoom))
	for name, test := range map[string]struct {
		card []byte
		more int64
	}{
		"a number to parse":   {parseCard("1.5"), 2_000},
		"a long number":       {parseCard("1.500000000000000000000000"), 80_000},
		"a longer number":     {parseCard("1.5" + strings.Repeat("0", 1000)), 280_000},
		"a least double":      {parseCard("5e-324"), 80_000},
		"less than the least": {parseCard("1e-324"), 80_000},
		"an unknown zone":     {zoneCard("Europe/Kyyiv", 0), 50_000},
	} {
		if got := spent(test.card) - cheap; got < test.more || got > test.more*3/2 {
			t.Errorf("%s costs %d more, want about %d", name, got, test.more)
		}
	}
	if got := spent(zoneCard("Europe/Kyiv", 0)) - cheap; got > 500 {
		t.Errorf("a known zone costs %d more", got)
	}
}
