package wasm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/wasm"
	"assay/server/wasm/testdata/reader/flat"
)

// A hostile card lies in a batch between two whose every text is this. A reader that leaves its card, or
// believes it about a length, puts some of it out.
const canary = "CANARY"

// buildReader builds the guest that reads a card with the SDK for Go.
var buildReader = sync.OnceValues(func() ([]byte, error) {
	sources, _ := filepath.Glob("../../sdk/go/*.go")
	for _, source := range sources { // a cached result of the test is of these files, too
		if _, err := os.ReadFile(source); err != nil {
			return nil, err
		}
	}
	out := filepath.Join(cacheDir, "reader.wasm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-buildmode=c-shared", "-o", out, "./testdata/reader")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the reading guest: %w\n%s", err, text)
	}
	return os.ReadFile(out)
})

// clientTexts are the texts of a client that CEL can show, and how the host reads them.
var clientTexts = map[string]func(abi.Client) string{
	"client.externalId": abi.Client.ExternalID, "client.name": abi.Client.Name, "client.legalForm": abi.Client.LegalForm, "client.taxId": abi.Client.TaxID,
	"client.registrationNumber": abi.Client.RegistrationNumber, "client.country": abi.Client.Country, "client.region": abi.Client.Region,
	"client.holding": abi.Client.Holding, "client.companySize": abi.Client.CompanySize, "client.dealPotential": abi.Client.DealPotential,
	"client.solvency": abi.Client.Solvency, "client.source": abi.Client.Source, "client.stage": abi.Client.Stage, "client.importance": abi.Client.Importance,
	"client.status": abi.Client.Status, "client.manager": abi.Client.Manager, "client.workHours": abi.Client.WorkHours,
	"client.callWindow": abi.Client.CallWindow, "client.notes": abi.Client.Notes,
	`client.tags.size() > 0 ? client.tags[0] : ""`:                     func(c abi.Client) string { return c.Tags().At(0) },
	`client.industries.size() > 1 ? client.industries[1] : ""`:         func(c abi.Client) string { return c.Industries().At(1) },
	`client.contacts.size() > 0 ? client.contacts[0].name : ""`:        func(c abi.Client) string { return c.Contacts().At(0).Name() },
	`client.addresses.size() > 0 ? client.addresses[0].city : ""`:      func(c abi.Client) string { return c.Addresses().At(0).City() },
	`client.channels.size() > 0 ? client.channels[0].value : ""`:       func(c abi.Client) string { return c.Channels().At(0).Value() },
	`client.requisites.size() > 0 ? client.requisites[0].account : ""`: func(c abi.Client) string { return c.Requisites().At(0).Account() },
	`client.contacts.size() > 0 && client.contacts[0].channels.size() > 0 ? client.contacts[0].channels[0].raw : ""`: func(c abi.Client) string {
		return c.Contacts().At(0).Channels().At(0).Raw()
	},
}

// readers are guests that read a card, loaded once.
type readers struct {
	goSDK, c, cel *wasm.Module
	shown         []string // the expressions of the CEL check's parameters, in order
	neighbour     []byte   // a card of canaries
}

func newReaders(t testing.TB) *readers {
	t.Helper()
	h := newHost(t, nil)
	r := &readers{neighbour: canaryCard(t)}
	for _, guest := range []struct {
		into  **wasm.Module
		build func() ([]byte, error)
	}{{&r.goSDK, buildReader}, {&r.c, buildC}, {&r.cel, r.buildCEL}} {
		module, err := guest.build()
		if err != nil {
			t.Fatal(err)
		}
		*guest.into = load(t, h, module)
	}
	return r
}

// buildCEL compiles a check that shows all clientTexts.
func (r *readers) buildCEL() ([]byte, error) {
	message := ""
	for expr := range clientTexts {
		r.shown = append(r.shown, expr)
		message += "{{ " + expr + " }}"
	}
	env, err := cel.NewEnv(nil)
	if err != nil {
		return nil, err
	}
	compiled, err := env.Compile(cel.Check{Name: "read", Type: "Quality", Require: "false", Path: "name", Message: map[string]string{"en": message}})
	if err != nil {
		return nil, err
	}
	return compiled.Wasm, nil
}

// canaryCard is a client whose texts are all the canary.
func canaryCard(t testing.TB) []byte {
	t.Helper()
	c := new(crm.Client)
	fillTexts(reflect.ValueOf(c).Elem())
	c.Kind = "company"
	for _, channels := range [][]crm.Channel{c.Channels, c.Contacts[0].Channels, c.Contacts[1].Channels} {
		for i := range channels {
			channels[i].Type, channels[i].State = "phone", "working"
		}
	}
	card, err := crm.EncodeCard(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(card, []byte(canary)) < 30 {
		t.Fatal("the canary card has few canaries")
	}
	return card
}

// fillTexts puts the canary into every text, and two elements into every list.
func fillTexts(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(canary)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillTexts(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillTexts(v.Index(0))
		fillTexts(v.Index(1))
	case reflect.Map:
		if v.Type().Elem() == reflect.TypeFor[string]() {
			v.Set(reflect.ValueOf(map[string]string{canary: canary}))
		}
	}
}

// check lets all guests read a card and holds what they say against what the host reads.
func (r *readers) check(t *testing.T, card []byte) {
	t.Helper()
	batch := new(abi.Batch)
	batch.Add(r.neighbour)
	batch.Add(card)
	batch.Add(r.neighbour)
	client, err := abi.Open(card)
	if err != nil {
		client = abi.Client{}
	}
	r.checkGo(t, batch, client)
	r.checkCEL(t, batch, client, err == nil)
	r.checkC(t, batch, card)
}

func (r *readers) checkGo(t *testing.T, batch *abi.Batch, client abi.Client) {
	t.Helper()
	want, size := flat.Values(projectClient(client)), 0
	for _, v := range want {
		size += len(v.Path) + len(v.Text) + 10
	}
	large := size > abi.MaxResultsBytes/2 // lists of a hostile card may lie over one another
	rows := rowsOf(t, r.goSDK, abi.Configured{Check: "read", Fuel: abi.MaxFuel}, batch, func(fault error) {
		if !large {
			t.Error(fault)
		}
	})
	if large {
		return
	}
	var got []flat.Value
	for _, row := range rows {
		for _, p := range row.Params {
			got = append(got, flat.Value{Path: p.Key, Text: p.Value})
		}
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("a guest in Go reads %+v, the host %+v", got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("a guest in Go reads %d values, the host %d", len(got), len(want))
	}
}

// project and projectStrings are what the generated projection stands on.
func project(out map[string]any, in, name string, value any) { out[in+"."+name] = value }

func projectStrings(l abi.Strings) []any {
	out := []any{}
	for i := range l.Len() {
		out = append(out, l.At(i))
	}
	return out
}

// checkCEL: a module made of CEL takes a card by its slots, whatever else its header says. Of a card that the host
// does not open it may say something, but nothing that is not in the card.
func (r *readers) checkCEL(t *testing.T, batch *abi.Batch, client abi.Client, opens bool) {
	t.Helper()
	card, wellFormed := batch.Card(1), opens
	for _, expr := range r.shown {
		wellFormed = wellFormed && utf8.ValidString(clientTexts[expr](client))
	}
	rows := rowsOf(t, r.cel, abi.Configured{Check: "read"}, batch, func(fault error) {
		if wellFormed || !strings.Contains(fault.Error(), "UTF-8") {
			t.Error(fault)
		}
	})
	if wellFormed && (len(rows) != 1 || len(rows[0].Params) != len(r.shown)) {
		t.Fatalf("a guest in CEL says %+v, want %d parameters", rows, len(r.shown))
	}
	for _, row := range rows {
		for i, expr := range r.shown {
			got, want := row.Params[i].Value, clientTexts[expr](client)
			if opens && got != want || !bytes.Contains(card, []byte(got)) {
				t.Errorf("a guest in CEL reads %s as %q, the host as %q", expr, got, want)
			}
		}
	}
}

// checkC: the guest in C shows the ids and names of contacts, and takes a card by its slots, too.
func (r *readers) checkC(t *testing.T, batch *abi.Batch, card []byte) {
	t.Helper()
	for _, row := range rowsOf(t, r.c, abi.Configured{Check: "contact-job-title"}, batch, func(fault error) {
		if !strings.Contains(fault.Error(), "UTF-8") && !strings.Contains(fault.Error(), "longer than 255 bytes") {
			t.Error(fault)
		}
	}) {
		texts := []string{row.RowID}
		for _, p := range row.Params {
			texts = append(texts, p.Value)
		}
		for _, text := range texts {
			if !bytes.Contains(card, []byte(text)) {
				t.Errorf("a guest in C shows %q, which is not in the card", text)
			}
		}
	}
}

// rowsOf evaluates the batch and returns the rows of the second card.
func rowsOf(t *testing.T, m *wasm.Module, check abi.Configured, batch *abi.Batch, faulty func(error)) (rows []abi.ResultRow) {
	t.Helper()
	err := m.Evaluate(t.Context(), evaluationTime, []abi.Configured{check}, batch, func(_, card int, results []byte, fault error) {
		if card != 1 {
			if fault != nil {
				t.Errorf("card %d, a neighbour: %v", card, fault)
			}
			return
		}
		if fault != nil {
			if _, ok := errors.AsType[*wasm.Fault](fault); !ok {
				t.Errorf("%T", fault)
			}
			faulty(fault)
			return
		}
		if err := abi.ParseResults(results, func(row abi.ResultRow) error {
			rows = append(rows, row)
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// vectors are the conformance cards, by name.
func vectors(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../../sdk/abi/vectors/*.card")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d conformance cards, %v", len(files), err)
	}
	cards := map[string][]byte{}
	for _, file := range files {
		if cards[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return cards
}

// Readers in Go, C and CEL say of hostile cards what the host reads, and nothing of what lies around them.
func TestHostileCardsShowNothingOfTheirNeighbours(t *testing.T) {
	r := newReaders(t)
	random := rand.New(rand.NewPCG(3, 4))
	names := []string{}
	cards := vectors(t)
	for name := range cards {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			r.check(t, cards[name])
			if len(cards[name]) > 8<<10 {
				return
			}
			for range 20 {
				r.check(t, mutateCard(random, cards[name]))
			}
		})
	}
}

// mutateCard returns a changed copy of a card: mostly one that still opens, and points somewhere else.
func mutateCard(random *rand.Rand, card []byte) []byte {
	b := slices.Clone(card)
	if len(b) < abi.HeaderSize+8 {
		return b
	}
	le := binary.LittleEndian
	for range 1 + random.IntN(4) {
		at := abi.HeaderSize + random.IntN(len(b)-abi.HeaderSize-8)
		at -= at % 4
		near := [...]uint32{0, uint32(len(b)), uint32(len(b)) - 8, uint32(len(b)) + 8, uint32(len(b)) + 100, 1<<32 - 8, 1<<32 - 1, 1 << 31, 31, 16, uint32(random.IntN(2 * len(b)))}
		switch random.IntN(5) {
		case 0, 1:
			le.PutUint32(b[at:], near[random.IntN(len(near))])
		case 2: // a length, or a count
			le.PutUint32(b[at:], le.Uint32(b[at:])+uint32(random.IntN(64)))
		case 3: // more slots, more that is present
			b[random.IntN(abi.HeaderSize)] |= 1 << random.IntN(8)
		case 4: // cut off, and honest about it
			b = b[:len(b)/2&^7]
			if len(b) >= abi.HeaderSize {
				le.PutUint32(b[4:], uint32(len(b)))
			}
		}
		if len(b) < abi.HeaderSize+8 {
			return b
		}
	}
	return b
}

// FuzzHostileCards is that with cards of the fuzzer's.
func FuzzHostileCards(f *testing.F) {
	for _, card := range vectors(f) {
		if len(card) < 8<<10 {
			f.Add(card, uint64(0))
			f.Add(card, uint64(len(card)))
		}
	}
	r := newReaders(f)
	f.Fuzz(func(t *testing.T, card []byte, seed uint64) {
		if len(card) > 64<<10 {
			return
		}
		if seed != 0 {
			card = mutateCard(rand.New(rand.NewPCG(seed, 0)), card)
		}
		r.check(t, card)
	})
}
