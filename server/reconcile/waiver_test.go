package reconcile_test

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
)

func (b *base) waive(rule, filter string, days int) *crm.WaiverView {
	b.t.Helper()
	until := b.now.AddDate(0, 0, days)
	w, err := b.Waive(ctx, crm.WaiverView{Rule: rule, Filter: filter, Until: crm.DateOf(until.Date()), Reason: "so", By: "test"})
	if err != nil {
		b.t.Fatal(err)
	}
	return w
}

// open and waived are counts of a rule's findings.
func (b *base) openAndWaived(rule string) (open, waived int64) {
	b.t.Helper()
	q, err := b.store.Quality(ctx, crm.Everything, store.QualityQuery{Report: []string{rule}, Waived: true})
	if err != nil {
		b.t.Fatal(err)
	}
	return b.count(rule).Findings, q.Rules[0].Findings
}

func (b *base) wantWaived(what string, open, waived int64) {
	b.t.Helper()
	if o, w := b.openAndWaived("named"); o != open || w != waived {
		b.t.Errorf("%s: %d open and %d waived, want %d and %d", what, o, w, open, waived)
	}
}

func TestAWaiverByFilterFollowsTheClients(t *testing.T) {
	b := newBase(t)
	b.apply(rule("named", `require: 'client.name == "x"'`))
	b.create(`{"kind":"company","name":"a","country":"DE"}`)
	b.create(`{"kind":"company","name":"b","country":"RU"}`)
	b.wantWaived("before", 2, 0)
	w := b.waive("named", `client.country != "RU"`, 10)
	if list, err := b.Waivers(ctx); err != nil || len(list) != 1 || list[0].Pending != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	b.wantWaived("before the sweep", 2, 0)
	b.sweep()
	b.wantWaived("swept", 1, 1)
	b.patch(2, `{"country":"FR"}`)
	b.patch(1, `{"country":"RU"}`)
	b.wantWaived("written", 1, 1)
	b.create(`{"kind":"company","name":"c","country":"FR"}`)
	b.wantWaived("created", 1, 2)
	b.apply(rule("named", `require: 'client.name == "y"'`))
	b.sweep()
	b.wantWaived("the rule changed", 1, 2)
	b.close()
	b.open()
	b.patch(1, `{"country":"FR"}`)
	b.wantWaived("after a restart", 0, 3)
	if list, err := b.List(ctx, "Rule", rules.Selector{}); err != nil || len(list.Objects) != 1 {
		t.Errorf("the rules are %s, %v", list.Objects, err)
	}
	if err := b.Unwaive(ctx, "test", w.ID); err != nil {
		t.Fatal(err)
	}
	b.wantWaived("ended", 3, 0)
	if err := b.Unwaive(ctx, "test", w.ID); !errors.Is(err, crm.ErrNotFound) {
		t.Errorf("ended again: %v", err)
	}
	if got := b.live.Load(); got != 1 {
		t.Errorf("%d modules are loaded, want that of the rule", got)
	}
	var logged []string
	events, _, err := b.store.Events(ctx, crm.Everything, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if strings.HasPrefix(string(e.Type), "waiver.") || strings.HasPrefix(string(e.Type), "segment.") {
			logged = append(logged, string(e.Type)+" "+e.Rule)
		}
	}
	if got := strings.Join(logged, ", "); got != "waiver.created named, waiver.ended named" {
		t.Errorf("events: %s", got)
	}
}

func TestWaiversEndOnTheDayAfterTheirLast(t *testing.T) {
	b := newBase(t)
	b.apply(rule("named", `require: 'client.name == "x"'`))
	b.create(`{"kind":"company","name":"a"}`)
	b.create(`{"kind":"company","name":"b"}`)
	b.waive("named", `client.name == "a"`, 1)
	b.sweep()
	_, err := b.store.ChangeLife(ctx, crm.Everything, store.LifeChange{Client: 2, Rule: "named", Code: "named", Waive: &crm.Waiver{Until: b.Today(), Reason: "so"}})
	if err != nil {
		t.Fatal(err)
	}
	b.wantWaived("both", 0, 2)
	for days, want := range [][2]int64{{0, 2}, {1, 1}, {2, 0}} {
		b.now = time.Date(2026, 11, 21+days, 23, 59, 59, 0, time.UTC)
		if err := b.EndWaivers(ctx); err != nil {
			t.Fatal(err)
		}
		b.wantWaived("after "+strconv.Itoa(days)+" days", want[0], want[1])
	}
	if list, err := b.Waivers(ctx); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWaiversThatCannotBe(t *testing.T) {
	b := newBase(t)
	b.apply(rule("named", `require: 'client.name == "x"'`))
	b.apply(field("vip", "type: bool"))
	for _, tt := range []struct{ rule, filter, want string }{
		{"nobody", "true", "rule unknown_rule"},
		{"named", "client.nam == 1", "filter invalid_expression"},
		{"named", "", "filter invalid_expression"},
		{"named", "client.name", "filter invalid_expression"},
	} {
		_, err := b.Waive(ctx, crm.WaiverView{Rule: tt.rule, Filter: tt.filter, Until: b.Today(), Reason: "so"})
		if got := problems(err); got != tt.want {
			t.Errorf("%s by %q: %s, want %s", tt.rule, tt.filter, got, tt.want)
		}
	}
	b.waive("named", "client.fields.vip", 3)
	if err := b.Delete(ctx, "test", "Field", "vip", "", false); err == nil || !strings.Contains(err.Error(), "waiver") {
		t.Errorf("deleting the field of a waiver: %v", err)
	}
	for range 99 {
		b.waive("named", "client.unsubscribed", 3)
	}
	_, err := b.Waive(ctx, crm.WaiverView{Rule: "named", Filter: "true", Until: b.Today(), Reason: "so"})
	if got := problems(err); got != "filter too_many_waivers" {
		t.Errorf("the waiver after the last: %s", got)
	}
}

// What is open must be what the rule finds at clients that no waiver is for,
// whatever came in what order.
func TestWaiversAgainstAModel(t *testing.T) {
	b := newBase(t)
	b.apply(rule("named", `forEach: {in: client.contacts, as: c}, require: 'c.jobTitle != ""', path: "contacts[].jobTitle"`))
	r := rand.New(rand.NewPCG(1, 5))
	countries := []string{"DE", "FR", "RU"}
	type kept struct {
		country string
		empty   int
	}
	var clients []kept
	waivers := map[string]string{} // country by id
	doc := func(c kept) string {
		rows := []string{}
		for i := range 3 {
			title := "buyer"
			if i < c.empty {
				title = ""
			}
			rows = append(rows, `{"name":"n`+strconv.Itoa(i)+`","jobTitle":"`+title+`"}`)
		}
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		return `{"kind":"company","name":"a","country":"` + c.country + `","contacts":[` + strings.Join(rows, ",") + `]}`
	}
	for step := range 200 {
		next := kept{countries[r.IntN(3)], r.IntN(4)}
		switch n := r.IntN(10); {
		case n < 3 || len(clients) == 0:
			clients = append(clients, next)
			b.create(doc(next))
		case n < 7:
			i := r.IntN(len(clients))
			clients[i] = next
			b.patch(int64(i+1), doc(next))
		case n == 7 && len(waivers) < 5:
			w := b.waive("named", `client.country == "`+next.country+`"`, 5)
			waivers[w.ID] = next.country
		case n == 8:
			for id := range waivers {
				if err := b.Unwaive(ctx, "test", id); err != nil {
					t.Fatal(err)
				}
				delete(waivers, id)
				break
			}
		case step%4 == 0:
			b.apply(rule("named", `forEach: {in: client.contacts, as: c}, require: 'c.jobTitle != "" || `+strconv.Itoa(step)+` < 0', path: "contacts[].jobTitle"`))
		default:
			b.close()
			b.open()
		}
		b.sweep()
		var open, waived int64
		for _, c := range clients {
			is := false
			for _, country := range waivers {
				is = is || country == c.country
			}
			if is {
				waived += int64(c.empty)
			} else {
				open += int64(c.empty)
			}
		}
		b.wantWaived("step "+strconv.Itoa(step), open, waived)
		if t.Failed() {
			return
		}
	}
}
