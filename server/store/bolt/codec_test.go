package bolt

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"assay/server/crm"
	"assay/server/store"
)

var someResults = []crm.Result{
	{Rule: "r", Error: "division by zero"},
	{Rule: "r", Label: "large", Reason: []crm.Param{{Key: "size", Value: "1"}}},
	{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r", Path: "taxId", Since: crm.TimeFromUnixMilli(1.8e12)}}},
	{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r", Severity: crm.SeverityError}, {Rule: "r", Code: "r", RowID: "c1"}, {Rule: "r", Code: "r", RowID: "c2", Severity: crm.SeverityInfo}}},
	{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r", Waived: true}, {Rule: "r", Code: "r", RowID: "c1"}}},
	{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r", Waived: true, Severity: crm.SeverityError}, {Rule: "r", Code: "r", RowID: "c1", Waived: true}, {Rule: "r", Code: "r", RowID: "c2", Severity: crm.SeverityError}}},
	{Rule: "r", Label: "x", Findings: []crm.Finding{
		{Rule: "r", Code: "other", RowID: "c1", Params: []crm.Param{{Key: "a", Value: "б"}}, Suggest: json.RawMessage(`"x"`)},
		{Rule: "r", Code: "r", Suggest: json.RawMessage{}, Since: crm.TimeFromUnixMilli(-1)},
	}},
}

func TestResultRoundTrip(t *testing.T) {
	for _, want := range someResults {
		stored := appendResult(nil, &want, 0)
		got, err := readResult(stored, "r")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
		head, err := readHead(stored)
		if wantHead := headOf(&want, true); err != nil || !sameHead(head, wantHead) {
			t.Errorf("got head %+v, %v; want %+v", head, err, wantHead)
		}
		for n := range len(stored) {
			if _, err := readResult(stored[:n], "r"); !errors.Is(err, ErrDamaged) {
				t.Errorf("%d of %d bytes gave the error %v", n, len(stored), err)
			}
		}
	}
}

func sameHead(a, b resultHead) bool {
	return a.exists == b.exists && a.failed == b.failed && a.open == b.open && a.waived == b.waived && string(a.label) == string(b.label)
}

func TestTimeRoundTrip(t *testing.T) {
	for _, ms := range []int64{0, 1, -1, 1_800_000_000_000, -62_135_596_800_000, 1 << 62, -1 << 62} {
		if got := unpackTime(packTime(crm.TimeFromUnixMilli(ms))); got != crm.TimeFromUnixMilli(ms) {
			t.Errorf("%d came back as %d", ms, got.UnixMilli())
		}
	}
	if got := unpackTime(packTime(crm.TimeFromUnixMilli(math.MinInt64))); got.IsZero() {
		t.Error("the earliest time came back as none")
	}
	if got := unpackTime(packTime(crm.Time{})); !got.IsZero() {
		t.Errorf("no time came back as %v", got)
	}
}

// TestBlockEdits compares a block that is stored and edited many times with a map.
func TestBlockEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stored storedBlock
		want := map[int]string{}
		for range rapid.IntRange(1, 6).Draw(t, "transactions") {
			b := block{stored: stored}
			for range rapid.IntRange(0, 20).Draw(t, "edits") {
				slot := rapid.SampledFrom([]int{0, 1, 2, 3, 511, 512, 1022, 1023}).Draw(t, "slot")
				value := rapid.SampledFrom([]string{"", "a", "bb", "ccccc"}).Draw(t, "value")
				b.put(slot, []byte(value))
				want[slot] = value
			}
			for slot, value := range want {
				if got := string(b.get(slot)); got != value {
					t.Fatalf("slot %d is %q before it is stored, want %q", slot, got, value)
				}
			}
			stored = b.encode()
			if err := stored.check(); err != nil {
				t.Fatal(err)
			}
			for slot := range blockSize {
				if got, err := stored.find(slot); err != nil || string(got) != want[slot] {
					t.Fatalf("slot %d is %q (%v), want %q", slot, got, err, want[slot])
				}
			}
		}
	})
}

func someEvents() []event {
	return []event{
		{typ: crm.EventClientCreated, at: crm.TimeFromUnixMilli(1.8e12), client: 7, by: "anna", detail: detail{kind: detailRevision, revision: 1}},
		{typ: crm.EventClientUpdated, client: 3, detail: detail{kind: detailFields, revision: 2, fields: []string{"name", "tags"}}},
		{typ: crm.EventFindingOpened, at: crm.TimeFromUnixMilli(-5), client: 1 << 31, rule: "r", detail: detail{kind: detailFinding, name: "r", rowID: "c1"}},
		{typ: crm.EventSegmentLeft, rule: "r", detail: detail{kind: detailLabel, name: "large", reason: "rule deleted"}},
		{typ: "of.tomorrow", detail: detail{kind: detailJSON, raw: []byte(`{"n":1}`)}},
	}
}

func TestRecordRoundTrip(t *testing.T) {
	var w recordWriter
	want := someEvents()
	for i := range want {
		w.add(int64(i+1), &want[i])
	}
	stored := w.records[0].bytes
	if got, err := readAll(stored); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %v\nwant %+v", got, err, want)
	}
	for n := range len(stored) {
		if _, err := readAll(stored[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d of %d bytes gave the error %v", n, len(stored), err)
		}
	}
}

func TestRecordsAreShort(t *testing.T) {
	var w recordWriter
	const clients = 1000
	for id := range int64(clients) {
		w.add(2*id, &event{typ: crm.EventClientCreated, at: crm.TimeFromUnixMilli(1.8e12), client: 1e6 + id, by: "import",
			detail: detail{kind: detailRevision, revision: 1}})
		w.add(2*id+1, &event{typ: crm.EventFindingOpened, at: crm.TimeFromUnixMilli(1.8e12), client: 1e6 + id, rule: "tax-id", by: "import",
			detail: detail{kind: detailFinding, name: "tax-id"}})
	}
	size := 0
	for _, r := range w.records {
		size += len(r.bytes)
	}
	if size > 17*clients {
		t.Fatalf("two events of an import take %d bytes a client", size/clients)
	}
}

func readAll(stored []byte) ([]event, error) {
	r, err := readRecord(stored)
	if err != nil {
		return nil, err
	}
	var events []event
	for {
		var e event
		more, err := r.next(&e)
		if err != nil || !more {
			return events, err
		}
		events = append(events, e)
	}
}

// failedText is an error for a stored result that has the flag of one: the text itself may be empty.
func failedText(stored []byte) string {
	if stored[0]&flagFailed != 0 {
		return "failed"
	}
	return ""
}

func FuzzResult(f *testing.F) {
	for i := range someResults {
		f.Add(appendResult(nil, &someResults[i], 0))
	}
	f.Fuzz(func(t *testing.T, stored []byte) {
		r, err := readResult(stored, "r")
		head, headErr := readHead(stored)
		if err != nil {
			return
		}
		if headErr != nil || !sameHead(head, headOf(&crm.Result{Error: failedText(stored), Findings: r.Findings, Label: r.Label}, true)) {
			t.Fatalf("the head is %+v (%v) of %+v", head, headErr, r)
		}
		again, err := readResult(appendResult(nil, &r, 0), "r")
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Fatalf("%+v came back as %+v (%v)", r, again, err)
		}
	})
}

func FuzzBlock(f *testing.F) {
	b := block{}
	f.Add([]byte{})
	for i := range someResults {
		b.put(i*300, appendResult(nil, &someResults[i], 0))
		f.Add(b.encode())
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		stored := storedBlock(bytes)
		for _, slot := range []int{0, 300, 1023} {
			_, _ = stored.find(slot)
		}
		if len(bytes) == 0 || stored.check() != nil {
			return
		}
		again := storedBlock((&block{stored: stored}).encode())
		for slot := range blockSize {
			got, err := again.find(slot)
			want, errWant := stored.find(slot)
			if err != nil || errWant != nil || string(got) != string(want) {
				t.Fatalf("slot %d is %q (%v), want %q (%v)", slot, got, err, want, errWant)
			}
		}
	})
}

func FuzzRecord(f *testing.F) {
	for n := range someEvents() {
		var w recordWriter
		events := someEvents()[:n+1]
		for i := range events {
			w.add(int64(i), &events[i])
		}
		f.Add(w.records[0].bytes)
	}
	f.Fuzz(func(t *testing.T, stored []byte) {
		events, err := readAll(stored)
		for i := range events {
			if _, err := events[i].shown(1); err != nil {
				t.Fatalf("event %+v is not shown: %v", events[i], err)
			}
		}
		if err != nil || len(events) == 0 {
			return
		}
		var w recordWriter
		for i := range events {
			w.add(int64(i), &events[i])
		}
		var again []event
		for _, r := range w.records {
			part, err := readAll(r.bytes)
			if err != nil {
				t.Fatal(err)
			}
			again = append(again, part...)
		}
		if !reflect.DeepEqual(again, events) {
			t.Fatalf("%+v came back as %+v", events, again)
		}
	})
}

func FuzzCursor(f *testing.F) {
	byName := store.Query{Sort: store.Sort{By: store.SortName}}
	f.Add(writeCursor(&byName, ranked{id: 7, text: "ромашка"}))
	f.Add(writeCursor(&store.Query{}, ranked{id: 7, number: -1}))
	f.Add("???")
	f.Fuzz(func(t *testing.T, after string) {
		q := byName
		q.After = after
		cur, err := readCursor(&q)
		switch {
		case after == "":
		case err != nil && !errors.Is(err, crm.ErrBadCursor):
			t.Fatalf("got error %v", err)
		case err == nil && writeCursor(&byName, *cur) != after:
			t.Fatalf("cursor %q reads as %+v, which is written %q", after, cur, writeCursor(&byName, *cur))
		}
	})
}
