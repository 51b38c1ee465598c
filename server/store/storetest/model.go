package storetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/server/crm"
	"assay/server/store"
)

// model is what a store promises, done in the plainest way.
type model struct {
	generation uint64
	lastID     int64
	clients    map[int64]*modelClient
	pending    map[string]map[int64]bool // by rule
	rewritten  map[string]map[int64]bool // by rule: pending since a write
	hidden     map[string]bool           // rules
	objects    map[string]store.Object
	keys       map[string]modelKey
	log        []crm.Event
	lives      map[identity]lifeRecord
	past       map[int64][]crm.Past
	selectors  map[string]string
	clock      crm.Time // of what the store does by itself
}

type modelClient struct {
	crm.Client // with its ID and Revision
	results    map[string]crm.Result
}

type modelKey struct {
	digest  [32]byte
	id      int64
	manager string // of the client as it was made
}

func newModel() *model {
	return &model{generation: 1, clients: map[int64]*modelClient{}, pending: map[string]map[int64]bool{}, rewritten: map[string]map[int64]bool{},
		hidden: map[string]bool{}, objects: map[string]store.Object{}, keys: map[string]modelKey{},
		lives: map[identity]lifeRecord{}, past: map[int64][]crm.Past{}, selectors: map[string]string{}}
}

// write is a Change with its client in the open.
type write struct {
	store.Change
	client crm.Client
}

// commit applies a write as Store.Commit does. The checks come in the order
// key, number, scope, revision, generation, external id.
func (m *model) commit(scope crm.Scope, w write) store.Outcome {
	if w.ID == 0 && w.Key != nil {
		if used, ok := m.keys[w.Key.Key]; ok {
			return m.replay(scope, w.Key.Digest, used)
		}
	}
	old := m.clients[w.ID]
	switch {
	case w.ID != 0 && (old == nil || !scope.Admits(old.Manager)):
		return store.Outcome{ID: w.ID, Err: crm.ErrNotFound}
	case w.ID != 0 && w.Expect != old.Revision:
		return store.Outcome{ID: w.ID, Err: crm.ErrRevisionConflict}
	case w.Delete:
		return m.delete(old, w)
	case w.Generation != m.generation:
		return store.Outcome{ID: w.ID, Err: crm.ErrGenerationConflict}
	case m.externalTaken(w.client.ExternalID, w.ID):
		return store.Outcome{ID: w.ID, Err: crm.ErrDuplicateExternalID}
	}
	c := &modelClient{Client: w.client, results: map[string]crm.Result{}}
	if old == nil {
		m.lastID++
		c.ID, c.Revision = m.lastID, 1
		m.event(w.Change, c.ID, "", crm.EventClientCreated, `{"revision":1}`)
		if w.Key != nil {
			m.keys[w.Key.Key] = modelKey{w.Key.Digest, c.ID, c.Manager}
		}
	} else {
		c.ID, c.Revision, c.results = old.ID, old.Revision+1, old.results
		fields, _ := json.Marshal(w.Fields)
		m.event(w.Change, c.ID, "", crm.EventClientUpdated, fmt.Sprintf(`{"revision":%d,"fields":%s}`, c.Revision, fields))
	}
	m.clients[c.ID] = c
	m.judgeAll(c, w.Results, w.Change)
	return store.Outcome{ID: c.ID, Revision: c.Revision, Results: m.shown(c)}
}

func (m *model) replay(scope crm.Scope, digest [32]byte, used modelKey) store.Outcome {
	switch {
	case digest != used.digest:
		return store.Outcome{Err: crm.ErrIdempotencyReuse}
	case !scope.Admits(used.manager):
		return store.Outcome{ID: used.id, Replayed: true, Err: crm.ErrNotFound}
	}
	return store.Outcome{ID: used.id, Revision: 1, Replayed: true}
}

func (m *model) delete(c *modelClient, w write) store.Outcome {
	m.judgeAll(c, nil, w.Change)
	delete(m.clients, c.ID)
	for of := range m.lives {
		if of.client == c.ID {
			delete(m.lives, of)
		}
	}
	m.event(w.Change, c.ID, "", crm.EventClientDeleted, fmt.Sprintf(`{"revision":%d}`, c.Revision))
	return store.Outcome{ID: c.ID, Revision: c.Revision}
}

func (m *model) externalTaken(external string, by int64) bool {
	for _, c := range m.clients {
		if external != "" && c.ExternalID == external && c.ID != by {
			return true
		}
	}
	return false
}

// judgeAll takes what all rules but the unjudged say of a client: first what
// says nothing any more goes, then the rest comes, each by name.
func (m *model) judgeAll(c *modelClient, results []crm.Result, by store.Change) {
	given := map[string]crm.Result{}
	for _, r := range results {
		given[r.Rule] = r
	}
	for _, rule := range slices.Sorted(maps.Keys(c.results)) {
		if silent(given[rule]) && !slices.Contains(by.Unjudged, rule) {
			m.judge(c, rule, crm.Result{}, by)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(given)) {
		m.judge(c, rule, given[rule], by)
	}
	for rule := range m.pending {
		m.judged(rule, c.ID)
	}
	if by.Delete {
		return
	}
	for _, rule := range by.Unjudged {
		for _, waiting := range []map[string]map[int64]bool{m.pending, m.rewritten} {
			if waiting[rule] == nil {
				waiting[rule] = map[int64]bool{}
			}
			waiting[rule][c.ID] = true
		}
	}
}

// judged notes that a client is not pending for a rule.
func (m *model) judged(rule string, id int64) {
	delete(m.pending[rule], id)
	delete(m.rewritten[rule], id)
}

func silent(r crm.Result) bool { return len(r.Findings) == 0 && r.Label == "" && r.Error == "" }

func (m *model) judge(c *modelClient, rule string, now crm.Result, by store.Change) {
	was := c.results[rule]
	now.Findings = slices.Clone(now.Findings)
	for i := range now.Findings {
		f := &now.Findings[i]
		f.Rule, f.Since = rule, by.At
		if j := same(was.Findings, f); j >= 0 {
			f.Since = was.Findings[j].Since
		}
	}
	delete(c.results, rule)
	if !silent(now) {
		now.Rule = rule
		c.results[rule] = now
	}
	m.difference(c.ID, rule, was, now, by, "")
	why := "fixed"
	switch {
	case by.Delete:
		why = "client deleted"
	case by.Generation == swept:
		why = "rule changed"
	}
	m.settle(c.ID, rule, was, now, by, why)
}

func same(findings []crm.Finding, f *crm.Finding) int {
	return slices.IndexFunc(findings, func(g crm.Finding) bool { return g.Code == f.Code && g.RowID == f.RowID })
}

func (m *model) difference(id int64, rule string, was, now crm.Result, by store.Change, reason string) {
	if m.hidden[rule] {
		return
	}
	log := func(typ crm.EventType, old, new []crm.Finding) {
		for i := range old {
			if f := &old[i]; same(new, f) < 0 && same(old, f) == i {
				m.event(by, id, rule, typ, fmt.Sprintf(`{"code":%q,"rowId":%q%s}`, f.Code, f.RowID, reason))
			}
		}
	}
	log(crm.EventFindingClosed, was.Findings, now.Findings)
	log(crm.EventFindingOpened, now.Findings, was.Findings)
	if was.Label == now.Label || m.selectors[rule] != "" {
		return
	}
	if was.Label != "" {
		m.event(by, id, rule, crm.EventSegmentLeft, fmt.Sprintf(`{"label":%q%s}`, was.Label, reason))
	}
	if now.Label != "" {
		m.event(by, id, rule, crm.EventSegmentEntered, fmt.Sprintf(`{"label":%q%s}`, now.Label, reason))
	}
}

func (m *model) event(by store.Change, id int64, rule string, typ crm.EventType, detail string) {
	m.log = append(m.log, crm.Event{Seq: int64(len(m.log) + 1), At: by.At, Type: typ, Client: id, Rule: rule, By: by.By,
		Detail: json.RawMessage(detail)})
}

// effect changes the base with a declared object.
func (m *model) effect(e store.Effect) {
	if e.NextGeneration {
		m.generation++
	}
	maps.Copy(m.selectors, e.Waive)
	for _, rule := range e.Hide {
		m.turn(rule, true, fmt.Sprintf(`,"reason":%q`, e.HideReason))
	}
	for _, rule := range e.Show {
		m.turn(rule, false, "")
	}
	for _, rule := range e.Drop {
		reason := fmt.Sprintf(`,"reason":%q`, e.DropReason)
		for _, id := range slices.Sorted(maps.Keys(m.clients)) {
			c := m.clients[id]
			m.difference(id, rule, c.results[rule], crm.Result{}, store.Change{}, reason)
			m.settle(id, rule, c.results[rule], crm.Result{}, store.Change{At: m.clock}, e.DropReason)
			delete(c.results, rule)
		}
		delete(m.selectors, rule)
		delete(m.pending, rule)
		delete(m.rewritten, rule)
		delete(m.hidden, rule)
	}
	for _, rule := range e.Judge {
		m.pending[rule] = map[int64]bool{}
		for id := range m.clients {
			m.pending[rule][id] = true
		}
	}
}

// turn hides a rule or shows it.
func (m *model) turn(rule string, hidden bool, reason string) {
	if m.hidden[rule] == hidden {
		return
	}
	m.hidden[rule] = false
	for _, id := range slices.Sorted(maps.Keys(m.clients)) {
		was, now := crm.Result{}, m.clients[id].results[rule]
		if hidden {
			was, now = now, was
		}
		m.difference(id, rule, was, now, store.Change{}, reason)
	}
	m.hidden[rule] = hidden
}

// sweep stores what a sweep found in a shard.
func (m *model) sweep(shard store.ShardResults) {
	for _, rule := range shard.Rules {
		for _, client := range shard.Clients {
			c := m.clients[client.ID]
			if c == nil || !m.pending[rule][client.ID] || m.rewritten[rule][client.ID] && client.Revision != c.Revision {
				continue
			}
			now := crm.Result{}
			for _, r := range client.Results {
				if r.Rule == rule {
					now = r
				}
			}
			m.judge(c, rule, now, store.Change{At: shard.At, Generation: swept})
			m.judged(rule, client.ID)
		}
	}
}

func (c *modelClient) sorted() []crm.Result {
	var results []crm.Result
	for _, rule := range slices.Sorted(maps.Keys(c.results)) {
		results = append(results, c.results[rule])
	}
	return results
}

// list returns the clients of a query in their order.
func (m *model) list(scope crm.Scope, q store.Query) []*modelClient {
	var found []*modelClient
	for _, c := range m.clients {
		if scope.Admits(c.Manager) && m.selected(c, q) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *modelClient) int {
		order := 0
		switch q.Sort.By {
		case store.SortName:
			order = strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		case store.SortCompleteness:
			order = cmp.Compare(a.Completeness, b.Completeness)
		default:
			order = cmp.Compare(a.ID, b.ID)
		}
		if q.Sort.Descending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.ID, b.ID))
	})
	return found
}

func (m *model) selected(c *modelClient, q store.Query) bool {
	for _, f := range q.Facets {
		values := map[store.Facet][]string{store.FacetKind: {c.Kind}, store.FacetManager: {c.Manager}, store.FacetTags: c.Tags}[f.Facet]
		if len(values) == 0 {
			values = []string{""}
		}
		has := func(value string) bool { return slices.Contains(values, value) }
		if (has(f.Value) || slices.ContainsFunc(f.Or, has)) == f.Not {
			return false
		}
	}
	for _, s := range q.Segments {
		if s.Label == "" || c.results[s.Rule].Label != s.Label {
			return false
		}
	}
	violates := func(rule string) bool {
		return slices.ContainsFunc(m.shownFindings(c, rule), func(f crm.Finding) bool { return !f.Waived })
	}
	if len(q.Rules) > 0 && !slices.ContainsFunc(q.Rules, violates) {
		return false
	}
	return q.Match == nil || c.Name == string(q.Match.(named))
}
