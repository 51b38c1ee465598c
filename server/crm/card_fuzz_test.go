package crm_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
)

const vectorDir = "../../sdk/abi/vectors"

// vectors returns the conformance cards of sdk/abi by name, and which of them are valid.
func vectors(t testing.TB) (cards map[string][]byte, valid map[string]bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectorDir, "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name  string
			Fault *struct{ Place string }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	cards, valid = map[string][]byte{}, map[string]bool{}
	for _, v := range file.Vectors {
		if cards[v.Name], err = os.ReadFile(filepath.Join(vectorDir, v.Name+".card")); err != nil {
			t.Fatal(err)
		}
		valid[v.Name] = v.Fault == nil
	}
	return cards, valid
}

func TestDecodeVectors(t *testing.T) {
	cards, valid := vectors(t)
	for name, card := range cards {
		t.Run(name, func(t *testing.T) {
			_, err := crm.DecodeCard(card)
			var invalid *abi.InvalidError
			if valid[name] != (err == nil) || err != nil && !errors.As(err, &invalid) {
				t.Errorf("error %v; the card is valid: %v", err, valid[name])
			}
			checkDecoding(t, card)
		})
	}
}

func TestDecodeOfAnotherAge(t *testing.T) {
	cards, _ := vectors(t)
	older, newer := decode(t, cards["older"]), decode(t, cards["newer"])
	if len(older.Contacts) != 2 || older.Contacts[0].Name != "Ann" || older.Contacts[0].JobTitle != "" || !older.CreatedAt.IsZero() {
		t.Errorf("the older card decodes as %+v", older)
	}
	if newer.Name != "Acme" || newer.Kind != "" || len(newer.Contacts) != 2 || newer.Contacts[1].Channels[0].Value != "b@x.org" {
		t.Errorf("the newer card decodes as %+v", newer)
	}
}

// The accessors of rules must see in our cards what the client holds.
func TestEncodedCardReadsInPlace(t *testing.T) {
	want := shop()
	c, err := abi.Open(encode(t, want))
	if err != nil {
		t.Fatal(err)
	}
	area, found := c.Fields().Find("area")
	loyalty, _ := c.Properties().Find("loyalty")
	channel := c.Contacts().At(0).Channels().At(0)
	switch {
	case c.ID() != want.ID || c.Name() != want.Name || c.Kind() != abi.ClientKindCompany:
		t.Error("id, name or kind differ")
	case !found || area.Type() != abi.FieldTypeNumber || area.Number() != 120.5 || loyalty.Value() != "gold":
		t.Error("a custom field or property differs")
	case channel.Type() != abi.ChannelTypeEmail || channel.Value() != "lidia@example.com" || channel.HasCheckedAt():
		t.Error("a contact's channel differs")
	case !c.HasFirstPurchaseAt() || c.FirstPurchaseAt() != 0 || c.HasLastPurchaseAt() || c.Revenue() != 15200050:
		t.Error("the activity differs")
	case c.Tags().Len() != 2 || c.Tags().At(0) != "vip" || c.Contracts().At(0).Amount() != -15200050:
		t.Error("a tag or contract differs")
	}
}

// FuzzDecodeCard takes arbitrary bytes: nothing panics, and a valid card survives decoding and
// encoding.
func FuzzDecodeCard(f *testing.F) {
	cards, _ := vectors(f)
	for _, card := range cards {
		f.Add(card)
	}
	f.Fuzz(func(t *testing.T, card []byte) { checkDecoding(t, card) })
}

// checkDecoding checks that DecodeCard takes exactly the valid cards, and that what it returns has an equivalent card.
func checkDecoding(t *testing.T, card []byte) {
	t.Helper()
	valid := abi.Validate(card)
	c, err := crm.DecodeCard(card)
	if (valid == nil) != (err == nil) {
		t.Fatalf("Validate says %v, DecodeCard %v", valid, err)
	}
	if err != nil {
		return
	}
	again, err := crm.EncodeCard(nil, c)
	if errors.Is(err, crm.ErrTooLarge) {
		return // rows of an older writer grow to today's length
	}
	if err != nil {
		t.Fatalf("a decoded client has no card: %v", err)
	}
	if back := decode(t, again); !reflect.DeepEqual(back, c) {
		t.Fatalf("decoded %+v, and after encoding %+v", c, back)
	}
}

// FuzzEncodeRead makes a client of the bytes, encodes it, and reads back an equal one.
func FuzzEncodeRead(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("a client made of these bytes, in the order of its fields"))
	f.Add([]byte(strings.Repeat("\x01\x02\x03\xff\x80\x00Ж", 60)))
	f.Fuzz(func(t *testing.T, data []byte) {
		want := new(crm.Client)
		shape := shaper{data}
		shape.fill(reflect.ValueOf(want).Elem(), "")
		card, err := crm.EncodeCard(nil, want)
		if err != nil {
			var invalid *abi.InvalidError
			if !errors.As(err, &invalid) || !shape.faulty(reflect.ValueOf(want).Elem()) {
				t.Fatalf("a good client has no card: %v", err)
			}
			return
		}
		if err := abi.Validate(card); err != nil {
			t.Fatal(err)
		}
		if got := decode(t, card); !reflect.DeepEqual(got, want) {
			t.Fatalf("decoded\n%+v\nwant\n%+v", got, want)
		}
	})
}

// shaper turns bytes into values; when they run out everything else is empty.
type shaper struct{ data []byte }

func (s *shaper) next(n int) []byte {
	n = min(n, len(s.data))
	out := s.data[:n]
	s.data = s.data[n:]
	return out
}

func (s *shaper) small(below int) int {
	b := s.next(1)
	if len(b) == 0 {
		return 0
	}
	return int(b[0]) % below
}

func (s *shaper) number() int64 {
	var b [8]byte
	copy(b[:], s.next(s.small(9)))
	return int64(binary.LittleEndian.Uint64(b[:]))
}

var enums = map[string]string{
	"Client.Kind": "ClientKind", "Channel.Type": "ChannelType", "Channel.State": "ChannelState", "Value.Type": "FieldType",
}

// fill sets v; place is the type and field that hold it.
func (s *shaper) fill(v reflect.Value, place string) {
	switch v.Type() {
	case reflect.TypeFor[crm.Time]():
		if s.small(2) == 1 {
			v.Set(reflect.ValueOf(crm.TimeFromUnixMilli(s.number())))
		}
		return
	case reflect.TypeFor[crm.Date]():
		if s.small(2) == 1 {
			v.Set(reflect.ValueOf(crm.DateFromUnixMilli(s.number() / 2)))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			s.fill(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		n := s.small(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			s.fill(v.Index(i), "")
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range s.small(20) {
			element := reflect.New(v.Type().Elem()).Elem()
			s.fill(element, "")
			v.SetMapIndex(reflect.ValueOf(string(s.next(s.small(8)))), element)
		}
	case reflect.String:
		if enum := enums[place]; enum != "" {
			names := abi.Enums[enum]
			v.SetString(append(names[:len(names):len(names)], "unknown")[s.small(len(names)+1)])
			return
		}
		v.SetString(string(s.next(s.small(32))))
	case reflect.Bool:
		v.SetBool(s.small(2) == 1)
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(uint64(s.number())))
	default:
		v.SetInt(s.number())
	}
}

// faulty reports whether a value within v cannot be in a card.
func (s *shaper) faulty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if s.faulty(v.Field(i)) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if s.faulty(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if s.faulty(key) || s.faulty(v.MapIndex(key)) {
				return true
			}
		}
	case reflect.String:
		return strings.ToValidUTF8(v.String(), "") != v.String() || v.String() == "unknown"
	case reflect.Float64:
		return math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)
	}
	return false
}
