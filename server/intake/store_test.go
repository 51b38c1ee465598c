package intake_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/engine"
	"assay/server/formats"
	"assay/server/intake"
	"assay/server/store"
	"assay/server/store/bolt"
)

// base is an intake over a real, empty store, without rules.
type base struct {
	*intake.Intake
	t     *testing.T
	store store.Store
}

func newBase(t *testing.T) *base {
	t.Helper()
	s, err := bolt.Open(context.Background(), bolt.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	generation, err := s.Generation(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	set := engine.NewSet(generation, nil, nil, nil)
	in := intake.New(intake.Config{Store: s, Current: func() *engine.Set { return set }, Region: "RU", Zone: time.UTC, Now: func() time.Time { return noon }})
	return &base{Intake: in, t: t, store: s}
}

func (b *base) request(doc string) intake.Request {
	return intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(doc)}
}

func (b *base) create(doc string) *crm.Client {
	b.t.Helper()
	answer, err := b.Create(context.Background(), b.request(doc))
	if err != nil {
		b.t.Fatal(err)
	}
	return answer.Client
}

func (b *base) read(id int64) *crm.Client {
	b.t.Helper()
	s, err := b.store.Client(context.Background(), crm.Everything, id)
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := crm.DecodeCard(s.Card)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestPatchMergesAndReplaceReplaces(t *testing.T) {
	b := newBase(t)
	ctx := context.Background()
	c := b.create(`{"externalId":"x1","name":"A","region":"Москва","tags":["vip"],"fields":{"gln":"46","rank":3},"properties":{"a":"1","b":"2"},
		"contacts":[{"name":"Ann","channels":[{"type":"email","value":"ann@example.org"}]},{"name":"Bob"}]}`)
	answer, err := b.Patch(ctx, c.ID, b.request(`{"region":null,"fields":{"gln":null,"more":true},"properties":{"a":"9"},"contacts":[{"name":"Bob","jobTitle":"buyer"},{"name":"Eve"},{"id":"c1","name":"Anna"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	p := b.read(c.ID)
	if p.Revision != 2 || answer.Client.Revision != 2 || p.Region != "" || p.Name != "A" || len(p.Tags) != 1 {
		t.Errorf("after the patch: %+v", p)
	}
	if _, there := p.Fields["gln"]; there || p.Fields["rank"].Number != 3 || p.Fields["more"].Integer != 1 || p.Properties["a"] != "9" || p.Properties["b"] != "2" {
		t.Errorf("members were not merged: %v %v", p.Fields, p.Properties)
	}
	if got := fmt.Sprint(p.Contacts[0].ID, p.Contacts[1].ID, p.Contacts[2].ID); got != "c2c3c1" {
		t.Errorf("row ids %s: Bob keeps c2, Eve is new, c1 was sent with its id", got)
	}
	if _, err := b.Replace(ctx, c.ID, b.request(`{"name":"B"}`)); err != nil {
		t.Fatal(err)
	}
	r := b.read(c.ID)
	if r.Name != "B" || r.ExternalID != "" || len(r.Contacts) != 0 || r.Revision != 3 || r.CreatedAt != c.CreatedAt {
		t.Errorf("after the replacement: %+v", r)
	}
}

func TestAWriteThatSaysNothingNewStoresNothing(t *testing.T) {
	b := newBase(t)
	c := b.create(`{"name":"A","channels":[{"type":"phone","value":"8 495 748-01-13"}],"tags":["x"]}`)
	before, err := b.store.LastEvent(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{`{}`, `{"name":" A "}`, `{"tags":["x","x"]}`, `{"channels":[{"type":"phone","value":"+74957480113","raw":"8 495 748-01-13"}]}`} {
		answer, err := b.Patch(context.Background(), c.ID, b.request(doc))
		if err != nil || answer.Client.Revision != 1 {
			t.Errorf("%s: revision %d, %v", doc, answer.Client.Revision, err)
		}
	}
	if after, _ := b.store.LastEvent(context.Background()); after != before {
		t.Errorf("%d events were logged", after-before)
	}
}

func TestStaleRevisionsAreRefused(t *testing.T) {
	b := newBase(t)
	c := b.create(`{"name":"A"}`)
	rq := b.request(`{"name":"B"}`)
	rq.IfMatch = 7
	if _, err := b.Patch(context.Background(), c.ID, rq); !errors.Is(err, crm.ErrRevisionConflict) {
		t.Errorf("got %v", err)
	}
	if err := b.Delete(context.Background(), c.ID, rq); !errors.Is(err, crm.ErrRevisionConflict) {
		t.Errorf("got %v", err)
	}
	if b.read(c.ID).Name != "A" {
		t.Error("a stale write was stored")
	}
	rq.IfMatch = 1
	if _, err := b.Patch(context.Background(), c.ID, rq); err != nil {
		t.Error(err)
	}
}

func TestRowsHaveRoutesOfTheirOwn(t *testing.T) {
	b := newBase(t)
	ctx := context.Background()
	c := b.create(`{"name":"A","contacts":[{"name":"Ann"}]}`)
	if _, err := b.AddRow(ctx, c.ID, "contacts", b.request(`{"id":"c9","name":"Bob"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.PatchRow(ctx, c.ID, "contacts", "c2", b.request(`{"jobTitle":"buyer"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.DeleteRow(ctx, c.ID, "contacts", "c1", b.request("")); err != nil {
		t.Fatal(err)
	}
	left := b.read(c.ID).Contacts
	if len(left) != 1 || left[0].ID != "c2" || left[0].Name != "Bob" || left[0].JobTitle != "buyer" {
		t.Errorf("left %+v", left)
	}
	for _, bad := range []struct{ list, row string }{{"contacts", "c1"}, {"friends", "c2"}} {
		if _, err := b.PatchRow(ctx, c.ID, bad.list, bad.row, b.request(`{}`)); !errors.Is(err, crm.ErrNotFound) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	var invalid *crm.InvalidError
	if _, err := b.AddRow(ctx, c.ID, "contacts", b.request(`{"name":"-"}`)); !errors.As(err, &invalid) {
		t.Errorf("an empty row: %v", err)
	}
}

func TestUpsertByExternalID(t *testing.T) {
	b := newBase(t)
	ctx := context.Background()
	first, err := b.Upsert(ctx, "1c-7", b.request(`{"name":"A"}`))
	if err != nil || !first.Created || first.Client.ExternalID != "1c-7" {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := b.Upsert(ctx, "1c-7", b.request(`{"name":"B","externalId":"1c-7"}`))
	if err != nil || second.Created || second.Client.ID != first.Client.ID || second.Client.Revision != 2 {
		t.Fatalf("%+v %v", second, err)
	}
	var invalid *crm.InvalidError
	if _, err := b.Upsert(ctx, "1c-7", b.request(`{"name":"B","externalId":"other"}`)); !errors.As(err, &invalid) {
		t.Errorf("two external ids: %v", err)
	}
	if _, err := b.Create(ctx, b.request(`{"name":"C","externalId":"1c-7"}`)); !errors.Is(err, crm.ErrDuplicateExternalID) {
		t.Errorf("a taken external id: %v", err)
	}
}

func TestAnIdempotencyKeyCreatesOnce(t *testing.T) {
	b := newBase(t)
	rq := b.request(`{"name":"A"}`)
	rq.IdempotencyKey = "k1"
	first, err := b.Create(context.Background(), rq)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Create(context.Background(), rq)
	if err != nil || !again.Replayed || again.Client.ID != first.Client.ID {
		t.Errorf("%+v %v", again, err)
	}
	row := b.request(`{"name":"Ann"}`)
	row.IdempotencyKey = "k2"
	for range 2 {
		if a, err := b.AddRow(context.Background(), first.Client.ID, "contacts", row); err != nil || len(a.Client.Contacts) != 1 {
			t.Errorf("a row added again with its key: %+v %v", a, err)
		}
	}
	other := b.create(`{"name":"O"}`).ID
	if _, err := b.AddRow(context.Background(), other, "contacts", row); !errors.Is(err, crm.ErrIdempotencyReuse) {
		t.Errorf("the key with another client: %v", err)
	}
	rq.Doc = []byte(`{"name":"B"}`)
	if _, err := b.Create(context.Background(), rq); !errors.Is(err, crm.ErrIdempotencyReuse) {
		t.Errorf("another document under the key: %v", err)
	}
	rq.IdempotencyKey = strings.Repeat("k", 5000) // was an internal error
	var invalid *crm.InvalidError
	if _, err := b.Create(context.Background(), rq); !errors.As(err, &invalid) || invalid.Problems[0].Code != "too_long" {
		t.Errorf("a key of 5000 bytes: %v", err)
	}
}

func (b *base) importDocs(rq intake.ImportRequest, lines ...string) *intake.ImportSummary {
	b.t.Helper()
	rq.Scope, rq.Format, rq.Body = crm.Everything, formats.NDJSON, strings.NewReader(strings.Join(lines, "\n"))
	if rq.Key == "" {
		rq.Key = "externalId"
	}
	if rq.Mode == "" {
		rq.Mode = "merge"
	}
	summary, err := b.Import(context.Background(), rq)
	if err != nil {
		b.t.Fatal(err)
	}
	return summary
}

func TestImportCountsAddUp(t *testing.T) {
	b := newBase(t)
	old := b.create(`{"externalId":"a","name":"A","region":"Тула"}`)
	same := b.create(`{"externalId":"s","name":"S"}`)
	lines := []string{`{"externalId":"a","name":"A2"}`, `{"externalId":"s","name":"S"}`, `{"externalId":"n","name":"N"}`, ``,
		`{"externalId":"a","name":"A3"}`, `{"name":""}`, `{"nme":"x"}`, `{"externalId":"n","name":"N2"}`, `broken`, `{"name":"free"}`, `{"externalId":"s","name":"S"}`}
	for _, dry := range []bool{true, false} {
		var progress []int64
		s := b.importDocs(intake.ImportRequest{DryRun: dry, Progress: func(line, stored int64) { progress = append(progress, line, stored) }}, lines...)
		if s.Created != 2 || s.Updated != 1 || s.Unchanged != 1 || s.Failed != 6 {
			t.Errorf("dry run %v: %+v", dry, s)
		}
		var got []string
		for _, e := range s.Errors {
			got = append(got, fmt.Sprintf("%d %s %s", e.Line, e.Field, e.Code))
		}
		want := []string{"5 externalId duplicate_external_id", "6 name required", "7 nme unknown_field", "7 name required",
			"8 externalId duplicate_external_id", "9  malformed_json", "11 externalId duplicate_external_id"}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("dry run %v: errors\n%s\nwant\n%s", dry, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if len(progress) == 0 || progress[len(progress)-2] != 11 {
			t.Errorf("dry run %v: progress %v", dry, progress)
		}
	}
	if c := b.read(old.ID); c.Name != "A2" || c.Region != "Тула" || c.Revision != 2 {
		t.Errorf("merged client %+v", c)
	}
	if c := b.read(same.ID); c.Revision != 1 {
		t.Errorf("an unchanged client was written: %+v", c)
	}
}

func TestImportAcrossChunks(t *testing.T) {
	b := newBase(t)
	const n = 10_000
	lines := make([]string, 0, n+n/10)
	for i := range n {
		lines = append(lines, fmt.Sprintf(`{"externalId":"e%d","name":"client %d"}`, i, i))
	}
	for i := 0; i < n; i += 10 {
		lines = append(lines, lines[i])
	}
	if s := b.importDocs(intake.ImportRequest{}, lines...); s.Created != n || s.Failed != n/10 {
		t.Errorf("first import: %d created, %d failed", s.Created, s.Failed)
	}
	if s := b.importDocs(intake.ImportRequest{}, lines[:n]...); s.Unchanged != n {
		t.Errorf("again: %d unchanged, want %d", s.Unchanged, n)
	}
	for i := range n {
		lines[i] = fmt.Sprintf(`{"externalId":"e%d","name":"changed","tags":["t"]}`, i)
	}
	if s := b.importDocs(intake.ImportRequest{Mode: "replace"}, lines[:n]...); s.Updated != n {
		t.Errorf("replacing: %d updated, want %d", s.Updated, n)
	}
	count, err := b.store.Count(context.Background(), crm.Everything, store.Query{})
	if err != nil || count != n {
		t.Errorf("%d clients, %v", count, err)
	}
}
