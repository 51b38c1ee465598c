package fix_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/fix"
)

// upper suggests regions in capital letters.
const upper = `require: 'client.region == client.region.upperAscii()', path: region, suggest: 'client.region.upperAscii()'`

func TestSuggestionsAreApplied(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","region":"kyiv"}`, `{"name":"B","region":"LVIV"}`, `{"name":"C","region":"odesa","manager":"petrov"}`,
		`{"name":"D","contacts":[{"name":"x"},{"name":"anna","jobTitle":"ceo"}],"region":"dnipro"}`)
	b.apply("region", upper)
	b.apply("title", `forEach: {in: client.contacts, as: contact}, require: 'contact.jobTitle == contact.jobTitle.upperAscii()', path: 'contacts[].jobTitle', suggest: 'contact.jobTitle.upperAscii()'`)
	b.apply("silent", `require: 'client.notes != ""', path: notes`)

	p, err := b.Preview(ctx, crm.Everything, "anna", fix.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Total != 4 || p.Looked != 4 || p.Clients != 3 || p.Edits != 4 || !p.Finished || len(p.Sample) != 3 || p.Sample[0].Client.Name != "A" || !p.Sample[0].Edits[0].Resolved {
		t.Errorf("the preview is %+v", p)
	}
	if r := b.client(1).Revision; r != 1 {
		t.Errorf("a preview changed a client: revision %d", r)
	}

	only := b.start(fix.Selection{Rules: []string{"region"}, Filter: `client.manager == "petrov"`})
	if j := b.run(only.ID); j.State != crm.FixDone || j.Total != 1 || j.Counts != (crm.FixCounts{Looked: 1, Applied: 1, Resolved: 1}) || j.By != "anna" {
		t.Errorf("the job of one client ended as %+v", j)
	}
	j := b.run(b.start(fix.Selection{}).ID)
	if j.State != crm.FixDone || j.Counts != (crm.FixCounts{Looked: 4, Applied: 2, Unchanged: 2, Resolved: 3}) {
		t.Errorf("the job ended as %+v", j)
	}
	want := `1 applied region="kyiv">"KYIV"*
2 unchanged
3 unchanged
4 applied region="dnipro">"DNIPRO"* contacts[1].jobTitle="ceo">"CEO"*`
	if got := b.said(j.ID); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	events, _, err := b.store.Events(ctx, crm.Everything, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	changes := 0
	for _, e := range events {
		if e.Type == crm.EventClientUpdated && e.By == "anna" && strings.Contains(string(e.Detail), `"change":"`+j.ID+`"`) {
			changes++
		}
	}
	if changes != 2 {
		t.Errorf("%d events carry the id of the change, want 2", changes)
	}
	if c := b.client(4); c.Region != "DNIPRO" || c.Contacts[1].JobTitle != "CEO" || c.Contacts[0].Name != "x" || c.Revision != 2 {
		t.Errorf("client 4 is %+v", c)
	}
}

func TestAJobIsUndoneByItsID(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","region":"kyiv"}`, `{"name":"B","region":"lviv"}`, `{"name":"C","region":"odesa"}`,
		`{"name":"D","contacts":[{"name":"x"},{"name":"y","jobTitle":"ceo"}]}`, `{"name":"E","fields":{}}`)
	b.apply("region", upper)
	b.apply("title", `forEach: {in: client.contacts, as: contact}, require: 'contact.jobTitle == contact.jobTitle.upperAscii()', path: 'contacts[].jobTitle', suggest: 'contact.jobTitle.upperAscii()'`)
	done := b.run(b.start(fix.Selection{}).ID)
	if done.Counts.Applied != 4 {
		t.Fatalf("%+v\n%s", done, b.said(done.ID))
	}
	b.patch(2, `{"region":"Lutsk"}`) // somebody knows better
	if err := b.intake.Delete(ctx, 3, requestOf("test")); err != nil {
		t.Fatal(err)
	}
	b.patch(4, `{"contacts":[{"id":"c2","name":"y","jobTitle":"CEO"},{"id":"c1","name":"x"}]}`) // the row moves

	undo, err := b.Undo(ctx, crm.Everything, "anna", done.ID)
	if err != nil {
		t.Fatal(err)
	}
	j := b.run(undo.ID)
	if j.State != crm.FixDone || j.Undoes != done.ID || j.Counts != (crm.FixCounts{Looked: 4, Applied: 2, Conflicts: 2}) {
		t.Errorf("the undo ended as %+v", j)
	}
	want := `1 applied region="KYIV">"kyiv"
2 conflict (region was changed since)
3 conflict (the client was deleted, or is out of reach)
4 applied contacts[1].jobTitle="CEO">"ceo"`
	if got := b.said(j.ID); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	if got := b.client(4).Contacts; got[0].ID != "c2" || got[0].JobTitle != "ceo" || got[1].JobTitle != "" {
		t.Errorf("the contacts are %+v", got)
	}
	again, err := b.Undo(ctx, crm.Everything, "anna", undo.ID)
	if err != nil {
		t.Fatal(err)
	}
	if j := b.run(again.ID); j.Counts.Applied != 2 || b.client(1).Region != "KYIV" {
		t.Errorf("the undo of the undo ended as %+v", j)
	}
}

// What cannot be done to one client is said of it, and hinders no other.
func TestClientsFailAlone(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","region":"kyiv"}`, `{"name":"B","region":"lviv"}`, `{"name":"C","region":"odesa"}`, `{"name":"D","kind":"person","region":"rivne"}`)
	b.apply("region", upper)
	b.apply("kind", `require: 'client.name != "C"', path: kind, suggest: '"nobody"'`)
	b.apply("strict", `mode: Enforce, require: 'client.name != "B" || client.region == "lviv"', path: name`)
	b.before = func(id int64) {
		if id == 1 {
			b.patch(1, fmt.Sprintf(`{"notes":"%d"}`, b.client(1).Revision)) // always a little faster
		}
	}
	j := b.run(b.start(fix.Selection{}).ID)
	if j.State != crm.FixDone || j.Counts != (crm.FixCounts{Looked: 4, Applied: 1, Refused: 1, Conflicts: 1, Failed: 1, Resolved: 1}) {
		t.Errorf("the job ended as %+v", j)
	}
	got := strings.Split(b.said(j.ID), "\n")
	for i, want := range []string{`1 conflict`, `2 refused region="lviv">"LVIV" (refused by strict)`, `3 failed `, `4 applied `} {
		if !strings.HasPrefix(got[i], want) {
			t.Errorf("client %d: %s, want %s", i+1, got[i], want)
		}
	}
	if c := b.client(3); c.Region != "odesa" || c.Revision != 1 {
		t.Errorf("half of a change was made: %+v", c)
	}
}

// A job that is cut short at any write goes on at the next start, and does nothing twice.
func TestAJobGoesOnAfterARestart(t *testing.T) {
	for cut := range int64(12) {
		b := newBase(t)
		for i := range 10 {
			b.create(fmt.Sprintf(`{"name":"A","region":"r%d"}`, i))
		}
		b.apply("region", upper)
		work, kill := context.WithCancel(ctx)
		writes := int64(0)
		b.before = func(int64) {
			b.mu.Lock()
			defer b.mu.Unlock()
			if writes++; writes > cut {
				kill()
			}
		}
		id := b.start(fix.Selection{}).ID
		if cut < 10 {
			b.Run(work)
		}
		b.mu.Lock()
		b.before = nil
		b.mu.Unlock()
		b.close()
		b.open()
		j := b.run(id)
		if j.State != crm.FixDone || j.Counts != (crm.FixCounts{Looked: 10, Applied: 10, Resolved: 10}) {
			t.Errorf("cut short after %d writes: %+v\n%s", cut, j, b.said(id))
		}
		for i := range int64(10) {
			if c := b.client(i + 1); c.Revision != 2 || c.Region != fmt.Sprintf("R%d", i) {
				t.Errorf("cut short after %d writes, client %d has revision %d and region %s", cut, i+1, c.Revision, c.Region)
			}
		}
		kill()
	}
}

func TestAJobIsCancelled(t *testing.T) {
	b := newBase(t)
	for range 450 {
		b.create(`{"name":"A","region":"kyiv"}`)
	}
	b.apply("region", upper)
	first, second := b.start(fix.Selection{}), b.start(fix.Selection{})
	if _, err := b.Undo(ctx, crm.Everything, "anna", first.ID); !inState(err, first.ID, crm.FixWaiting) {
		t.Errorf("undoing what has not ended: %v", err)
	}
	if j, err := b.Cancel(ctx, crm.Everything, second.ID); err != nil || j.State != crm.FixCancelled {
		t.Errorf("cancelling a waiting job: %+v %v", j, err)
	}
	b.before = func(int64) { _, _ = b.Cancel(ctx, crm.Everything, first.ID) }
	j := b.run(first.ID)
	if j.State != crm.FixCancelled || j.Counts.Applied != 200 {
		t.Errorf("the job ended as %+v", j)
	}
	if _, err := b.Cancel(ctx, crm.Everything, first.ID); !inState(err, first.ID, crm.FixCancelled) {
		t.Errorf("cancelling it twice: %v", err)
	}
	b.before = nil
	undo, err := b.Undo(ctx, crm.Everything, "anna", first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if j := b.run(undo.ID); j.Counts.Applied != 200 || b.client(1).Region != "kyiv" {
		t.Errorf("the undo ended as %+v", j)
	}
	if _, err := b.Job(crm.Everything, "nothing"); !errors.Is(err, crm.ErrNotFound) {
		t.Errorf("an unknown job: %v", err)
	}
}

func inState(err error, id string, state crm.FixState) bool {
	var e *fix.WrongStateError
	return errors.As(err, &e) && e.ID == id && e.State == state
}

// What was done before a job was cut short is known, whoever wrote the clients since, and can be undone.
func TestOthersWriteBeforeAJobGoesOn(t *testing.T) {
	b := newBase(t)
	for range 6 {
		b.create(`{"name":"A","region":"kyiv"}`)
	}
	b.apply("region", upper)
	work, kill := context.WithCancel(ctx)
	defer kill()
	var writes int
	b.before = func(int64) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if writes++; writes > 3 {
			kill()
		}
	}
	id := b.start(fix.Selection{}).ID
	b.Run(work)
	b.before = nil
	for i := range int64(6) {
		b.patch(i+1, `{"notes":"seen"}`)
	}
	b.patch(6, `{"region":"Lviv"}`)
	changed := b.client(6).Revision == 4
	b.patch(6, `{"region":"LVIV"}`)
	b.close()
	b.open()
	j := b.run(id)
	if j.Counts.Looked != 6 || j.Counts.Applied+j.Counts.Conflicts != 6 || j.Counts.Conflicts > 1 {
		t.Errorf("the job ended as %+v\n%s", j, b.said(id))
	}
	undo, err := b.Undo(ctx, crm.Everything, "anna", id)
	if err != nil {
		t.Fatal(err)
	}
	b.run(undo.ID)
	for i := range int64(5) {
		if c := b.client(i + 1); c.Region != "kyiv" || c.Notes != "seen" {
			t.Errorf("client %d: %+v", c.ID, c)
		}
	}
	if c := b.client(6); c.Region != "LVIV" {
		t.Errorf("an undo took away what somebody has written (changed before: %v): %s", changed, c.Region)
	}
}

// A value that cannot be stored fails its client, and the job goes on.
func TestAHostileSuggestionFailsAlone(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","externalId":"taken"}`, `{"name":"B"}`, `{"name":"C"}`)
	b.apply("taken", `require: 'client.externalId != ""', path: externalId, suggest: 'client.name == "B" ? "taken" : "free"'`)
	j := b.run(b.start(fix.Selection{}).ID)
	if j.State != crm.FixDone || j.Counts != (crm.FixCounts{Looked: 2, Applied: 1, Failed: 1, Resolved: 1}) {
		t.Errorf("the job ended as %+v\n%s", j, b.said(j.ID))
	}
}

// A job that was told to end does not begin again at the next start.
func TestACancelledJobStaysSo(t *testing.T) {
	b := newBase(t)
	for range 250 {
		b.create(`{"name":"A","region":"kyiv"}`)
	}
	b.apply("region", upper)
	work, kill := context.WithCancel(ctx)
	defer kill()
	id := b.start(fix.Selection{}).ID
	b.before = func(int64) {
		_, _ = b.Cancel(ctx, crm.Everything, id)
		kill()
	}
	b.Run(work)
	b.before = nil
	b.close()
	b.open()
	if j := b.run(id); j.State != crm.FixCancelled || b.client(250).Region != "kyiv" {
		t.Errorf("the job ended as %+v", j)
	}
}

// Who may see some clients sees the jobs over these only.
func TestJobsHaveAScope(t *testing.T) {
	b := newBase(t)
	own := crm.Scope{Managers: []string{"anna"}}
	all := b.start(fix.Selection{})
	hers, err := b.Start(ctx, own, "anna", "", fix.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if list := b.Jobs(own); len(list) != 1 || list[0].ID != hers.ID {
		t.Errorf("she sees %+v", list)
	}
	for _, scope := range []crm.Scope{own, {Managers: []string{"petrov"}}} {
		_, job := b.Job(scope, all.ID)
		_, cancel := b.Cancel(ctx, scope, all.ID)
		_, clients := b.Clients(ctx, scope, all.ID, 0, 10)
		for _, err := range []error{job, cancel, clients} {
			if !errors.Is(err, crm.ErrNotFound) {
				t.Errorf("%+v: %v", scope, err)
			}
		}
	}
	if len(b.Jobs(crm.Everything)) != 2 {
		t.Error("the administrator does not see all jobs")
	}
}
