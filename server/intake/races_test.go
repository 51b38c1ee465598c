package intake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"assay/server/crm"
	"assay/server/formats"
	"assay/server/intake"
	"assay/server/store"
)

// Two upserts of one new external id: the one that came second was refused as
// a duplicate, though it had only to change what the first had made.
func TestUpsertsOfOneExternalIDNeverConflict(t *testing.T) {
	b := newBase(t)
	var writers sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		writers.Go(func() {
			_, errs[i] = b.Upsert(context.Background(), "x", b.request(fmt.Sprintf(`{"name":"client %d"}`, i)))
		})
	}
	writers.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if n, err := b.store.Count(context.Background(), crm.Everything, store.Query{}); err != nil || n != 1 {
		t.Errorf("%d clients, %v", n, err)
	}
}

// hooked runs a function before the first commit of an import.
type hooked struct {
	store.Store
	before func()
}

func (h *hooked) Commit(ctx context.Context, scope crm.Scope, changes []store.Change) ([]store.Outcome, error) {
	if before := h.before; before != nil {
		h.before = nil
		before()
	}
	return h.Store.Commit(ctx, scope, changes)
}

// A client that somebody deleted between the reading and the commit of its line
// ended the whole import with "not found".
func TestAnImportOutlivesADeletion(t *testing.T) {
	b := newBase(t)
	gone := b.create(`{"externalId":"a","name":"A"}`)
	b.Intake.Store = &hooked{Store: b.store, before: func() {
		if err := b.Delete(context.Background(), gone.ID, b.request("")); err != nil {
			t.Error(err)
		}
	}}
	s := b.importDocs(intake.ImportRequest{}, `{"externalId":"a","name":"A2"}`, `{"externalId":"b","name":"B"}`)
	if s.Created != 2 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
}

// cutOff is a file whose reading cancels the import on its way.
type cutOff struct {
	lines  int
	cancel context.CancelFunc
}

func (c *cutOff) Read(p []byte) (int, error) {
	if c.lines++; c.lines == 30 {
		c.cancel()
	}
	if c.lines > 10_000 {
		return 0, io.EOF
	}
	return copy(p, strings.Repeat(fmt.Sprintf("{\"name\":\"client %d\"}\n", c.lines), 100)), nil
}

// A cancelled import of which all chunks read so far were stored ended without
// an error, as if the file had ended there.
func TestACancelledImportIsNoSuccess(t *testing.T) {
	b := newBase(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	summary, err := b.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: formats.NDJSON, Mode: "merge", Body: &cutOff{cancel: cancel}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", summary, err)
	}
	n, err := b.store.Count(context.Background(), crm.Everything, store.Query{})
	if err != nil || n != summary.Created {
		t.Errorf("%d clients are stored, the summary counts %d; %v", n, summary.Created, err)
	}
}

func TestADryRunIsAnsweredAsTheWriteWouldBe(t *testing.T) {
	b := newBase(t)
	ctx := context.Background()
	b.create(`{"externalId":"a","name":"A"}`)
	other := b.create(`{"externalId":"b","name":"B"}`)
	dry := func(doc string) intake.Request {
		rq := b.request(doc)
		rq.DryRun = true
		return rq
	}
	if _, err := b.Create(ctx, dry(`{"externalId":" a ","name":"C"}`)); !errors.Is(err, crm.ErrDuplicateExternalID) {
		t.Errorf("creation with a taken external id: %v", err)
	}
	if _, err := b.Patch(ctx, other.ID, dry(`{"externalId":"a"}`)); !errors.Is(err, crm.ErrDuplicateExternalID) {
		t.Errorf("patch to a taken external id: %v", err)
	}
	answer, err := b.Patch(ctx, other.ID, dry(`{"externalId":"c"}`))
	if err != nil || answer.Client.ExternalID != "c" || answer.Client.Revision != 2 {
		t.Errorf("%+v, %v", answer, err)
	}
	if c := b.read(other.ID); c.ExternalID != "b" || c.Revision != 1 {
		t.Errorf("a dry run stored %+v", c)
	}
}

// An address with blanks or a placeholder made a new client at every upsert.
func TestUpsertsTakeTheCanonicalExternalID(t *testing.T) {
	b := newBase(t)
	ctx := context.Background()
	first, err := b.Upsert(ctx, " 1c-7 ", b.request(`{"name":"A","externalId":"1c-7 "}`))
	if err != nil || first.Client.ExternalID != "1c-7" {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := b.Upsert(ctx, "1c-7  ", b.request(`{"name":"B"}`))
	if err != nil || second.Created || second.Client.ID != first.Client.ID {
		t.Errorf("%+v, %v", second, err)
	}
	for _, bad := range []string{"", " ", "-", "н/д", strings.Repeat("x", 5000)} {
		var invalid *crm.InvalidError
		if _, err := b.Upsert(ctx, bad, b.request(`{"name":"A"}`)); !errors.As(err, &invalid) || invalid.Problems[0].Field != "externalId" {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}
