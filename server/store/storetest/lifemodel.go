package storetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"assay/server/crm"
	"assay/server/store"
)

// What the model knows of the life of findings: what is waived is worked out
// whenever it is asked for, and not kept.

type identity struct {
	client            int64
	rule, code, rowID string
}

type lifeRecord struct {
	crm.Life
	closed crm.Time
}

// swept is the generation of the changes that the model makes of a sweep.
const swept = ^uint64(0)

// shown returns what the rules say of a client, as a store shows it.
func (m *model) shown(c *modelClient) []crm.Result {
	results := c.sorted()
	for i := range results {
		results[i].Findings = m.shownFindings(c, results[i].Rule)
	}
	return results
}

func (m *model) shownFindings(c *modelClient, rule string) []crm.Finding {
	findings := slices.Clone(c.results[rule].Findings)
	for i := range findings {
		f := &findings[i]
		life := m.lives[identity{c.ID, rule, f.Code, f.RowID}].Life
		f.WaivedAt = m.lives[identity{client: c.ID, rule: rule}].Waiver
		for _, selector := range slices.Sorted(maps.Keys(m.selectors)) {
			if m.selectors[selector] == rule && c.results[selector].Label == store.WaiverLabel {
				f.WaivedBy = append(f.WaivedBy, selector)
			}
		}
		f.Waived = life.Waiver != nil || f.WaivedAt != nil || f.WaivedBy != nil
		if !life.IsZero() {
			f.Life = &life
		}
	}
	return findings
}

// settle does what happens to the findings of a rule that close or come back.
func (m *model) settle(id int64, rule string, was, now crm.Result, by store.Change, why string) {
	for i := range was.Findings {
		f := &was.Findings[i]
		if same(now.Findings, f) >= 0 || same(was.Findings, f) != i {
			continue
		}
		of := identity{id, rule, f.Code, f.RowID}
		past := crm.Past{At: by.At, Type: crm.EventFindingClosed, By: by.By, Rule: rule, Code: f.Code, RowID: f.RowID, Since: f.Since, Reason: why}
		if record, had := m.lives[of]; had {
			life := record.Life
			past.Life = &life
			if why == "fixed" {
				record.Life = crm.Life{Waiver: record.Waiver}
			}
			record.closed = by.At
			m.put(of, record)
		}
		m.past[id] = append(m.past[id], past)
	}
	for i := range now.Findings {
		of := identity{id, rule, now.Findings[i].Code, now.Findings[i].RowID}
		if record, had := m.lives[of]; had {
			record.closed = crm.Time{}
			m.lives[of] = record
		}
	}
}

func (m *model) put(of identity, r lifeRecord) {
	if r.IsZero() {
		delete(m.lives, of)
		return
	}
	m.lives[of] = r
}

// change applies a change of a life as Store.ChangeLife does.
func (m *model) change(scope crm.Scope, c store.LifeChange) (crm.Life, error) {
	client := m.clients[c.Client]
	if client == nil || !scope.Admits(client.Manager) {
		return crm.Life{}, crm.ErrNotFound
	}
	of := identity{c.Client, c.Rule, c.Code, c.RowID}
	record := m.lives[of]
	findings, since := client.results[c.Rule].Findings, crm.Time{}
	i := same(findings, &crm.Finding{Code: c.Code, RowID: c.RowID})
	if c.Unwaive && record.Waiver == nil || c.Code != "" && i < 0 && !c.Unwaive {
		return crm.Life{}, crm.ErrNotFound
	}
	if i >= 0 {
		since = findings[i].Since
	}
	was := record.Life
	if c.Assignee != nil {
		record.Assignee = *c.Assignee
	}
	if c.Due != nil {
		record.Due = *c.Due
	}
	if c.Note != nil {
		record.Note = *c.Note
	}
	if c.Unwaive {
		record.Waiver = nil
	}
	if c.Waive != nil {
		record.Waiver = c.Waive
	}
	m.decide(of, was, record, store.Change{At: c.At, By: c.By}, since, "by hand")
	return record.Life, nil
}

func (m *model) decide(of identity, was crm.Life, record lifeRecord, by store.Change, since crm.Time, why string) {
	is := record.Life
	m.put(of, record)
	note := func(typ crm.EventType, reason, detail string) {
		m.event(by, of.client, of.rule, typ, fmt.Sprintf(`{"code":%q,"rowId":%q,%s}`, of.code, of.rowID, detail))
		past := crm.Past{At: by.At, Type: typ, By: by.By, Rule: of.rule, Code: of.code, RowID: of.rowID, Since: since, Reason: reason}
		if !is.IsZero() {
			past.Life = &is
		}
		m.past[of.client] = append(m.past[of.client], past)
	}
	if was.Assignee != is.Assignee || was.Due != is.Due || was.Note != is.Note {
		due, _ := json.Marshal(is.Due)
		note(crm.EventFindingChanged, "", fmt.Sprintf(`"assignee":%q,"due":%s,"note":%q`, is.Assignee, due, is.Note))
	}
	switch {
	case is.Waiver != nil && (was.Waiver == nil || *was.Waiver != *is.Waiver):
		note(crm.EventFindingWaived, "", fmt.Sprintf(`"until":%q,"reason":%q`, is.Waiver.Until.String(), is.Waiver.Reason))
	case is.Waiver == nil && was.Waiver != nil:
		note(crm.EventFindingUnwaived, why, fmt.Sprintf(`"reason":%q`, why))
	}
}

// day is a day of the test's month.
func day(n int) crm.Date { return crm.DateOf(2026, 3, n) }

// decide changes what was decided about something.
func (r *randomRun) decide(rt *rapid.T) {
	c := store.LifeChange{Client: r.known(rt), Rule: pick(rt, rules[:2], "rule"), RowID: pick(rt, []string{"", "c1", "c2"}, "row"), At: r.now(), By: "tester"}
	if client := r.clients[c.Client]; client != nil && rapid.Bool().Draw(rt, "one that is there") {
		if findings := client.results[c.Rule].Findings; len(findings) > 0 {
			c.RowID = pick(rt, findings, "finding").RowID
		}
	}
	if c.Code = c.Rule; seldom(rt, "the whole rule") {
		c.Code, c.RowID = "", ""
	}
	if c.Code != "" && rapid.Bool().Draw(rt, "assigned") {
		assignee, note, due := pick(rt, []string{"", "petrov"}, "assignee"), pick(rt, []string{"", "n"}, "note"), day(5)
		c.Assignee, c.Note = &assignee, &note
		if rapid.Bool().Draw(rt, "due") {
			c.Due = &due
		}
	}
	switch rapid.IntRange(0, 2).Draw(rt, "waiver") {
	case 0:
		c.Waive = &crm.Waiver{Until: day(rapid.IntRange(1, 4).Draw(rt, "until")), Reason: "so", By: "tester", At: c.At}
	case 1:
		c.Unwaive = true
	}
	scope := r.scope(rt)
	want, wantErr := r.model.change(scope, c)
	got, err := r.ChangeLife(ctx, scope, c)
	if wantErr != nil {
		r.wantError(err, wantErr)
		return
	}
	r.must(err)
	r.equal("life", got, want)
}

// expire ends the waivers of days before one.
func (r *randomRun) expire(rt *rapid.T) {
	today, now := day(rapid.IntRange(1, 5).Draw(rt, "today")), r.now()
	ended := 0
	over := []identity{}
	for of, record := range r.lives {
		if record.Waiver != nil && record.Waiver.Until.UnixMilli() < today.UnixMilli() {
			over = append(over, of)
		}
	}
	slices.SortFunc(over, func(a, b identity) int { return slices.Compare(a.order(), b.order()) })
	for _, of := range over {
		record := r.lives[of]
		was := record.Life
		record.Waiver = nil
		r.model.decide(of, was, record, store.Change{At: now}, crm.Time{}, "expired")
		ended++
	}
	got, err := r.ExpireLives(ctx, today, now)
	r.must(err)
	r.equal("waivers ended", got, ended)
}

// order is how stores go through identities: texts by length first.
func (of identity) order() []string {
	list := []string{fmt.Sprintf("%08d", of.client)}
	for _, text := range []string{of.rule, of.code, of.rowID} {
		list = append(list, fmt.Sprintf("%04d%s", len(text), text))
	}
	return list
}

func (r *randomRun) checkHistory() {
	for id := int64(1); id <= r.lastID; id++ {
		got, err := r.History(ctx, crm.Everything, id)
		want := r.past[id]
		if r.clients[id] == nil && len(want) == 0 {
			r.wantError(err, crm.ErrNotFound)
			continue
		}
		r.must(err)
		r.equal(fmt.Sprintf("history of client %d", id), got, want)
	}
	var want []store.ClientWaiver
	for of, record := range r.lives {
		if record.Waiver != nil {
			want = append(want, store.ClientWaiver{Client: of.client, Rule: of.rule, Code: of.code, RowID: of.rowID, Waiver: *record.Waiver})
		}
	}
	var got []store.ClientWaiver
	for after := ""; ; {
		page, next, err := r.Waivers(ctx, crm.Everything, after, 2)
		r.must(err)
		got = append(got, page...)
		if next == "" {
			break
		}
		after = next
	}
	order := func(a, b store.ClientWaiver) int {
		return slices.Compare(identity{a.Client, a.Rule, a.Code, a.RowID}.order(), identity{b.Client, b.Rule, b.Code, b.RowID}.order())
	}
	slices.SortFunc(want, order)
	r.equal("waivers", got, want)
}
