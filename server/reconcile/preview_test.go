package reconcile_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/rules"
)

// preview applies a manifest on trial and returns what it would find.
func (b *base) preview(manifest string) *rules.Preview {
	b.t.Helper()
	generation, err := b.store.Generation(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	last, err := b.store.LastEvent(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	applied, err := b.tryApply(manifest, true)
	if err != nil {
		b.t.Fatal(err)
	}
	if g, err := b.store.Generation(ctx); err != nil || g != generation {
		b.t.Errorf("a dry run made generation %d of %d: %v", g, generation, err)
	}
	if e, err := b.store.LastEvent(ctx); err != nil || e != last {
		b.t.Errorf("a dry run left events up to %d, before it was %d: %v", e, last, err)
	}
	var o struct {
		Status struct{ Preview *rules.Preview }
	}
	if err := json.Unmarshal(applied.Object, &o); err != nil {
		b.t.Fatal(err)
	}
	return o.Status.Preview
}

func (b *base) previewed(manifest string) string {
	b.t.Helper()
	return fmt.Sprintf("%+v", *b.preview(manifest))
}

// A dry run of a field says who would lack it, with the values that are stored
// already read as the declared type.
func TestADryRunOfAFieldCountsWhoWouldFail(t *testing.T) {
	b := newBase(t)
	for _, fields := range []string{`{}`, `{"licenceUntil":"2027-01-01"}`, `{"licenceUntil":"31.12.2027"}`, `{"licenceUntil":"soon"}`, `{"licenceUntil":"00.00.0000"}`} {
		b.create(`{"name":"A","industries":["pharmacy"],"fields":` + fields + `}`)
	}
	b.create(`{"name":"B"}`)
	licence := field("licenceUntil", `type: date, requiredFor: '"pharmacy" in client.industries'`)
	want := "{Rule:field-licence-until Clients:6 Judged:6 Violating:3 Findings:3 Failed:0 Failure:}"
	if got := b.previewed(licence); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	b.apply(licence)
	b.sweep()
	if err := b.intake.Recast(ctx, "licenceUntil"); err != nil {
		t.Fatal(err)
	}
	if n := b.status("field-licence-until").Violating; n != 3 {
		t.Errorf("in force it finds %d", n)
	}
	if p := b.preview(field("gln", "type: string")); p != nil {
		t.Errorf("a field that nobody must have: %+v", p)
	}
	if got := b.previewed(field("licenceUntil", `type: date, requiredFor: 'true'`)); !strings.Contains(got, "Violating:4") {
		t.Errorf("the field for all: %s", got)
	}
	if p := b.preview(licence); p != nil {
		t.Errorf("nothing would change: %+v", p)
	}
}

func TestADryRunOfARuleCountsWhatItWouldFind(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","contacts":[{"name":"x"},{"name":"y"},{"name":"z","jobTitle":"buyer"}]}`)
	b.create(`{"name":"B","tags":["a"]}`)
	b.create(`{"name":"C","tags":["a","b"]}`)
	b.create(`{"name":"D"}`)
	titles := rule("titles", `forEach: {in: client.contacts, as: c}, require: 'c.jobTitle != ""', path: 'contacts[].jobTitle'`)
	if got := b.previewed(titles); got != "{Rule:titles Clients:4 Judged:4 Violating:1 Findings:2 Failed:0 Failure:}" {
		t.Error(got)
	}
	if got := b.previewed(rule("fails", `require: '2 / size(client.tags) > 1'`)); got != "{Rule:fails Clients:4 Judged:4 Violating:1 Findings:1 Failed:2 Failure:client 1: division by zero (require, line 1, column 3)}" {
		t.Error(got)
	}
	if s := b.preview("apiVersion: assay/v1\nkind: Rule\nmetadata: {name: size}\nspec: {type: Segmentation, label: client.companySize}\n"); s != nil {
		t.Errorf("a segmentation: %+v", s)
	}
}

func TestAPreviewEndsWhenItsTimeIsOver(t *testing.T) {
	b := newBase(t)
	b.fill(rand.New(rand.NewPCG(7, 7)), 3000)
	var ticks atomic.Int64
	b.clock = func() time.Time { return b.now.Add(time.Duration(ticks.Add(1)) * 20 * time.Second) }
	p := b.preview(rule("none", `require: 'false'`))
	if p.Clients != 3000 || p.Judged == 0 || p.Judged >= 3000 || p.Violating != p.Judged {
		t.Errorf("%+v", p)
	}
}
