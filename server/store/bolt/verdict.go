package bolt

import (
	"slices"

	"assay/server/crm"
)

// cause is when, by whom and why what a rule says of a client changes.
type cause struct {
	at    crm.Time
	by    string
	why   string   // of findings that close
	since crm.Time // of a decision: when its finding was opened
}

// Why findings close; another reason is that of the Effect that drops a rule.
const (
	causeFixed   = "fixed"          // the client was written
	causeSwept   = "rule changed"   // a sweep judged the client anew
	causeDeleted = "client deleted" // with all that was found
)

// judgeAll stores what all rules but the unjudged say of a client, sorted by
// rule. What a rule has said before and is not among them any more goes.
func (w *writer) judgeAll(id int64, results []crm.Result, unjudged []string, c cause) {
	for _, rule := range w.rulesOf(uint32(id)) {
		known := slices.ContainsFunc(results, func(r crm.Result) bool { return r.Rule == rule })
		if !known && !slices.Contains(unjudged, rule) {
			w.judge(rule, id, nil, c)
		}
	}
	w.judgeEach(id, results, c)
}

func (w *writer) judgeEach(id int64, results []crm.Result, c cause) {
	for i := range results {
		w.judge(results[i].Rule, id, &results[i], c)
	}
}

// shown completes what a write answers with: what is waived of it, for the
// selectors may have spoken last, and what was decided about it.
func (w *writer) shown(id int64, results []crm.Result) []crm.Result {
	for i := range results {
		w.suppress(results[i].Rule, id, results[i].Findings)
	}
	w.fail(w.ix.decorate(w.tx, id, results))
	return results
}

// judge stores what a rule says of a client now, nil for nothing, and logs what
// that changes. Findings that were there before get their Since from there.
func (w *writer) judge(rule string, id int64, now *crm.Result, c cause) {
	r := w.ix.rule(rule)
	known := r != nil && r.has.contains(uint32(id))
	if !known && now == nil {
		return
	}
	if c.at.IsZero() {
		c.at = crm.TimeOf(w.now)
	}
	b := w.block(rule, id>>blockBits)
	slot := int(id & (blockSize - 1))
	var stored []byte
	var was, is crm.Result
	if known {
		var err error
		stored = b.get(slot)
		if was, err = readResult(stored, rule); w.fail(err) {
			return
		}
	}
	if now == nil {
		now = &is
	}
	keepSince(was.Findings, now.Findings, c.at)
	w.suppress(rule, id, now.Findings)
	var next []byte
	if now != &is {
		next = w.took(appendResult(w.space(), now, 0))
	}
	if string(next) == string(stored) {
		return
	}
	w.changed = true
	b.put(slot, next)
	w.ix.ownRule(rule, w.own).change(uint32(id), headOf(&was, known), headOf(now, len(next) > 0), w.own)
	w.logDifference(rule, id, &was, now, c.at, c.by, "")
	w.settle(rule, id, &was, now, c)
	if target := w.ix.selectorOf(rule); target != "" && was.Label != now.Label {
		w.resuppress(target, id)
	}
}

func headOf(r *crm.Result, exists bool) resultHead {
	all, waived := countFindings(r.Findings)
	return resultHead{exists: exists, failed: r.Error != "", open: all.minus(waived), waived: waived, label: []byte(r.Label)}
}

// keepSince gives findings that were open before their Since, and the others at.
func keepSince(was, is []crm.Finding, at crm.Time) {
	open := identify(was)
	for i := range is {
		is[i].Since = at
		if j := open.find(&is[i]); j >= 0 {
			is[i].Since = was[j].Since
		}
	}
}

// logDifference logs the findings and labels that came and went. Findings of
// one identity are one finding, however often a rule reports it.
func logDifference(rule string, id int64, was, is *crm.Result, at crm.Time, by, reason string, log func(*event)) {
	before, after := identify(was.Findings), identify(is.Findings)
	finding := func(typ crm.EventType, f *crm.Finding) {
		log(&event{typ: typ, at: at, client: id, rule: rule, by: by,
			detail: detail{kind: detailFinding, name: f.Code, rowID: f.RowID, reason: reason}})
	}
	label := func(typ crm.EventType, label string) {
		log(&event{typ: typ, at: at, client: id, rule: rule, by: by,
			detail: detail{kind: detailLabel, name: label, reason: reason}})
	}
	for i := range was.Findings {
		if f := &was.Findings[i]; after.find(f) < 0 && before.find(f) == i {
			finding(crm.EventFindingClosed, f)
		}
	}
	for i := range is.Findings {
		if f := &is.Findings[i]; before.find(f) < 0 && after.find(f) == i {
			finding(crm.EventFindingOpened, f)
		}
	}
	if was.Label == is.Label {
		return
	}
	if was.Label != "" {
		label(crm.EventSegmentLeft, was.Label)
	}
	if is.Label != "" {
		label(crm.EventSegmentEntered, is.Label)
	}
}

// identities finds the findings of one rule and client by identity.
type identities struct {
	findings []crm.Finding
	first    map[[2]string]int // nil for few findings
}

func identify(findings []crm.Finding) identities {
	const few = 8 // from here on a map is faster; a rule may report a thousand
	ids := identities{findings: findings}
	if len(findings) <= few {
		return ids
	}
	ids.first = make(map[[2]string]int, len(findings))
	for i := len(findings) - 1; i >= 0; i-- {
		ids.first[[2]string{findings[i].Code, findings[i].RowID}] = i
	}
	return ids
}

// find returns the place of the first finding with the identity of f, -1 for none.
func (ids identities) find(f *crm.Finding) int {
	if ids.first == nil {
		return slices.IndexFunc(ids.findings, func(g crm.Finding) bool {
			return g.Code == f.Code && g.RowID == f.RowID
		})
	}
	if i, ok := ids.first[[2]string{f.Code, f.RowID}]; ok {
		return i
	}
	return -1
}

// judged notes that a client needs no rule's sweep any more but those of the
// unjudged: what the others say now was said of its newest card.
func (w *writer) judged(id uint32, unjudged []string) {
	for _, r := range w.ix.rules {
		if r.pending.contains(id) && !slices.Contains(unjudged, r.name) {
			w.unpend(r.name, id)
		}
	}
	for _, rule := range unjudged {
		w.leave(rule, id)
	}
}

// leave makes a client that was just written pending for a rule.
func (w *writer) leave(rule string, id uint32) {
	w.changed = true
	r := w.ix.ownRule(rule, w.own)
	if r.pending == nil {
		r.since = crm.TimeOf(w.now)
	}
	if r.pending.blockEmpty(int64(id >> blockBits)) {
		w.shardsChanged(rule)
	}
	r.pending, r.rewritten = r.pending.add(id, w.own), r.rewritten.add(id, w.own)
}

// kept returns what rules that were not asked have said of a client before.
func (w *writer) kept(id int64, unjudged []string) []crm.Result {
	var results []crm.Result
	for _, rule := range unjudged {
		if r := w.ix.rule(rule); r == nil || !r.has.contains(uint32(id)) {
			continue
		}
		result, err := readResult(w.block(rule, id>>blockBits).get(int(id&(blockSize-1))), rule)
		if w.fail(err) {
			return nil
		}
		results = append(results, result)
	}
	return results
}

func (w *writer) unpend(rule string, id uint32) {
	w.changed = true
	r := w.ix.ownRule(rule, w.own)
	r.pending, r.rewritten = r.pending.remove(id, w.own), r.rewritten.remove(id, w.own)
	if r.pending.blockEmpty(int64(id >> blockBits)) {
		w.shardsChanged(rule)
	}
}

func (w *writer) shardsChanged(rule string) {
	w.changed = true
	if w.shards == nil {
		w.shards = make(map[string]bool)
	}
	w.shards[rule] = true
}
