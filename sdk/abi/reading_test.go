package abi_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"assay/sdk/abi"
)

// vectorDir is the folder of vectors.json, for the tests of both readers.
const vectorDir = "../abi/vectors"

// vector is one entry of vectors.json; FORMAT.md describes it.
type vector struct {
	Name  string       `json:"name"` // the card is in <name>.card
	About string       `json:"about"`
	Opens bool         `json:"opens"`           // the header can be read
	Fault *vectorFault `json:"fault,omitempty"` // what a validator says; absent when the card is valid
	// Client is what a reader must see, present values only; null where the card opens but what a
	// reader sees cannot be written in JSON.
	Client json.RawMessage `json:"client"`
}

// vectorFault is the first fault of a card that is not valid.
type vectorFault struct {
	Place string `json:"place"`
	Says  string `json:"says"` // the wording of the Go host; another validator may say it otherwise
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectorDir, "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []vector `json:"vectors"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 {
		t.Fatal("vectors.json names no vector")
	}
	return file.Vectors
}

func readCard(t testing.TB, name string) []byte {
	t.Helper()
	card, err := os.ReadFile(filepath.Join(vectorDir, name+".card"))
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func open(t testing.TB, card []byte) abi.Client {
	t.Helper()
	c, err := abi.Open(card)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestReadersSeeWhatVectorsSay(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			c, err := abi.Open(readCard(t, v.Name))
			if (err == nil) != v.Opens {
				t.Fatalf("Open: error %v, want it to open: %v", err, v.Opens)
			}
			seen := projectClient(c) // of the zero Client, when the card does not open
			if string(v.Client) == "null" {
				return
			}
			got, err := json.Marshal(seen)
			if err != nil {
				t.Fatal(err)
			}
			if want := sortedJSON(t, v.Client); !bytes.Equal(got, want) {
				t.Errorf("a reader sees\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// sortedJSON returns the same JSON in the form json.Marshal gives a map, its numbers untouched.
func sortedJSON(t testing.TB, text []byte) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func project(out map[string]any, in, name string, value any) {
	if in == "" {
		out[name] = value
		return
	}
	inner, ok := out[in].(map[string]any)
	if !ok {
		inner = map[string]any{}
		out[in] = inner
	}
	inner[name] = value
}

func projectStrings(l abi.Strings) []any {
	out := []any{}
	for i := range l.Len() {
		out = append(out, l.At(i))
	}
	return out
}

func TestRowsOutsideTheirListAreAbsent(t *testing.T) {
	c := open(t, readCard(t, "good-full"))
	for _, i := range []int{math.MinInt, -1, c.Contacts().Len(), math.MaxInt} {
		row := c.Contacts().At(i)
		if row.HasName() || row.Name() != "" || row.Channels().Len() != 0 || row.HasChannels() {
			t.Errorf("contact %d is not absent", i)
		}
	}
	for _, i := range []int{math.MinInt, -1, c.Tags().Len(), math.MaxInt} {
		if s := c.Tags().At(i); s != "" {
			t.Errorf("tag %d is %q", i, s)
		}
	}
}

func TestFindByKey(t *testing.T) {
	fields := open(t, readCard(t, "good-many-fields")).Fields()
	if fields.Len() < 30 {
		t.Fatalf("the vector has %d fields", fields.Len())
	}
	for i := range fields.Len() {
		row, found := fields.Find(fields.At(i).Key())
		if !found || row != fields.At(i) {
			t.Errorf("field %d, %q, is not found by its key", i, fields.At(i).Key())
		}
	}
	for _, key := range []string{"", "a", "key-00x", "zzz", fields.At(0).Key() + "\x00"} {
		if row, found := fields.Find(key); found || row.HasKey() {
			t.Errorf("found %q, which no field has", key)
		}
	}
	if _, found := open(t, readCard(t, "empty-client")).Fields().Find(""); found {
		t.Error("found a field in an empty list")
	}
}

func TestEnumsBothWays(t *testing.T) {
	for code := range abi.ChannelTypeOther {
		if back, ok := abi.ParseChannelType(code.String()); !ok || back != code {
			t.Errorf("code %d is %q, which is code %d (%v)", code, code, back, ok)
		}
	}
	if _, ok := abi.ParseChannelType("fax"); ok {
		t.Error("fax is a channel type")
	}
	if s := abi.ChannelType(200).String(); s != "" {
		t.Errorf("an unknown code is %q, want it absent", s)
	}
}

func TestHeaderErrorNamesBothValues(t *testing.T) {
	for _, n := range []int{0, 31, 40} {
		_, err := abi.Open(make([]byte, n))
		want := "size is " + strconv.Itoa(n)
		if n == 40 {
			want = "magic is 0"
		}
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte(want)) {
			t.Errorf("%d zero bytes: error %v, want one that says %q", n, err, want)
		}
	}
}

// untitled is a check as rules make it: it counts contacts without a job title.
func untitled(c abi.Client) int {
	n := 0
	contacts := c.Contacts()
	for i := range contacts.Len() {
		if contact := contacts.At(i); contact.JobTitle() == "" {
			n += len(contact.Name())
		}
	}
	return n
}

func TestReadingAllocatesNothing(t *testing.T) {
	card := readCard(t, "good-full")
	sum := 0
	if n := testing.AllocsPerRun(100, func() {
		c, err := abi.Open(card)
		if err != nil {
			t.Fatal(err)
		}
		sum += untitled(c) + len(c.Name()) + c.Tags().Len() + len(c.Tags().At(1)) + int(c.Kind()) + len(c.Kind().String())
		if f, ok := c.Fields().Find("gln"); ok && c.HasCreatedAt() && f.HasText() {
			sum += len(f.Text())
		}
	}); n != 0 {
		t.Errorf("reading allocates %v times", n)
	}
	if sum == 0 {
		t.Error("nothing was read")
	}
}

// BenchmarkOneCheck opens a card and checks its contacts.
func BenchmarkOneCheck(b *testing.B) {
	card := readCard(b, "good-full")
	b.ReportAllocs()
	sum := 0
	for b.Loop() {
		c, err := abi.Open(card)
		if err != nil {
			b.Fatal(err)
		}
		sum += untitled(c)
	}
}
