package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

func (s *suite) objects(kind string) []store.Object {
	s.t.Helper()
	objects, err := s.Objects(ctx, kind)
	s.must(err)
	return objects
}

func testObjects(t *testing.T, s *suite) {
	s.open(Options{})
	put := func(o store.Object) error { _, err := s.PutObject(ctx, o, store.Effect{}); return err }
	s.must(put(store.Object{Kind: "Rule", Name: "b", Data: []byte(`{"n":1}`)}))
	s.must(put(store.Object{Kind: "Rule", Name: "a", Data: []byte(`{"n":2}`), Expect: -1}))
	s.must(put(store.Object{Kind: "Field", Name: "b", Data: []byte(`{}`)}))
	s.must(put(store.Object{Kind: "Rule2", Name: "x"}))
	want := []store.Object{{Kind: "Rule", Name: "a", Data: []byte(`{"n":2}`), Version: 2}, {Kind: "Rule", Name: "b", Data: []byte(`{"n":1}`), Version: 1}}
	s.equal("rules", s.objects("Rule"), want)
	s.equal("all objects", len(s.objects("")), 4)
	s.equal("objects of an unknown kind", len(s.objects("Rul")), 0)
	for _, expect := range []int64{-1, 2, 99} {
		s.wantError(put(store.Object{Kind: "Rule", Name: "b", Data: []byte("no"), Expect: expect}), crm.ErrRevisionConflict)
	}
	s.wantError(put(store.Object{Kind: "Rule", Name: "new", Expect: 1}), crm.ErrRevisionConflict)
	s.must(put(store.Object{Kind: "Rule", Name: "b", Data: []byte("yes"), Expect: 1}))
	s.equal("version", s.objects("Rule")[1], store.Object{Kind: "Rule", Name: "b", Data: []byte("yes"), Version: 5})
	s.reopen()
	s.equal("after reopening", s.objects("Rule")[1].Version, int64(5))
	_, err := s.DeleteObject(ctx, "Rule", "b", store.Effect{})
	s.must(err)
	_, err = s.DeleteObject(ctx, "Rule", "b", store.Effect{NextGeneration: true, Events: []crm.Event{{Type: crm.EventRuleDeleted}}})
	s.wantError(err, crm.ErrNotFound)
	s.equal("generation", s.generation(), uint64(1))
	s.equal("events", len(s.events(crm.Everything)), 0)
	s.equal("rules", len(s.objects("Rule")), 1)
	for _, bad := range []store.Object{{Kind: "Rule"}, {Name: "x"}, {}, {Kind: "Rule", Name: strings.Repeat("x", 1<<20)}} {
		s.wantRefusal("an object without kind or name, or with a huge one", put(bad))
	}
}

func testModules(t *testing.T, s *suite) {
	s.open(Options{})
	a := store.Module{Digest: "sha256:a", Wasm: []byte(strings.Repeat("\x00asm", 300_000)), AddedAt: at(1), Meta: []byte(`{"from":"test"}`)}
	b := store.Module{Digest: "sha256:b", Wasm: []byte("\x00asm"), AddedAt: at(2), Meta: []byte(`{}`)}
	s.must(s.PutModule(ctx, b))
	s.must(s.PutModule(ctx, a))
	s.must(s.PutModule(ctx, store.Module{Digest: "sha256:a", Wasm: []byte("other"), AddedAt: at(9)}))
	a.Size, b.Size = 1_200_000, 4
	for range 2 {
		got, err := s.Module(ctx, a.Digest)
		s.must(err)
		s.equal("the module", got, a)
		listed, err := s.Modules(ctx)
		s.must(err)
		bare := []store.Module{a, b}
		bare[0].Wasm, bare[1].Wasm = nil, nil
		s.equal("modules", listed, bare)
		s.reopen()
	}
	s.must(s.DeleteModule(ctx, a.Digest))
	s.wantError(s.DeleteModule(ctx, a.Digest), crm.ErrNotFound)
	_, err := s.Module(ctx, a.Digest)
	s.wantError(err, crm.ErrNotFound)
	s.wantRefusal("a module without a digest", s.PutModule(ctx, store.Module{Wasm: b.Wasm}))
}

// testMadeModules has the server's own modules go with what they were made for.
func testMadeModules(t *testing.T, s *suite) {
	s.open(Options{})
	made := func(digest string) store.Module {
		return store.Module{Digest: digest, Wasm: []byte("\x00asm"), AddedAt: at(1), Made: true, Meta: []byte("made")}
	}
	added := crm.Event{At: at(2), Type: crm.EventObjectApplied, By: "anna"}
	s.must(s.PutModule(ctx, made("sha256:a"), added))
	s.must(s.PutModule(ctx, made("sha256:a"), added)) // changes nothing
	s.must(s.PutModule(ctx, made("sha256:b")))
	uploaded := store.Module{Digest: "sha256:b", Wasm: []byte("\x00asm"), Size: 4, AddedAt: at(9), Meta: []byte("uploaded")}
	s.must(s.PutModule(ctx, uploaded, added))
	s.must(s.PutModule(ctx, made("sha256:b"), added)) // it stays the uploader's
	for range 2 {
		a, err := s.Module(ctx, "sha256:a")
		s.must(err)
		want := made("sha256:a")
		want.Size = 4
		s.equal("the module made", a, want)
		b, err := s.Module(ctx, "sha256:b")
		s.must(err)
		s.equal("the module uploaded", b, uploaded)
		s.reopen()
	}
	effect := store.Effect{PutModules: []store.Module{made("sha256:b"), made("sha256:c")}, DropModules: []string{"sha256:a", "sha256:b", "sha256:none"}}
	_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, effect)
	s.must(err)
	_, err = s.Module(ctx, "sha256:a")
	s.wantError(err, crm.ErrNotFound)
	s.equal("modules left", s.digests(), []string{"sha256:b", "sha256:c"})
	b, err := s.Module(ctx, "sha256:b")
	s.must(err)
	s.equal("the module uploaded", b, uploaded)
	_, err = s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r", Expect: -1}, store.Effect{PutModules: []store.Module{made("sha256:d")}})
	s.wantError(err, crm.ErrRevisionConflict)
	_, err = s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, store.Effect{PutModules: []store.Module{made("")}})
	if err == nil {
		s.t.Fatalf("a module without a digest was stored")
	}
	_, err = s.DeleteObject(ctx, "Rule", "r", store.Effect{PutModules: []store.Module{made("sha256:e")}, DropModules: []string{"sha256:c"}})
	s.must(err)
	s.reopen()
	s.equal("modules left", s.digests(), []string{"sha256:b", "sha256:e"})
	s.must(s.DeleteModule(ctx, "sha256:b", crm.Event{At: at(3), Type: crm.EventObjectDeleted, By: "anna"}))
	s.wantError(s.DeleteModule(ctx, "sha256:b", added), crm.ErrNotFound)
	s.equal("events", brief(s.events(crm.Everything)), []string{"object.applied client=0 rule= by=anna ", "object.applied client=0 rule= by=anna ",
		"object.deleted client=0 rule= by=anna "})
}

// digests names the stored modules.
func (s *suite) digests() (all []string) {
	modules, err := s.Modules(ctx)
	s.must(err)
	for _, m := range modules {
		all = append(all, m.Digest)
	}
	return all
}

func testEffects(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(1500, func(i int) (crm.Client, []crm.Result) {
		if i == 700 || i == 1400 {
			return company("dirty", "ivanov"), []crm.Result{found("a", "r1", "r2"), labelled("seg", "x"), found("b", "")}
		}
		return company("clean", ""), nil
	})
	before := len(s.events(crm.Everything))
	_, err := s.DeleteObject(ctx, "Rule", "a", store.Effect{})
	s.wantError(err, crm.ErrNotFound)
	s.must(func() error {
		_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "a"}, store.Effect{})
		return err
	}())
	generation, err := s.DeleteObject(ctx, "Rule", "a", store.Effect{
		NextGeneration: true, Drop: []string{"a", "seg", "unknown"}, DropReason: "rule deleted", Judge: []string{"b"},
		Events: []crm.Event{{At: at(5), Type: crm.EventRuleDeleted, Rule: "a", By: "anna", Detail: json.RawMessage(`{"n":1}`)}},
	})
	s.must(err)
	s.equal("generation", []uint64{generation, s.generation()}, []uint64{2, 2})
	var want []string
	for _, row := range []string{"700 r1", "700 r2", "1400 r1", "1400 r2"} {
		var id int64
		var r string
		fmt.Sscan(row, &id, &r)
		want = append(want, fmt.Sprintf(`finding.closed client=%d rule=a by= {"code":"a","rowId":%q,"reason":"rule deleted"}`, id, r))
	}
	for _, id := range []int64{700, 1400} {
		want = append(want, fmt.Sprintf(`segment.left client=%d rule=seg by= {"label":"x","reason":"rule deleted"}`, id))
	}
	want = append(want, `rule.deleted client=0 rule=a by=anna {"n":1}`)
	s.equal("events", brief(s.events(crm.Everything))[before:], want)
	for range 2 {
		s.wantList(crm.Everything, store.Query{Rules: []string{"a"}})
		s.wantList(crm.Everything, store.Query{Rules: []string{"b"}}, 700, 1400)
		s.wantList(crm.Everything, store.Query{Segments: []store.RuleLabel{{Rule: "seg", Label: "x"}}})
		s.equal("results left", s.results(700), []crm.Result{{Rule: "b", Findings: []crm.Finding{func() crm.Finding {
			f := finding("b", "b", "")
			f.Since = at(1)
			return f
		}()}}})
		pending, err := s.Store.Pending(ctx)
		s.must(err)
		s.equal("pending rules", len(pending), 1)
		s.equal("pending", s.pendingOf("b"), store.Pending{Rule: "b", Clients: 1500, Shards: []int64{0, 1}})
		s.reopen()
	}
	// A dropped rule may come back.
	s.must(s.update(700, 1, company("dirty", "ivanov"), at(9), found("a", "")).Err)
	s.wantList(crm.Everything, store.Query{Rules: []string{"a"}}, 700)
}
