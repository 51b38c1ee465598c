package crm_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
)

// shop is a client of the size met in practice: its JSON form has about 1,500 bytes.
func shop() *crm.Client {
	at := func(s string) crm.Time {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			panic(err)
		}
		return crm.TimeOf(t)
	}
	return &crm.Client{
		ID: 1042, ExternalID: "1c-000123", Revision: 7, Kind: "company", Name: "ООО «Ромашка»", LegalForm: "ООО",
		TaxID: "7707083893", Country: "RU", Region: "Москва", Industries: []string{"wholesale"},
		CompanySize: "small", Source: "site", Stage: "negotiation", Importance: "high", Status: "active",
		Manager: "ivanov", Managers: []string{"ivanov", "petrov"},
		Channels: []crm.Channel{{ID: "h1", Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13",
			Label: "office", State: "unverified", CheckedAt: at("2027-01-31T09:30:00Z")}},
		Addresses: []crm.Address{{ID: "a1", Type: "legal", Text: "ул. Ленина, 1", City: "Москва", PostalCode: "101000"}},
		Contacts: []crm.Contact{{ID: "c7", Name: "Семакова Лидия Васильевна", JobTitle: "бухгалтер", DecisionRole: "user",
			Birthday: crm.DateOf(1969, time.December, 31), Channels: []crm.Channel{{ID: "h2", Type: "email",
				Value: "lidia@example.com", State: "working"}}}, {ID: "c8", Name: "Петров"}},
		Properties: map[string]string{"loyalty": "gold", "colour": "red"},
		Categories: []string{"partner"}, Tags: []string{"vip", ""},
		Fields: map[string]crm.Value{
			"gln":          crm.StringValue("4607001234567"),
			"area":         {Type: crm.FieldNumber, Number: 120.5},
			"licenceUntil": {Type: crm.FieldDate, Integer: crm.DateOf(2027, time.January, 1).UnixMilli()},
			"chain":        {Type: crm.FieldBool, Integer: 1},
			"none":         {},
		},
		Requisites: []crm.Requisite{{ID: "r1", Bank: "Банк", BIC: "044525225", Account: "40702810900000000001"}},
		Contracts: []crm.Contract{{ID: "k1", Number: "17/26", StartsOn: crm.DateOf(2026, time.March, 1),
			EndsOn: crm.DateOf(2027, time.March, 1), Amount: -15200050}},
		Unsubscribed: true, Notes: "звонить до обеда",
		Activity: crm.Activity{Interactions: 3, LastInteractionAt: at("2026-11-02T10:00:00Z"), Purchases: 4, Revenue: 15200050,
			FirstPurchaseAt: at("1970-01-01T00:00:00Z")},
		Completeness: 80, CreatedAt: at("2026-01-02T10:00:00Z"), UpdatedAt: at("2026-11-02T10:00:00Z"),
	}
}

// simple is a client whose card has about 700 bytes.
func simple() *crm.Client {
	return &crm.Client{
		ID: 1042, ExternalID: "1c-000123", Revision: 1, Kind: "company", Name: "ООО «Ромашка»", TaxID: "7707083893",
		Country: "RU", Region: "Москва", Source: "site", Status: "active", Manager: "ivanov",
		Channels:   []crm.Channel{{ID: "h1", Type: "phone", Value: "+74957480113", State: "unverified"}},
		Contacts:   []crm.Contact{{ID: "c1", Name: "Семакова Лидия", JobTitle: "бухгалтер"}},
		Properties: map[string]string{"loyalty": "gold"},
	}
}

func encode(t testing.TB, c *crm.Client) []byte {
	t.Helper()
	card, err := crm.EncodeCard(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func decode(t testing.TB, card []byte) *crm.Client {
	t.Helper()
	c, err := crm.DecodeCard(card)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// complete makes nil lists and maps empty ones, as DecodeCard returns them.
func complete(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				complete(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			complete(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}

func TestCardKeepsEveryValue(t *testing.T) {
	for name, want := range map[string]*crm.Client{"shop": shop(), "simple": simple(), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			card := encode(t, want)
			if len(card)%8 != 0 {
				t.Errorf("the card has %d bytes, not a multiple of 8", len(card))
			}
			got := decode(t, card)
			clear(card) // the client must not share its memory
			complete(reflect.ValueOf(want).Elem())
			if !reflect.DeepEqual(got, want) {
				t.Errorf("decoded\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

// Every field of the Go type must have a slot: one that is forgotten in the schema would be lost on disk.
func TestCardHasASlotForEveryField(t *testing.T) {
	var c crm.Client
	fill(reflect.ValueOf(&c).Elem())
	got := decode(t, encode(t, &c))
	if !reflect.DeepEqual(got, &c) {
		t.Errorf("decoded\n%+v\nwant\n%+v", got, &c)
	}
}

var filled = map[reflect.Type]reflect.Value{
	reflect.TypeFor[crm.Time]():  reflect.ValueOf(crm.TimeFromUnixMilli(1)),
	reflect.TypeFor[crm.Date]():  reflect.ValueOf(crm.DateOf(2027, time.January, 31)),
	reflect.TypeFor[crm.Value](): reflect.ValueOf(crm.Value{Type: crm.FieldNumber, Text: "t", Number: 1.5, Integer: 2}),
}

var enumValues = map[string]string{"Client.Kind": "person", "Channel.Type": "social", "Channel.State": "dead"}

// fill sets every field to something other than its zero.
func fill(v reflect.Value) {
	if f, ok := filled[v.Type()]; ok {
		v.Set(f)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
			if s, ok := enumValues[v.Type().Name()+"."+v.Type().Field(i).Name]; ok {
				v.Field(i).SetString(s)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		fill(element)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k"), element)
	case reflect.String:
		v.SetString(v.Type().String())
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(-7)
	}
}

func TestDecodedListsAreNotNull(t *testing.T) {
	c := decode(t, encode(t, &crm.Client{Contacts: []crm.Contact{{}}}))
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"industries", "managers", "channels", "addresses", "categories", "tags", "requisites", "contracts"} {
		if !strings.Contains(string(text), fmt.Sprintf("%q:[]", name)) {
			t.Errorf("%s is not [] in %s", name, text)
		}
	}
	for _, name := range []string{"properties", "fields"} {
		if !strings.Contains(string(text), fmt.Sprintf("%q:{}", name)) {
			t.Errorf("%s is not {} in %s", name, text)
		}
	}
}

func TestEqualClientsHaveEqualCards(t *testing.T) {
	many := shop()
	for i := range 40 { // more keys than are sorted without allocating
		many.Properties[fmt.Sprint("k", i)] = "v"
	}
	first := encode(t, many)
	for range 20 {
		if !bytes.Equal(encode(t, many), first) {
			t.Fatal("two cards of one client differ")
		}
	}
	bare, empty := &crm.Client{Name: "x"}, &crm.Client{Name: "x"}
	complete(reflect.ValueOf(empty).Elem())
	if !bytes.Equal(encode(t, bare), encode(t, empty)) {
		t.Error("nil and empty lists give different cards")
	}
}

func TestEncodeCardAppends(t *testing.T) {
	prefix := []byte("prefix")
	out, err := crm.EncodeCard(slices.Clip(prefix), shop())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out, append(prefix, encode(t, shop())...)) {
		t.Error("the appended card differs from the card alone")
	}
	dirty := bytes.Repeat([]byte{0xff}, 1<<14) // what lay in the room before must not show through
	if out, err = crm.EncodeCard(dirty[:0], shop()); err != nil || !bytes.Equal(out, encode(t, shop())) {
		t.Errorf("a card written over old bytes differs (%v)", err)
	}
}

func TestClientsWithoutCard(t *testing.T) {
	cases := []struct {
		name   string
		change func(*crm.Client)
		place  string // of the *abi.InvalidError
		says   string
	}{
		{"unknown kind", func(c *crm.Client) { c.Kind = "charity" }, "kind", `"charity"`},
		{"unknown enum of a nested row", func(c *crm.Client) { c.Contacts[0].Channels[0].Type = "fax" },
			"contacts[0].channels[0].type", `"fax"`},
		{"unknown field type", func(c *crm.Client) { c.Fields["gln"] = crm.Value{Type: "blob"} }, "fields[2].type", `"blob"`},
		{"not UTF-8", func(c *crm.Client) { c.Contacts[1].Name = "\xff" }, "contacts[1].name", "UTF-8"},
		{"half a character", func(c *crm.Client) { c.LegalForm, c.TaxID = "a\xd0", "\x9fb" }, "legalForm", "UTF-8"},
		{"key not UTF-8", func(c *crm.Client) { c.Properties["\x80"] = "" }, "properties[2].key", "UTF-8"},
		{"not a number", func(c *crm.Client) { c.Fields["area"] = crm.Value{Type: crm.FieldNumber, Number: math.NaN()} },
			"fields[0].number", "finite"},
		{"infinite", func(c *crm.Client) { c.Fields["area"] = crm.Value{Type: crm.FieldNumber, Number: math.Inf(-1)} },
			"fields[0].number", "finite"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := shop()
			tc.change(c)
			dst, err := crm.EncodeCard([]byte("kept"), c)
			if string(dst) != "kept" {
				t.Errorf("dst became %q", dst)
			}
			var invalid *abi.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("error %v, want an *abi.InvalidError", err)
			}
			if invalid.Place != tc.place || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %q at %q, want one at %q that says %s", err, invalid.Place, tc.place, tc.says)
			}
		})
	}
}

func TestClientTooLargeForACard(t *testing.T) {
	c := &crm.Client{Notes: strings.Repeat("x", abi.MaxCard-abi.HeaderSize-8*abi.ClientSlots)}
	if card := encode(t, c); len(card) != abi.MaxCard {
		t.Errorf("the largest card has %d bytes, want %d", len(card), abi.MaxCard)
	}
	c.Notes += "x"
	dst, err := crm.EncodeCard([]byte("kept"), c)
	if !errors.Is(err, crm.ErrTooLarge) || string(dst) != "kept" {
		t.Errorf("got %d bytes and error %v, want ErrTooLarge and dst as it was", len(dst), err)
	}
}

func TestDecodeCardRefusesWhatIsNotValid(t *testing.T) {
	card := encode(t, shop())
	card[abi.HeaderSize+8*abi.SlotClientName+3] = 0x7f // an offset far outside
	_, err := crm.DecodeCard(card)
	var invalid *abi.InvalidError
	if !errors.As(err, &invalid) || invalid.Place != "name" {
		t.Errorf("error %v, want an *abi.InvalidError at name", err)
	}
}

func TestPatchedCard(t *testing.T) {
	for _, id := range []int64{0, 1, -1, math.MaxInt64} {
		c := shop()
		card := encode(t, c)
		if err := errors.Join(abi.SetID(card, id), abi.SetRevision(card, id)); err != nil {
			t.Fatal(err)
		}
		c.ID, c.Revision = id, id
		if !bytes.Equal(card, encode(t, c)) {
			t.Errorf("a card patched to id and revision %d differs from an encoded one", id)
		}
	}
	if err := abi.SetID(make([]byte, 64), 1); err == nil {
		t.Error("SetID patched what is not a card")
	}
}

func TestEncodeCardAllocatesNothing(t *testing.T) {
	c := shop()
	room := make([]byte, 0, 1<<14)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := crm.EncodeCard(room, c); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("EncodeCard allocates %v times a card", n)
	}
}

func BenchmarkEncodeCard(b *testing.B) {
	for name, c := range map[string]*crm.Client{"simple": simple(), "shop": shop()} {
		b.Run(name, func(b *testing.B) {
			room := make([]byte, 0, 1<<14)
			b.ReportAllocs()
			b.SetBytes(int64(len(encode(b, c))))
			for b.Loop() {
				if _, err := crm.EncodeCard(room, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecodeCard(b *testing.B) {
	for name, c := range map[string]*crm.Client{"simple": simple(), "shop": shop()} {
		b.Run(name, func(b *testing.B) {
			card := encode(b, c)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := crm.DecodeCard(card); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	card := encode(b, shop())
	b.ReportAllocs()
	for b.Loop() {
		if err := abi.Validate(card); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleEncodeCard() {
	card, err := crm.EncodeCard(nil, &crm.Client{ID: 7, Kind: "company", Name: "Acme"})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := crm.DecodeCard(card)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(card), c.ID, c.Kind, c.Name, c.Contacts)
	// Output: 408 7 company Acme []
}
