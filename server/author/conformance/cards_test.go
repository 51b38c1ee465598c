package conformance_test

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/sdk/abi/abitest"
	"assay/server/crm"
	"assay/server/demo"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/store"
	"assay/server/store/bolt"
)

// card is a card with a name for messages.
type card struct {
	name  string
	bytes []byte
}

// client returns the reader of a card, false when it does not open.
func (c card) client() (abi.Client, bool) {
	client, err := abi.Open(c.bytes)
	return client, err == nil
}

// cards are the cards of all tests, by where they come from.
type cards struct {
	vectors []card // those of sdk/abi, some of which do not open
	valid   []card // the vectors that are as FORMAT.md says
	demo    []card // clients such as people have
	made    []card // clients with anything in any field
	damaged []card // vectors with bytes overwritten
}

// known is every valid card.
func (c cards) known() (all []card) {
	return append(append(append(all, c.valid...), c.demo...), c.made...)
}

const vectorDir = "../../../sdk/abi/vectors"

var allCards = sync.OnceValues(func() (c cards, err error) {
	if c.vectors, err = readVectors(); err != nil {
		return c, err
	}
	for _, v := range c.vectors {
		if abi.Validate(v.bytes) == nil {
			c.valid = append(c.valid, v)
		}
	}
	if c.demo, err = storedCards(2000); err != nil {
		return c, err
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var client crm.Client
		fill(random, reflect.ValueOf(&client).Elem(), "")
		if c.made, err = appendClient(c.made, "made", &client); err != nil {
			return c, err
		}
	}
	for len(c.damaged) < 2000 {
		v := c.valid[random.IntN(len(c.valid))]
		broken := card{fmt.Sprintf("damaged %d of %s", len(c.damaged), v.name), damage(random, v.bytes)}
		if client, ok := broken.client(); !ok || len(abitest.Fields(client)) < 32<<10 { // overlapping parts can make it any size
			c.damaged = append(c.damaged, broken)
		}
	}
	return c, nil
})

func testCards(t *testing.T) cards {
	t.Helper()
	c, err := allCards()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.valid) < 10 || len(c.vectors) < 2*len(c.valid) {
		t.Fatalf("%d vectors, %d of them valid", len(c.vectors), len(c.valid))
	}
	return c
}

func readVectors() (vectors []card, err error) {
	index, err := os.Open(filepath.Join(vectorDir, "index.txt"))
	if err != nil {
		return nil, err
	}
	defer index.Close()
	for lines := bufio.NewScanner(index); lines.Scan(); {
		name, _, _ := strings.Cut(lines.Text(), " ")
		content, err := os.ReadFile(filepath.Join(vectorDir, name+".card"))
		if err != nil {
			return nil, err
		}
		vectors = append(vectors, card{name, content})
	}
	return vectors, nil
}

// storedCards returns the cards of the first n invented clients as a server stores them.
func storedCards(n int) (cards []card, err error) {
	dir, err := os.MkdirTemp("", "assay-conformance-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	base, err := bolt.Open(ctx, bolt.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer base.Close()
	generation, err := base.Generation(ctx)
	if err != nil {
		return nil, err
	}
	none := engine.NewSet(generation, nil, nil, nil)
	in := intake.New(intake.Config{Store: base, Current: func() *engine.Set { return none }, Region: "RU", Zone: time.UTC, Now: time.Now, TempDir: dir})
	summary, err := in.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Key: "externalId", Mode: "merge", Unknown: "error", Body: demo.NewReader(1, n)})
	if err != nil || int(summary.Created) != n {
		return nil, fmt.Errorf("%d of %d clients imported: %w", summary.Created, n, err)
	}
	for q := (store.Query{Limit: 1000}); ; {
		page, err := base.Clients(ctx, crm.Everything, q)
		if err != nil {
			return nil, err
		}
		for _, stored := range page.Cards {
			cards = append(cards, card{fmt.Sprintf("demo %d", len(cards)), stored})
		}
		if q.After = page.Next; q.After == "" {
			return cards, nil
		}
	}
}

func appendClient(list []card, name string, client *crm.Client) ([]card, error) {
	name = fmt.Sprintf("%s %d", name, len(list))
	bytes, err := crm.EncodeCard(nil, client)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return append(list, card{name, bytes}), nil
}

// damage returns the card with some words of it overwritten, most of them behind the header.
func damage(random *rand.Rand, whole []byte) []byte {
	broken := append([]byte(nil), whole...)
	for range 1 + random.IntN(6) {
		at := random.IntN(len(broken))
		if at < 16 && random.IntN(8) > 0 {
			continue
		}
		switch random.IntN(4) {
		case 0:
			broken[at] ^= 1 << random.IntN(8)
		case 1:
			broken[at] = byte(random.Uint32())
		case 2:
			from := random.IntN(len(broken)/8) * 8
			copy(broken[at/8*8:], broken[from:from+8])
		case 3:
			broken[at/4*4] = [...]byte{0, 1, 4, 7, 8, 0x40, 0x7f, 0x80, 0xff}[random.IntN(9)]
		}
	}
	return broken
}

// texts are what a field may hold: letters of one to four bytes, quotes, control characters, phones, lists of a's.
var texts = []string{
	"", "", "a", "aaa", "aab", " ", "-", "директор", "Ґалаґан Єва", "𝄞 four bytes", "a\x00b", "\"quoted\" \\ back", "line\nline\r\n\ttab", "\u2028\ufeff",
	"+74957480113", "8 (495) 748-01-13", "0501234567", "12", "RU", "UA", "Ukraine", "ivanov", "7707083893", "{{ name }}", strings.Repeat("ж", 200),
}

var enumOf = map[string]string{
	"Client.Kind": "ClientKind", "Channel.Type": "ChannelType", "Channel.State": "ChannelState", "Value.Type": "FieldType",
}

// fill sets v to anything it can be; place is the type and field that hold it.
func fill(random *rand.Rand, v reflect.Value, place string) {
	some := func(most int) int { // mostly few
		if random.IntN(10) == 0 {
			return random.IntN(most)
		}
		return random.IntN(4)
	}
	number := func() int64 {
		return [...]int64{0, 1, -1, 41, math.MaxInt64, math.MinInt64, random.Int64(), -random.Int64N(1 << 40)}[random.IntN(8)]
	}
	switch v.Type() {
	case reflect.TypeFor[crm.Time]():
		if random.IntN(2) == 1 {
			v.Set(reflect.ValueOf(crm.TimeFromUnixMilli(number())))
		}
		return
	case reflect.TypeFor[crm.Date]():
		if random.IntN(2) == 1 {
			v.Set(reflect.ValueOf(crm.DateFromUnixMilli(number() / 2)))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(random, v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		n := some(12)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(random, v.Index(i), "")
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range some(30) {
			element := reflect.New(v.Type().Elem()).Elem()
			fill(random, element, "")
			v.SetMapIndex(reflect.ValueOf(texts[random.IntN(len(texts))]+string(rune('a'+random.IntN(26)))), element)
		}
	case reflect.String:
		from := texts
		switch enum := enumOf[place]; {
		case enum != "":
			from = abi.Enums[enum]
		case strings.HasSuffix(place, ".ID"): // the server's own, and short
			from = []string{"", "c1", "k42"}
		}
		v.SetString(from[random.IntN(len(from))])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 1)
	case reflect.Float64:
		v.SetFloat([...]float64{0, math.Copysign(0, -1), 0.1, -1.5e-7, math.MaxFloat64, math.SmallestNonzeroFloat64, random.NormFloat64()}[random.IntN(7)])
	default:
		v.SetInt(number())
	}
}
