package cel_test

import (
	"encoding/base64"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// named are clients with the texts as names.
func named(texts ...string) []*crm.Client {
	clients := make([]*crm.Client, len(texts))
	for i, text := range texts {
		clients[i] = &crm.Client{Name: text}
	}
	return clients
}

// compareTexts compares expressions of client.name over texts.
func compareTexts(t *testing.T, texts []string, exprs ...string) {
	t.Helper()
	c := newComparison(t, named(texts...))
	for _, expr := range exprs {
		c.expr(t, expr)
	}
}

var oddTexts = []string{"", " ", "x", "-", "+", ".", "0", "-0", "+0", "00", "1", "-1", "+1", "12", "007", "1_000", "1 ", " 1", "0x10", "1e3", "١", "１", "1\x00", "\x00",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
	"18446744073709551620", "99999999999999999999999999", "яблоко", "é", "👍🏽", "NaN", "Infinity", "null"}

func TestTextsAsNumbersAndTruth(t *testing.T) {
	texts := append([]string{"t", "T", "true", "TRUE", "True", "tRUE", "tr", "truee", "f", "F", "false", "FALSE", "False", "fALSE", "no", "yes"}, oddTexts...)
	compareTexts(t, texts, `bool(client.name)`, `uint(client.name)`, `int(client.name)`, `bool(dyn(client.name))`, `uint(dyn(client.name))`, `int(dyn(client.name))`,
		`client.name == "1" || bool(client.name)`, `bool(client.name) ? uint(client.name) : 5u`, `[uint(client.name), 1u]`)
}

func TestTextsAsDoubles(t *testing.T) {
	texts := append([]string{"1.5", "-1.5e3", "1.", ".5", "1e", "e5", "0x1p-2", "inf", "-Infinity", "nan", "1e400", "-1e400", "1e-400", "1e+5", "5e-324", "1e-324",
		"0.1000000000000000055511151231257827", "1.7976931348623157e308", "1.7976931348623159e308", strings.Repeat("9", 400), "9007199254740993"}, oddTexts...)
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		texts = append(texts, strconv.FormatFloat(math.Float64frombits(random.Uint64()), 'g', 1+random.IntN(20), 64))
	}
	compareTexts(t, texts, `double(client.name)`, `double(dyn(client.name))`, `string(double(client.name))`, `double(client.name) + 1.0`, `string(dyn(double(client.name)))`,
		`double(string(double(client.name))) == double(client.name)`)
}

func TestDoublesAsText(t *testing.T) {
	clients := []*crm.Client{}
	random := rand.New(rand.NewPCG(7, 8))
	values := []float64{0.1, 1, -1, 100000, 123456, 999999, 1e6, 1234567, 1e20, 1e21, 1e22, 1e-4, 1e-5, 0.00012345, 5e-324, -2.2250738585072014e-308, math.MaxFloat64, 1 << 53, 1.0 / 3}
	for range 300 {
		values = append(values, math.Float64frombits(random.Uint64()), math.Round(random.NormFloat64()*1e5)/100)
	}
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			clients = append(clients, &crm.Client{Fields: map[string]crm.Value{"score": {Type: "number", Number: v}}})
		}
	}
	c := newComparison(t, clients)
	for _, expr := range []string{`string(client.fields.score)`, `string(-client.fields.score)`, `string(client.fields.score / 0.0)`, `string(dyn(client.fields.score))`,
		`string(client.fields.score * 1e200 * 1e200)`, `string(client.fields.score) + string(1.5)`, `string(0.0 * -client.fields.score)`,
		`int(dyn(client.fields.score))`, `uint(dyn(client.fields.score))`, `double(dyn(client.fields.score))`, `bool(dyn(client.fields.score))`} {
		c.expr(t, expr)
	}
}

func TestTextsAsDurations(t *testing.T) {
	texts := append([]string{"1h", "-1h", "+1h", "1h30m", "1.5h", ".5s", "1.s", ".s", "1", "1d", "1h ", "1H", "h", "-", "1µs", "1μs", "1us", "1ms", "1ns", "0.5ns", "1.9ns", "-0.9ns", "1m1h1ns",
		"9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "-9223372036854775809ns", "9223372036854775808ns9223372036854775808ns", "9223372036854775808ns9223372036.9999s", "-1ns9223372036.9999s",
		"2562047h47m16.854775807s", "2562047h47m16.854775808s", "-2562047h47m16.854775808s", "2562048h", "0.3333333333333333333h", "0.100000000000000000000h",
		"0.9223372036854775807h", "0.9223372036854775808h", "0.92233720368547758070h", "0.830103483285477580700h", "18446744073709551616s", "1h-1m", "--1h", "1h+1m", "1 h", "1h1", "1..5h", "1.5.5h",
		"1000000s", "1000000.000000001s", "0.1s", "123.456789012s", "1e3s", "3.000000000000000000000000000000000001s", "1h\x00", "100ms100us100ns"}, oddTexts...)
	random := rand.New(rand.NewPCG(9, 10))
	for range 500 {
		texts = append(texts, time.Duration(random.Uint64()>>random.IntN(64)).String(), strconv.FormatFloat(random.ExpFloat64()*100, 'f', random.IntN(20), 64)+[]string{"h", "m", "s", "ms", "us", "ns"}[random.IntN(6)])
	}
	compareTexts(t, texts, `duration(client.name)`, `duration(dyn(client.name))`, `string(duration(client.name))`, `string(dyn(duration(client.name)))`, `int(duration(client.name))`,
		`int(dyn(duration(client.name)))`, `now + duration(client.name)`, `duration(string(duration(client.name)))`, `duration(client.name).getHours()`, `duration(client.name).getMinutes()`,
		`duration(client.name).getSeconds()`, `duration(client.name).getMilliseconds()`, `dyn(duration(client.name)).getHours()`, `dyn(duration(client.name)).getMinutes()`,
		`dyn(duration(client.name)).getSeconds()`, `dyn(duration(client.name)).getMilliseconds()`, `duration(duration(client.name))`, `dyn(duration(client.name)).getFullYear()`, `dyn(duration(client.name)).getHours("UTC")`)
}

func TestTextsAsTimes(t *testing.T) {
	texts := append([]string{"2027-01-31T09:30:00Z", "2027-01-31T09:30:00z", "2027-01-31t09:30:00Z", "2027-01-31 09:30:00Z", "2027-01-31T09:30:00", "2027-01-31", "2027-01-31T09:30Z",
		"2027-02-28T00:00:00Z", "2027-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "2027-04-31T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z",
		"2027-01-00T00:00:00Z", "2027-01-32T00:00:00Z", "2027-01-31T24:00:00Z", "2027-01-31T23:60:00Z", "2027-01-31T23:59:60Z", "2016-12-31T23:59:60Z", "2027-01-31T9:30:00Z", "2027-1-31T09:30:00Z",
		"2027-01-31T09:30:00.Z", "2027-01-31T09:30:00.5Z", "2027-01-31T09:30:00,5Z", "2027-01-31T09:30:00.123456789Z", "2027-01-31T09:30:00.1234567899Z", "2027-01-31T09:30:00.000000000999Z",
		"2027-01-31T09:30:00.5", "2027-01-31T09:30:00.5+", "2027-01-31T09:30:00+02:00", "2027-01-31T09:30:00-02:30", "2027-01-31T09:30:00+24:00", "2027-01-31T09:30:00+23:59", "2027-01-31T09:30:00+23:60",
		"2027-01-31T09:30:00+0200", "2027-01-31T09:30:00+02", "2027-01-31T09:30:00+2:00", "2027-01-31T09:30:00ZZ", "2027-01-31T09:30:00Z ", " 2027-01-31T09:30:00Z", "2027-01-31T09:30:00 02:00",
		"0001-01-01T00:00:00Z", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "0000-12-31T23:59:59-00:01", "0000-02-29T00:00:00-23:59", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999999Z",
		"9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.0000001Z", "-001-01-01T00:00:00Z", "+027-01-31T09:30:00Z", "2027-01-31T09:30:00.5Z5",
		"2027-01-31T09:30:0٥Z", "2027-01-31T09:30:00+٠٢:00", "2027-01-31T09:30:00.5\x00Z"}, oddTexts...)
	random := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		at := time.Unix(random.Int64N(253402300800+62135596800)-62135596800, random.Int64N(1e9))
		texts = append(texts, at.In(time.FixedZone("", (random.IntN(2879)-1439)*60)).Format(time.RFC3339Nano), at.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
	}
	compareTexts(t, texts, `timestamp(client.name)`, `timestamp(dyn(client.name))`, `int(timestamp(client.name))`, `int(dyn(timestamp(client.name)))`, `timestamp(client.name) < now`,
		`now - timestamp(client.name)`, `timestamp(client.name) + duration("1ns")`, `timestamp(client.name).getFullYear()`, `dyn(timestamp(client.name)).getDayOfYear()`,
		`dyn(timestamp(client.name)).getHours()`, `dyn(timestamp(client.name)).getMinutes()`, `dyn(timestamp(client.name)).getSeconds()`, `dyn(timestamp(client.name)).getMilliseconds()`,
		`timestamp(timestamp(client.name))`, `timestamp(int(timestamp(client.name)))`, `string(timestamp(int(timestamp(client.name))))`, `client.name.startsWith("x") || timestamp(client.name) == timestamp(client.name)`)
	utc := []string{}
	for _, text := range texts {
		if strings.HasSuffix(text, "Z") {
			utc = append(utc, text)
		}
	}
	compareTexts(t, utc, `string(timestamp(client.name))`, `string(dyn(timestamp(client.name)))`)
}

// A timestamp is a moment and has no zone of its own: its text is in UTC. The text that cel-go
// gives is in the zone that the timestamp was read from.
func TestTimesAreShownInUTC(t *testing.T) {
	card := cardOf(t, &crm.Client{Name: "2027-01-31T01:30:00.5+02:00"})
	for _, expr := range []string{`string(timestamp(client.name))`, `string(timestamp("2027-01-31T01:30:00.5+02:00"))`} {
		module, err := newEnv(t).CompileValue(expr)
		if err != nil {
			t.Fatal(err)
		}
		values, _ := valuesOfModule(t, module, card)
		if got := readable(values[0]); !strings.Contains(got, `"2027-01-30T23:30:00.5Z"`) {
			t.Errorf("%s gives %s", expr, got)
		}
	}
}

func TestBytesAndTexts(t *testing.T) {
	texts := append([]string{strings.Repeat("я", 200), "\xc0\xaf", "\xe0\x9f\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\x80", "\xc2", "a\xe2\x82", "\xf0\x9f\x91", "ok\xfe", "\xc3\xbfx", "\xe2\x82\xac"}, oddTexts...)
	var encoded []string
	for _, text := range texts {
		encoded = append(encoded, base64.StdEncoding.EncodeToString([]byte(text)))
	}
	// What is not UTF-8 goes in as base64, since a client's texts are.
	compareTexts(t, encoded, `base64.decode(client.name)`, `string(base64.decode(client.name))`, `string(dyn(base64.decode(client.name)))`, `bytes(base64.decode(client.name))`,
		`base64.encode(base64.decode(client.name))`, `base64.encodeUrl(base64.decode(client.name))`, `bytes(client.name)`, `bytes(dyn(client.name))`, `string(bytes(client.name))`,
		`size(bytes(client.name))`, `bytes(client.name) + b"x"`, `bytes(client.name) == b""`, `base64.encode(bytes(client.name))`, `base64.decodeUrl(base64.encodeUrl(bytes(client.name)))`)
}

func TestBase64(t *testing.T) {
	texts := append([]string{"aGVsbG8=", "aGVsbG8", "aGVsbG8==", "aGVsbG=", "aGVsbA==", "aGVsbA", "aGVsbA=", "aGVsbA=\n=", "aGVs\r\nbG8=", "\naGVsbG8=\n", "aGVsbG8=x", "aGVsbG8=\nx", "aGVsbG8==\n", "=", "==", "====", "a", "a=", "a===",
		"ab==cd==", "a b=", "aGVsbG8 ", "+/+/", "-_-_", "+/-_", "ab\n", "a\n", "a\nb", "abc\n=\n", "ab=c", "ab==c", "ab=\n", "Zm9vYmFy", "Zm9=", "Zh==", "\n", "\r\n\r\n", "яблоко", "YQ=\x00="}, oddTexts...)
	random := rand.New(rand.NewPCG(13, 14))
	const letters = "Aa0+/-_==\n"
	for range 500 {
		b := make([]byte, random.IntN(9))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		texts = append(texts, string(b))
	}
	compareTexts(t, texts, `base64.decode(client.name)`, `base64.decodeUrl(client.name)`, `base64.decode(dyn(client.name))`)
}

// Every conversion of every kind of value: its result, or that there is none.
func TestConversionsOfAnyValue(t *testing.T) {
	compilesMuch(t)
	c := newComparison(t, []*crm.Client{{}, fullClient()})
	values := []string{`null`, `client.unsubscribed`, `client.id`, `-client.id`, `uint(client.id)`, `18446744073709551615u`, `client.activity.revenue`, `-1.5`, `9.3e18`, `2e19`, `-9223372036854775808.0`, `-9223372036854774784.0`, `9223372036854775808.0`, `18446744073709551616.0`, `0.0/0.0`, `1.0/0.0`,
		`client.taxId`, `"true"`, `"2027-01-31T09:30:00Z"`, `"90m"`, `b"7"`, `b"\xff"`, `client.createdAt`, `now + duration("1ns")`, `timestamp("1969-12-31T23:59:59.999Z")`,
		`now - client.createdAt`, `duration("-1.5s")`, `[1]`, `{"a": 1}`, `client.tags`, `client.kind`, `253402300800`, `-62135596801`, `-9223372036854775807 - 1`}
	for _, v := range values {
		for _, f := range []string{"bool", "bytes", "double", "duration", "int", "string", "timestamp", "uint", "dyn"} {
			c.expr(t, f+`(dyn(`+v+`))`)
			c.expr(t, f+`([`+v+`, dyn(1)][0])`)
		}
		c.expr(t, `base64.encode(dyn(`+v+`))`)
		c.expr(t, `base64.decode(dyn(`+v+`))`)
	}
}

// Conversions go on for a record at most as long as its memory allows.
func TestConversionsInLoops(t *testing.T) {
	tags := make([]string, 40)
	for i := range tags {
		tags[i] = strconv.Itoa(i)
	}
	c := newComparison(t, []*crm.Client{{Name: strings.Repeat("текст", 300), Tags: tags}})
	for _, expr := range []string{`client.tags.map(t, double(t) / 3.0).map(d, string(d))`, `client.tags.map(t, duration(t + "s")).map(d, string(d))`,
		`client.tags.exists(t, base64.encode(bytes(client.name + t)) == "x")`, `client.tags.all(t, size(string(bytes(client.name + t))) > 1500)`,
		`client.tags.map(t, timestamp("20" + (size(t) == 1 ? "0" : "") + t + "-01-31T09:30:00Z")).map(t, t.getFullYear())`} {
		c.expr(t, expr)
	}
}

func TestConversionsKeepModulesSmall(t *testing.T) {
	env := newEnv(t, customFields...)
	for expr, most := range map[string]int{`double(client.name) > 1.0`: 1500, `string(client.fields.score) == "x"`: 2200, `duration(client.name) > duration("1h")`: 2500,
		`timestamp(client.name) > now`: 3000, `client.createdAt.getHours("Europe/Kyiv") > 8`: 2000, `client.createdAt.getHours("+02:00") > 8`: 1100} {
		compiled := compile(t, env, cel.Check{Name: "x", Type: abi.TypeQuality, Require: expr, Message: map[string]string{"en": "x"}})
		if len(compiled.Wasm) > most {
			t.Errorf("%s: %d bytes, want at most %d", expr, len(compiled.Wasm), most)
		}
	}
}
