package storetest

import (
	"fmt"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

func (s *suite) outbox(hook string) store.Outbox {
	s.t.Helper()
	out, err := s.Outbox(ctx, hook)
	s.must(err)
	return out
}

func testOutbox(t *testing.T, s *suite) {
	s.open(Options{})
	letter := func(seq int64, text string) store.Letter { return store.Letter{Seq: seq, Data: []byte(text)} }
	save := func(hook string, c store.OutboxChange) { s.t.Helper(); s.must(s.SaveOutbox(ctx, hook, c)) }
	names, err := s.Outboxes(ctx)
	s.must(err)
	s.equal("hooks of an empty base", len(names), 0)
	s.equal("the outbox of nobody", s.outbox("crm"), store.Outbox{})
	s.equal("the outbox without a name", s.outbox(""), store.Outbox{})
	s.must(s.DropOutbox(ctx, "crm"))

	save("crm", store.OutboxChange{State: []byte("one"), Put: []store.Letter{letter(300, "c"), letter(2, "b"), letter(1, "a")}})
	save("mail", store.OutboxChange{Put: []store.Letter{letter(2, "other")}})
	save("crm", store.OutboxChange{Put: []store.Letter{letter(2, "B")}, Remove: []int64{1, 77}})
	want := store.Outbox{State: []byte("one"), Letters: []store.Letter{letter(2, "B"), letter(300, "c")}}
	for range 2 {
		s.equal("crm", s.outbox("crm"), want)
		s.equal("mail", s.outbox("mail"), store.Outbox{Letters: []store.Letter{letter(2, "other")}})
		s.reopen()
	}
	names, err = s.Outboxes(ctx)
	s.must(err)
	s.equal("hooks", names, []string{"crm", "mail"})

	save("crm", store.OutboxChange{State: []byte("two")})
	want.State = []byte("two")
	s.equal("after its state changed", s.outbox("crm"), want)
	got := s.outbox("crm")
	copy(got.State, "xxx")
	copy(got.Letters[0].Data, "x")
	s.equal("what was returned is the caller's own", s.outbox("crm"), want)

	s.must(s.DropOutbox(ctx, "crm"))
	s.equal("after it was dropped", s.outbox("crm"), store.Outbox{})
	s.reopen()
	s.equal("after it was dropped and reopened", s.outbox("crm"), store.Outbox{})
	s.equal("the other one stays", len(s.outbox("mail").Letters), 1)

	many := make([]store.Letter, 3000)
	for i := range many {
		many[i] = letter(int64(i+1), fmt.Sprint(i))
	}
	save("crm", store.OutboxChange{Put: many})
	s.equal("many letters", s.outbox("crm").Letters, many)
	for _, bad := range []store.OutboxChange{{Put: []store.Letter{letter(0, "x")}}, {Put: []store.Letter{letter(5, "x")}, Remove: []int64{5}}} {
		s.wantRefusal("a change of an outbox that makes no sense", s.SaveOutbox(ctx, "crm", bad))
	}
	s.wantRefusal("an outbox without a name", s.SaveOutbox(ctx, "", store.OutboxChange{}))
	s.wantRefusal("an outbox with a huge name", s.SaveOutbox(ctx, strings.Repeat("x", 1<<20), store.OutboxChange{}))
	s.equal("events and objects are untouched by it", []int{len(s.events(crm.Everything)), len(s.objects(""))}, []int{0, 0})
}
