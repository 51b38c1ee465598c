package assaytest_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

const now = "2026-11-22T10:00:00.5Z"

type wanted struct {
	Do string `json:"do" required:"true"`
}

func (w *wanted) Validate() error {
	if w.Do == "nothing" {
		return errors.New("do must be something")
	}
	return nil
}

var (
	quality      = assay.Quality("quality", do)
	segmentation = assay.Segmentation("segmentation", do).Label("A", nil)
	unlabelled   = assay.Segmentation("unlabelled", do)
	worded       = assay.Quality("worded", do).Message("a", assay.Texts{"en": "{{ n }} of {{k}}", "ru": "{{ k }}"}).Message("b", assay.Texts{"en": "}} {{ x"})
)

// do does what a host may refuse.
func do(w *wanted, client assay.Client, r *assay.Report) {
	switch w.Do {
	case "code":
		r.Finding("")
	case "long code":
		r.Finding(strings.Repeat("c", 256))
	case "row":
		r.Finding("a").Row(strings.Repeat("r", 256))
	case "longest":
		for i := range 996 {
			r.Finding("a").Row(strconv.Itoa(i))
		}
		longest := strings.Repeat("i", 255)
		r.Finding(longest).Row(longest)
		r.Measure(longest, 1)
	case "longest label":
		r.Label(strings.Repeat("l", 255))
	case "long label":
		r.Label(strings.Repeat("l", 256))
	case "long measure":
		r.Measure(strings.Repeat("m", 256), 1)
	case "undeclared":
		r.Finding("no-title")
	case "a", "b":
		r.Finding(w.Do)
	case "k":
		r.Finding("a").Param("k", "")
	case "both":
		r.Finding("a").Param("k", "").ParamUint("n", math.MaxUint64).SuggestUint(math.MaxUint64)
	case "unjudged":
		r.Finding("no-title")
		r.Error("no rate")
	case "asks":
		_, zone := assay.ZoneOffset("Europe/Kyiv", -1)
		r.Finding("a").ParamBool("match", assay.Matches("^a", "x")).ParamBool("valid", assay.ValidPattern("(")).ParamBool("phone", assay.Phone("12", "UA")).ParamBool("zone", zone)
	case "asks too much":
		_, zone := assay.ZoneOffset("E"+strings.Repeat("e", 64), -1)
		r.Finding("a").ParamBool("valid", assay.ValidPattern(strings.Repeat("a", 4097))).ParamBool("phone", assay.Phone(strings.Repeat("1", 257), "UA") || assay.Phone("1", strings.Repeat("U", 257))).ParamBool("zone", zone)
	case "logs":
		assay.Log(strings.Repeat("l", 4000))
		assay.Log(strings.Repeat("m", 200))
		assay.Log("n")
	case "suggest":
		r.Finding("a").SuggestJSON("{")
	case "severity":
		r.Finding("a").Severity("fatal")
	case "utf8":
		r.Finding("a").Param("k", "\xff")
	case "key":
		r.Finding("a").Param("", "v")
	case "rows":
		for range 1001 {
			r.Finding("a")
		}
	case "bytes":
		r.Finding("a").Param("k", strings.Repeat("v", 64<<10))
	case "measure":
		r.Measure("", 1)
	case "label", "A", "B":
		r.Label(w.Do)
	case "label key":
		r.Label("A").Param("", "v")
	case "two labels":
		r.Label("A")
		r.Label("A")
	case "national":
		r.Finding("a").ParamInt("n", number(assay.Phone("044 123-45-67", "UA")))
	case "phone with words":
		r.Finding("a").ParamBool("is", assay.Phone("+380 44 123-45-67 доб. 5", ""))
	case "phone with 00":
		r.Finding("a").ParamBool("is", assay.Phone("00380 44 123-45-67", ""))
	case "phones":
		r.Finding("a").ParamInt("n", number(assay.Phone("+380 (44) 123.45-67", "UA"))+10*number(assay.Phone("+380441234567", ""))+
			100*number(assay.Phone("(044) 123-45-67", "") || assay.Phone("+", "") || assay.Phone("mail", "UA") || assay.Phone("", "UA") || assay.Phone("+1", "UA")))
	case "zones":
		for _, zone := range []string{"UTC", "Europe/Kyiv", "Europe//Kyiv", "posix/Europe/Kyiv", "Local", "", "Nowhere/Here", "../etc"} {
			_, found := assay.ZoneOffset(zone, assay.Now())
			r.Finding("a").ParamInt("n", number(found))
		}
	case "finding":
		r.Finding("a")
	case "now":
		r.Finding("a").ParamInt("now", assay.Now())
	case "read":
		read(client, r)
	}
}

// read reports what a client has, of each kind.
func read(c assay.Client, r *assay.Report) {
	contact := c.Contacts().At(1)
	r.Finding("read").Path(c.Name()).Row(contact.Channels().At(0).Type().String()).
		Param("kind", c.Kind().String()).ParamDate("birthday", c.Birthday()).ParamInt("at", c.UpdatedAt()).ParamInt("revenue", c.Revenue()).
		Param("tag", c.Tags().At(1)).Param("b", c.Property("b")).Param("name", contact.Name()).
		Param("text", c.Field("text").Text()).ParamInt("day", c.Field("day").Date()).ParamInt("time", c.Field("time").Time()).
		ParamInt("half", int64(2*c.Field("half").Number())).ParamInt("n", c.Field("n").Integer())
	if !c.Field("yes").Bool() || c.Field("no").Bool() || !c.HasField("no") || c.HasField("none") || c.HasProperty("c") || !c.Tags().Contains("new") {
		r.Error("a field is wrong")
	}
	if c.Field("text").Bool() || c.Field("n").Date() != 0 || c.Field("day").Time() != 0 || c.HasRevision() || c.HasNotes() || c.HasManagers() || c.HasUnsubscribed() {
		r.Error("something is there that should not be")
	}
}

func TestClientsReadAsTheyAreWritten(t *testing.T) {
	client := assaytest.Client{
		Name: "Олена", Kind: assay.ClientKindPerson, Birthday: "2000-02-29", UpdatedAt: "2026-11-22T12:00:00.001+02:00", Revenue: math.MinInt64,
		Tags: []string{"vip", "new"}, Properties: map[string]string{"b": "2", "a": "1"},
		Contacts: []assaytest.Contact{{}, {Name: "Анна", Channels: []assaytest.Channel{{Type: assay.ChannelTypeEmail}}}},
		Fields: assaytest.Fields{"text": "x", "yes": true, "no": false, "n": 3, "big": int64(4), "half": 0.5, "day": assaytest.Date("1969-12-31"),
			"time": assaytest.Time("1970-01-01T00:00:01Z")},
	}
	got := assaytest.Run(t, quality, `{"do": "read"}`, client, now)
	want := assaytest.Result{Findings: []assaytest.Finding{{Code: "read", Path: "Олена", Row: "email", Params: map[string]string{
		"kind": "person", "birthday": "2000-02-29", "at": "1795341600001", "revenue": "-9223372036854775808", "tag": "new", "b": "2", "name": "Анна",
		"text": "x", "day": "-86400000", "time": "1000", "half": "1", "n": "3"}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTheTimeIsTheTests(t *testing.T) {
	for _, at := range []assaytest.Time{"1970-01-01T00:00:00Z", now} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel() // runs take turns
			for range 100 {
				got := assaytest.Run(t, quality, `{"do": "now"}`, assaytest.Client{}, at)
				if want := map[assaytest.Time]string{"1970-01-01T00:00:00Z": "0", now: "1795341600500"}[at]; got.Findings[0].Params["now"] != want {
					t.Fatalf("at %s now is %s", at, got.Findings[0].Params["now"])
				}
				runtime.Gosched()
			}
		})
	}
}

// What the host would refuse fails the test of the check.
func TestWhatTheHostRefusesFails(t *testing.T) {
	for settings, says := range map[string]string{
		`{"do": "code"}`:         `the code "" has not 1 to 255 bytes`,
		`{"do": "long code"}`:    `has not 1 to 255 bytes`,
		`{"do": "row"}`:          `has more than 255 bytes`,
		`{"do": "suggest"}`:      `the suggestion "{" is not JSON`,
		`{"do": "severity"}`:     `the severity "fatal" is none of info, warning, error`,
		`{"do": "utf8"}`:         `the text "\xff" is not UTF-8`,
		`{"do": "key"}`:          `a parameter has an empty key`,
		`{"do": "rows"}`:         `more than 1000 findings`,
		`{"do": "bytes"}`:        `at most 64 KiB`,
		`{"do": "measure"}`:      `the measure "" has not 1 to 255 bytes`,
		`{"do": "label"}`:        `a Quality check gave a label`,
		`{"do": "long measure"}`: `has not 1 to 255 bytes`,
		`{"do": "nothing"}`:      `the check refuses its settings: do must be something`,
		``:                       `the check refuses its settings: do: is required`,
	} {
		fails(t, says, func(t testing.TB) { assaytest.Run(t, quality, settings, assaytest.Client{}, now) })
	}
	fails(t, `a Segmentation check gave a finding`, func(t testing.TB) { assaytest.Run(t, segmentation, `{"do": "finding"}`, assaytest.Client{}, now) })
	fails(t, `the label "B" is not among those of the check`, func(t testing.TB) { assaytest.Run(t, segmentation, `{"do": "B"}`, assaytest.Client{}, now) })
	fails(t, `a parameter has an empty key`, func(t testing.TB) { assaytest.Run(t, segmentation, `{"do": "label key"}`, assaytest.Client{}, now) })
	fails(t, `the label "A" comes after "A": a client gets one`, func(t testing.TB) { assaytest.Run(t, segmentation, `{"do": "two labels"}`, assaytest.Client{}, now) })
	fails(t, `the label "llllllllllllllllllllllllllllllllllllllll" has not 1 to 255 bytes`, func(t testing.TB) { assaytest.Run(t, segmentation, `{"do": "long label"}`, assaytest.Client{}, now) })
	fails(t, `the check refuses its settings: 65537 bytes, at most 65536 are allowed`, func(t testing.TB) {
		assaytest.Run(t, quality, `{"do": "`+strings.Repeat("x", 65537-10)+`"}`, assaytest.Client{}, now)
	})
	assaytest.Run(t, segmentation, `{"do": "A"}`, assaytest.Client{}, now)
	assaytest.Run(t, unlabelled, `{"do": "longest label"}`, assaytest.Client{}, now)
	assaytest.Run(t, quality, `{"do": "longest"}`, assaytest.Client{}, now)
	assaytest.Run(t, quality, `{"do": "`+strings.Repeat("x", 65536-10)+`"}`, assaytest.Client{}, now)
}

// What people could not read `assay rule test` does not take, and this does not either.
func TestWhatPeopleCannotReadFails(t *testing.T) {
	for do, says := range map[string]string{
		"undeclared": `people cannot read the finding "no-title": the check has messages for a, b only`,
		"a":          `people cannot read the finding "a": its message in en asks for {{ n }}, a parameter that it lacks`,
		"k":          `people cannot read the finding "a": its message in en asks for {{ n }}, a parameter that it lacks`,
	} {
		fails(t, says, func(t testing.TB) { assaytest.Run(t, worded, `{"do": "`+do+`"}`, assaytest.Client{}, now) })
	}
	for _, do := range []string{"b", "both", "unjudged"} {
		assaytest.Run(t, worded, `{"do": "`+do+`"}`, assaytest.Client{}, now)
	}
	assaytest.Run(t, quality, `{"do": "undeclared"}`, assaytest.Client{}, now) // the manifest may have its message
}

func TestIntegersWithoutASign(t *testing.T) {
	got := assaytest.Run(t, worded, `{"do": "both"}`, assaytest.Client{}, now).Findings[0]
	if got.Params["n"] != "18446744073709551615" || got.Suggest != "18446744073709551615" {
		t.Errorf("got %+v", got)
	}
}

// A test answers itself what the host is asked, but what the server answers by a length alone.
func TestAnswersOfTheTest(t *testing.T) {
	host := assaytest.Host{
		Matches:    func(pattern, text string) (matches, valid bool) { return pattern == "^a" && text == "x", true },
		Phone:      func(text, country string) bool { return text+country == "12UA" },
		ZoneOffset: func(zone string, ms int64) (int64, bool) { return 0, zone == "Europe/Kyiv" && ms == -1 },
	}
	always := assaytest.Host{
		Matches:    func(string, string) (matches, valid bool) { return true, true },
		Phone:      func(string, string) bool { return true },
		ZoneOffset: func(string, int64) (int64, bool) { return 0, true },
	}
	for _, tt := range []struct {
		host assaytest.Host
		do   string
		want map[string]string
	}{
		{host, "asks", map[string]string{"match": "true", "valid": "true", "phone": "true", "zone": "true"}},
		{always, "asks too much", map[string]string{"valid": "false", "phone": "false", "zone": "false"}},
		{assaytest.Host{}, "asks too much", map[string]string{"valid": "false", "phone": "false", "zone": "false"}},
	} {
		got := tt.host.Run(t, quality, `{"do": "`+tt.do+`"}`, assaytest.Client{}, now).Findings[0].Params
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.do, got, tt.want)
		}
	}
	fails(t, "the stub host has no answer to assay.Phone", func(t testing.TB) { assaytest.Run(t, quality, `{"do": "asks"}`, assaytest.Client{}, now) })
}

func TestTheLogIsCut(t *testing.T) {
	got := assaytest.Run(t, quality, `{"do": "logs"}`, assaytest.Client{}, now).Log
	if want := strings.Repeat("l", 4000) + "\n" + strings.Repeat("m", 96) + "\n"; got != want {
		t.Errorf("%d bytes in the log, want %d", len(got), len(want))
	}
}

func TestClientsThatNoCardHolds(t *testing.T) {
	for says, client := range map[string]assaytest.Client{
		`Birthday: "31.01.2027" is no date such as 2027-01-31`:             {Birthday: "31.01.2027"},
		`the client: Contacts[1].Birthday: "2027-02-30" is no date`:        {Contacts: []assaytest.Contact{{}, {Birthday: "2027-02-30"}}},
		`CreatedAt: "now" is no time such as 2026-11-22T10:00:00Z`:         {CreatedAt: "now"},
		`the client: Fields["size"]: a uint is no value of a custom field`: {Fields: assaytest.Fields{"size": uint(1)}},
		`Fields["until"]: "soon" is no date`:                               {Fields: assaytest.Fields{"until": assaytest.Date("soon")}},
	} {
		fails(t, says, func(t testing.TB) { assaytest.Run(t, quality, `{"do": ""}`, client, now) })
	}
	fails(t, `the evaluation time: "" is no time`, func(t testing.TB) { assaytest.Run(t, quality, `{"do": ""}`, assaytest.Client{}, "") })
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// A wrong answer is worse than none: what only a server knows fails the test.
func TestTheStubHostAnswersWhatItKnows(t *testing.T) {
	got := assaytest.Run(t, quality, `{"do": "phones"}`, assaytest.Client{}, now)
	if n := got.Findings[0].Params["n"]; n != "11" {
		t.Errorf("phones give %s", n)
	}
	var zones string
	for _, f := range assaytest.Run(t, quality, `{"do": "zones"}`, assaytest.Client{}, now).Findings {
		zones += f.Params["n"]
	}
	if zones != "11000000" {
		t.Errorf("zones give %s", zones)
	}
	fails(t, "the stub host has no answer to assay.Phone(\"044 123-45-67\", \"UA\"): plans of national numbers are known to a server only; give an answer with assaytest.Host, or show it in cases.yaml and run `assay rule test`",
		func(t testing.TB) { assaytest.Run(t, quality, `{"do": "national"}`, assaytest.Client{}, now) })
	fails(t, `assay.Phone("+380 44 123-45-67 доб. 5", "")`, func(t testing.TB) { assaytest.Run(t, quality, `{"do": "phone with words"}`, assaytest.Client{}, now) })
	fails(t, `assay.Phone("00380 44 123-45-67", "")`, func(t testing.TB) { assaytest.Run(t, quality, `{"do": "phone with 00"}`, assaytest.Client{}, now) })
	assaytest.Run(t, quality, `{"do": "now"}`, assaytest.Client{}, now) // its turn came
}

// recorder is a test that is expected to fail.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// fails holds that a test fails and says why.
func fails(t *testing.T, says string, test func(testing.TB)) {
	t.Helper()
	r, done := &recorder{TB: t}, make(chan bool)
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	if !strings.Contains(r.said, says) {
		t.Errorf("the test says %q, want %q", r.said, says)
	}
}
