package wasm_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// buildC compiles the C guest once for all tests of a run.
var buildC = sync.OnceValues(func() ([]byte, error) {
	out := filepath.Join(cacheDir, "rules.wasm")
	text, err := exec.Command("clang", "--target=wasm32", "-O2", "-ffreestanding", "-nostdlib", "-Wall", "-Werror",
		"-Wl,--no-entry", "-o", out, "testdata/rules/rules.c").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("clang (Debian packages clang and lld): %w\n%s", err, text)
	}
	return os.ReadFile(out)
})

var buildGo = sync.OnceValues(func() ([]byte, error) {
	out := filepath.Join(cacheDir, "go.wasm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-buildmode=c-shared", "-o", out, "./testdata/goguest")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the Go guest: %w\n%s", err, text)
	}
	return os.ReadFile(out)
})

func loadBuilt(t testing.TB, build func() ([]byte, error)) *wasm.Module {
	t.Helper()
	guest, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return load(t, newHost(t, nil), guest)
}

// person is a contact on a test card.
type person struct {
	id, name, jobTitle string
	channels           int
}

// cardOf builds a card with the fields the C guest reads.
func cardOf(kind uint64, manager, taxID, size string, channels int, contacts ...person) string {
	const header, slots, rowSlots = abi.HeaderSize, abi.SlotClientContacts + 1, 7
	card := make([]byte, header+8*slots)
	le := binary.LittleEndian
	// at gives the place of a slot and marks it present; start is that of slot 0, behind the bitmap.
	at := func(bitmap, start, slot int) int {
		card[bitmap+slot/8] |= 1 << (slot % 8)
		return start + 8*slot
	}
	span := func(at, offset, length int) {
		le.PutUint32(card[at:], uint32(offset))
		le.PutUint32(card[at+4:], uint32(length))
	}
	text := func(bitmap, start, slot int, s string) {
		if s != "" {
			span(at(bitmap, start, slot), len(card), len(s))
			card = append(card, s...)
		}
	}
	align := func() {
		for len(card)%8 != 0 {
			card = append(card, 0)
		}
	}
	rows := func(bitmap, start, slot, n int) (first int) {
		if n == 0 {
			return 0
		}
		align()
		span(at(bitmap, start, slot), len(card), n)
		first = len(card) + 8
		card = append(card, make([]byte, 8+n*(8+8*rowSlots))...)
		le.PutUint16(card[first-8:], rowSlots)
		return first
	}
	le.PutUint64(card[at(16, header, abi.SlotClientKind):], kind)
	text(16, header, abi.SlotClientManager, manager)
	text(16, header, abi.SlotClientTaxID, taxID)
	text(16, header, abi.SlotClientCompanySize, size)
	rows(16, header, abi.SlotClientChannels, channels)
	first := rows(16, header, abi.SlotClientContacts, len(contacts))
	for i, p := range contacts {
		row := first + i*(8+8*rowSlots)
		text(row, row+8, abi.SlotContactID, p.id)
		text(row, row+8, abi.SlotContactName, p.name)
		text(row, row+8, abi.SlotContactJobTitle, p.jobTitle)
		rows(row, row+8, abi.SlotContactChannels, p.channels)
	}
	align()
	le.PutUint32(card, abi.Magic)
	le.PutUint32(card[4:], uint32(len(card)))
	le.PutUint16(card[8:], abi.Layout)
	le.PutUint16(card[10:], slots)
	return string(card)
}

func TestCardsOfTheseTestsAreCards(t *testing.T) {
	card := cardOf(company, "ivanov", "7707083893", "large", 2, person{"c1", "Anna", "director", 1}, person{"c2", "Пётр", "", 0})
	if err := abi.Validate([]byte(card)); err != nil {
		t.Error(err)
	}
	if err := abi.Validate(benchCard); err != nil {
		t.Error(err)
	}
}

const company, private = 1, 3

var allRules = []abi.Configured{
	{Check: "main-manager"}, {Check: "contact-information"}, {Check: "contact-person"},
	{Check: "contact-job-title"}, {Check: "tax-id"}, {Check: "size"},
}

func TestGuestInC(t *testing.T) {
	m := loadBuilt(t, buildC)
	batch := batchOf(
		cardOf(company, "ivanov", "7707083893", "large", 1, person{"c1", "Anna", "director", 0}),
		cardOf(company, "", "", "", 0),
		cardOf(company, "ivanov", "1", "small", 0, person{"c1", "Anna", "", 1}, person{"c2", "Пётр", "", 0}),
		cardOf(private, "ivanov", "", "", 1),
		"", "not a card", strings.Repeat("\xff", 600),
	)
	got := said(t, m, allRules, batch)
	want := []string{
		"0/1: main-manager", "0/4: main-manager", "0/5: main-manager", "0/6: main-manager",
		"1/1: contact-information", "1/4: contact-information", "1/5: contact-information", "1/6: contact-information",
		"2/1: contact-person",
		"3/2: contact-job-title name*4, contact-job-title name*8",
		"4/1: tax-id",
		"5/0: label large", "5/1: label other", "5/2: label other", "5/3: label other", "5/4: label other", "5/5: label other", "5/6: label other",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	err := m.Evaluate(t.Context(), evaluationTime, allRules[3:4], batch, func(_, _ int, results []byte, _ error) {
		_ = abi.ParseResults(results, func(r abi.ResultRow) error {
			if r.RowID == "c2" && (r.Path != "contacts[1].jobTitle" || r.Params[0] != (abi.Param{Key: "name", Value: "Пётр"})) {
				t.Errorf("finding %+v", r)
			}
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// A Go guest starts, collects its garbage through many thousand calls, sleeps without anybody
// waiting for it, and leaves with its own words when it panics.
func TestGuestInGo(t *testing.T) {
	m := loadBuilt(t, buildGo)
	if err := m.Configure(t.Context(), abi.Configured{Check: "tax-id", Settings: `{"a":1}`}); err == nil || !strings.Contains(err.Error(), "there is nothing to set") {
		t.Errorf("settings: %v", err)
	}
	checks := []abi.Configured{{Check: "tax-id"}}
	good, bad := cardOf(company, "", "7707083893", "", 0), cardOf(company, "", "", "", 0)
	got := said(t, m, checks, batchOf(good, bad, "panic", "sleep", good, bad))
	if want := []string{"0/1: tax-id bytes*1", "0/2! trap", "0/3: tax-id bytes*1", "0/5: tax-id bytes*1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	err := m.Evaluate(t.Context(), evaluationTime, checks, batchOf("panic"), func(_, _ int, _ []byte, fault error) {
		if fault == nil || !strings.Contains(fault.Error(), "panic: this card is cursed") {
			t.Errorf("fault %v", fault)
		}
	})
	if err != nil {
		t.Error(err)
	}
	checks[0].Settings = `{"waste":true}`
	batch := new(abi.Batch)
	for !batch.Full() {
		batch.Add([]byte(good))
	}
	for done := 0; done < 150_000; done += batch.Len() {
		err := m.Evaluate(t.Context(), evaluationTime, checks, batch, func(_, card int, _ []byte, fault error) {
			t.Fatalf("card %d: %v", done+card, fault)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
