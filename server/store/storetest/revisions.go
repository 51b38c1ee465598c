package storetest

import (
	"fmt"
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

// revisions returns the kept versions of an object as "name number: change by".
func (s *suite) revisions(kind, name string) []string {
	s.t.Helper()
	kept, err := s.Revisions(ctx, kind, name)
	s.must(err)
	lines := []string{}
	for _, r := range kept {
		lines = append(lines, fmt.Sprintf("%s %d: %s by %s %s", r.Name, r.Number, r.Change, r.By, r.Data))
	}
	return lines
}

func testRevisions(t *testing.T, s *suite) {
	s.open(Options{})
	put := func(name, data string, expect int64) error {
		_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: name, Data: []byte(data), Expect: expect},
			store.Effect{Revision: &store.Revision{At: at(5), By: "anna", Change: "applied", Data: []byte(data)}})
		return err
	}
	s.equal("revisions of nothing", s.revisions("Rule", "a"), []string{})
	s.must(put("a", "1", 0))
	s.must(put("a", "2", 0))
	s.wantError(put("a", "no", -1), crm.ErrRevisionConflict)
	s.must(put("a\x00b", "other", 0)) // its key begins like that of a
	s.must(put("ab", "3", 0))
	_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "a", Data: []byte("status")}, store.Effect{})
	s.must(err)
	_, err = s.PutObject(ctx, store.Object{Kind: "Field", Name: "a"}, store.Effect{Revision: &store.Revision{By: "boris", Change: "applied"}})
	s.must(err)
	_, err = s.DeleteObject(ctx, "Rule", "a", store.Effect{Revision: &store.Revision{At: at(6), By: "boris", Change: "deleted"}})
	s.must(err)
	_, err = s.DeleteObject(ctx, "Rule", "a", store.Effect{Revision: &store.Revision{Change: "deleted"}})
	s.wantError(err, crm.ErrNotFound)
	for range 2 {
		s.equal("revisions", s.revisions("Rule", "a"), []string{"a 3: deleted by boris ", "a 2: applied by anna 2", "a 1: applied by anna 1"})
		s.equal("revisions of all", s.revisions("Rule", ""), []string{"a 3: deleted by boris ", "a 2: applied by anna 2", "a 1: applied by anna 1",
			"a\x00b 1: applied by anna other", "ab 1: applied by anna 3"})
		kept, err := s.Revisions(ctx, "Rule", "a")
		s.must(err)
		s.equal("a revision", kept[1], store.Revision{Kind: "Rule", Name: "a", Number: 2, At: at(5), By: "anna", Change: "applied", Data: []byte("2")})
		s.equal("a deletion holds nothing", kept[0].Data == nil, true)
		s.reopen()
	}
	kept, err := s.Revisions(ctx, "Field", "a")
	s.must(err)
	s.equal("a revision without a time has the store's", kept[0].At.IsZero(), false)
}

// testRevisionsKept fills the history of an object that comes and goes.
func testRevisionsKept(t *testing.T, s *suite) {
	s.open(Options{})
	effect := func(change string) store.Effect { return store.Effect{Revision: &store.Revision{Change: change}} }
	for range store.RevisionsKept {
		_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "a"}, effect("applied"))
		s.must(err)
		_, err = s.DeleteObject(ctx, "Rule", "a", effect("deleted"))
		s.must(err)
	}
	want := []string{}
	for n := 2 * store.RevisionsKept; n > store.RevisionsKept; n-- {
		want = append(want, fmt.Sprintf("a %d: %s by  ", n, []string{"deleted", "applied"}[n%2]))
	}
	s.equal("the newest are kept", s.revisions("Rule", "a"), want)
	s.reopen()
	_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "a"}, effect("applied"))
	s.must(err)
	newest := int64(2*store.RevisionsKept + 1)
	s.equal("the numbers go on", s.revisions("Rule", "a")[0], fmt.Sprintf("a %d: applied by  ", newest))

	dropped := crm.Event{At: at(9), Type: crm.EventObjectDeleted, By: "anna"}
	s.must(s.DropRevision(ctx, "Rule", "a", newest-1, dropped))
	for _, n := range []int64{newest - 1, newest + 1, 1} {
		s.wantError(s.DropRevision(ctx, "Rule", "a", n, dropped), crm.ErrNotFound)
	}
	s.wantRefusal("dropping the newest version", s.DropRevision(ctx, "Rule", "a", newest, dropped))
	s.wantError(s.DropRevision(ctx, "Field", "a", newest-2), crm.ErrNotFound)
	for range 2 {
		left := s.revisions("Rule", "a")
		s.equal("versions left", []any{len(left), left[1]}, []any{store.RevisionsKept - 1, fmt.Sprintf("a %d: applied by  ", newest-2)})
		s.equal("events", brief(s.events(crm.Everything)), []string{"object.deleted client=0 rule= by=anna "})
		s.reopen()
	}
}
