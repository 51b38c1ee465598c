package reconcile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/rules"
	"assay/server/crm"
)

// news returns the events of findings and labels since the last call, each as "type client rule reason".
func (b *base) news() func() string {
	var after int64
	read := func() string {
		b.t.Helper()
		var list []string
		for {
			events, last, err := b.store.Events(ctx, crm.Everything, after, 1000)
			if err != nil {
				b.t.Fatal(err)
			}
			if last == after {
				slices.Sort(list)
				return strings.Join(list, ", ")
			}
			after = last
			for _, e := range events {
				if kind, what, _ := strings.Cut(string(e.Type), "."); kind == "finding" || kind == "segment" {
					_, reason, _ := strings.Cut(string(e.Detail), `"reason":`)
					list = append(list, strings.TrimSpace(fmt.Sprint(what, " ", e.Client, " ", e.Rule, " ", strings.Trim(reason, `"}`))))
				}
			}
		}
	}
	read()
	return read
}

// What a rule in shadow finds is stored and is nobody's news; its mode shows and hides it without judging anybody anew.
func TestTheModeOfARuleShowsAndHidesWhatItFinds(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	b.create(`{"name":"B","region":"Москва"}`)
	news := b.news()
	wants := func(what, want string) {
		t.Helper()
		if got := news(); got != want {
			t.Errorf("%s: events %q, want %q", what, got, want)
		}
	}
	spec := `require: 'client.region != ""', path: region`
	b.apply(rule("region", "mode: Shadow, "+spec))
	b.sweep()
	b.create(`{"name":"C"}`)
	b.patch(1, `{"notes":"x"}`)
	wants("in shadow", "")
	if c := b.count("region"); c.Clients != 2 {
		t.Errorf("a rule in shadow stores what it finds: %+v", c)
	}
	evaluated := func() int64 { return b.status("region").Evaluated }

	b.apply(rule("region", spec))
	wants("shown", "opened 1 region, opened 3 region")
	b.apply(rule("region", "mode: Enforce, failurePolicy: Refuse, severity: error, "+spec))
	wants("enforced", "")
	b.apply(rule("region", "mode: Shadow, severity: error, "+spec))
	wants("hidden again", "closed 1 region rule in shadow, closed 3 region rule in shadow")
	b.apply(rule("region", spec))
	wants("shown again", "opened 1 region, opened 3 region")
	if p, err := b.store.Pending(ctx); err != nil || len(p) != 0 || evaluated() != 0 {
		t.Errorf("the base is judged anew: %+v, %d evaluations, %v", p, evaluated(), err)
	}
	if s := b.status("region"); !s.Is(rules.Current) || s.Violating != 2 || s.ObservedGeneration != 5 {
		t.Errorf("the status: %+v", s)
	}
	b.patch(1, `{"region":"Тверь"}`)
	wants("a client mended", "closed 1 region")

	b.apply(rule("region", `mode: Shadow, require: 'client.region == ""', path: region`))
	b.sweep()
	wants("another version in shadow", "closed 3 region rule in shadow")
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	b.apply(rule("region", spec))
	b.sweep()
	wants("declared anew", "opened 3 region")
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	wants("deleted", "closed 3 region rule deleted")
}

func TestTheModeOfASegmentationShowsAndHidesItsLabels(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	news := b.news()
	size := func(mode string) string {
		return "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: size}\nspec: {type: Segmentation, mode: " + mode + `, labels: {small: {}}, label: '"small"'}` + "\n"
	}
	b.apply(size("Shadow"))
	b.sweep()
	shadow := news()
	b.apply(size("Monitor"))
	shown := news()
	b.apply(size("Shadow"))
	if got := []string{shadow, shown, news()}; !slices.Equal(got, []string{"", "entered 1 size", "left 1 size rule in shadow"}) {
		t.Errorf("%q", got)
	}
}

// A restart knows which rules are in shadow.
func TestARuleInShadowStaysQuietAfterAStart(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", `mode: Shadow, require: 'client.region != ""'`))
	b.close()
	b.open()
	news := b.news()
	b.create(`{"name":"A"}`)
	if got := news(); got != "" || b.found(1) != "region " {
		t.Errorf("events %q, found %q", got, b.found(1))
	}
}
