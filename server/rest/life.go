package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/store"
)

// The life of a finding: who is to mend it and until when, a note, a waiver.

var waivedParam = param{name: "waived", kind: flagParam, describe: "`true`: the waived findings only; `false`: the others only."}

func (s *Server) lifeRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodPatch, api.PathClientFinding, "changeFinding", tagFindings, "Assign or waive a finding",
			"JSON merge patch of what people decide about a finding: what is left out stays, null clears. It belongs to the finding's identity (rule, client, code, row) and outlives moved rows, "+
				"changed rules and sweeps. A waived finding is not counted as open until the day after `waivedUntil`, at most 366 days ahead; `waiverReason` must come with it. When a write fixes the finding, `assignee`, `due` and "+
				"`note` go; when a rule's change closes it they stay for 90 days; a waiver stays to its end."),
			body: lifeDocument(lifeInput{}, exampleLife, "What changes."), right: RightWrite,
			codes:   []string{api.CodeNotFound, api.CodeMalformed, api.CodeInvalid, api.CodeNoSpace},
			answers: []answer{{status: 200, describe: "The finding.", of: crm.FindingView{}, example: exampleFinding}}, handle: changeFinding},
		{op: operation(fiber.MethodGet, api.PathClientHistory, "listFindingHistory", tagFindings, "History of a client's findings",
			"Every finding the client has or had, the newest first: when it opened, when and why it closed (`fixed` by a write, `rule changed`: a sweep did not find it any more, `rule deleted`, `client deleted`), and what was "+
				"decided about it. The newest 200 closings and decisions of a client are kept, for two years."),
			params:  pageParams,
			answers: []answer{{status: 200, describe: "A page of findings.", of: api.List[crm.FindingHistory]{}, example: map[string]any{"items": []any{exampleHistory}}}},
			codes:   []string{api.CodeNotFound, api.CodeBadCursor}, handle: findingHistory},
		{op: operation(fiber.MethodGet, api.PathWaivers, "listWaivers", tagFindings, "List waivers",
			"The waivers in force: first those by filter, then those of rules at clients and of single findings, by client. Those of clients you may not see are left out."),
			params: pageParams, codes: []string{api.CodeBadCursor},
			answers: []answer{{status: 200, describe: "A page of waivers.", of: api.List[crm.WaiverView]{}, example: map[string]any{"items": []any{exampleWaiver}}}}, handle: listWaivers},
		{op: operation(fiber.MethodPost, api.PathWaivers, "createWaiver", tagFindings, "Waive a rule",
			"Waives all that a quality rule finds at one `client`, or at all clients of a `filter` (which takes the right to declare rules). A filter follows the clients as they change; for a new one the base is swept, and `pending` "+
				"of the list says for how many clients that is still to be done. A waiver ends by itself on the day after `until`, at most 366 days ahead."),
			body: lifeDocument(waiverInput{}, exampleWaiverInput, "The waiver."), right: RightWrite, codes: []string{api.CodeNotFound, api.CodeMalformed, api.CodeInvalid, api.CodeNoSpace},
			answers: []answer{{status: 201, describe: "The waiver.", of: crm.WaiverView{}, example: exampleWaiver}}, handle: createWaiver},
		{op: operation(fiber.MethodDelete, api.PathWaiver, "endWaiver", tagFindings, "End a waiver", "What it waived is open again. The id of a single finding's waiver is that of the finding."),
			right: RightWrite, codes: []string{api.CodeNotFound, api.CodeNoSpace}, answers: []answer{{status: 204, describe: "Ended."}}, handle: endWaiver},
	}
}

const tagFindings = "Findings"

func lifeDocument(of, example any, describe string) *body {
	return &body{media: []string{api.MediaJSON, "application/merge-patch+json", "text/json"}, max: api.MaxDocument, timeout: documentTimeout,
		schema: func(d *document) *huma.Schema { return d.input(of) }, example: example, describe: describe}
}

// lifeInput is what can be decided about a finding.
type lifeInput struct {
	Assignee     string   `json:"assignee"`
	Due          crm.Date `json:"due"`
	Note         string   `json:"note"`
	WaivedUntil  crm.Date `json:"waivedUntil"`
	WaiverReason string   `json:"waiverReason"`
}

// waiverInput is a waiver as it is asked for.
type waiverInput struct {
	Rule   string   `json:"rule"`
	Client int64    `json:"client"`
	Filter string   `json:"filter"`
	Until  crm.Date `json:"until"`
	Reason string   `json:"reason"`
}

// The longest texts, in characters, and waivers.
const (
	maxAssignee   = 200
	maxNote       = 2000
	maxWaiverDays = 366

	dayMillis = 24 * 60 * 60 * 1000
)

// members are the members of a document that is being read, and what is wrong with them.
type members struct {
	given    map[string]json.RawMessage
	problems []crm.Problem
}

// readMembers reads a JSON object of these members.
func (x *exchange) readMembers(known ...string) (*members, error) {
	doc, err := x.readBody()
	if err != nil {
		return nil, err
	}
	if len(doc) == 0 {
		return nil, refuse(api.CodeMalformed, "body_empty")
	}
	m := &members{}
	if err := json.Unmarshal(doc, &m.given); err != nil || m.given == nil {
		return nil, refuse(api.CodeMalformed, "not_an_object")
	}
	for name := range m.given {
		if !slices.Contains(known, name) {
			m.problems = append(m.problems, reason(shorten(name), "member_unknown", "known", strings.Join(known, ", ")))
		}
	}
	slices.SortFunc(m.problems, func(a, b crm.Problem) int { return strings.Compare(a.Field, b.Field) })
	return m, nil
}

// text reads a text, nil when it is not given; null is "".
func (m *members) text(name string, most int) *string {
	raw, given := m.given[name]
	if !given {
		return nil
	}
	text := new(string)
	if err := json.Unmarshal(raw, text); err != nil || utf8.RuneCountInString(*text) > most {
		m.problems = append(m.problems, reason(name, "member_text", "limit", strconv.Itoa(most)))
	}
	*text = strings.TrimSpace(*text)
	return text
}

// day reads a day, nil when it is not given; null is the zero Date.
func (m *members) day(name string) *crm.Date {
	raw, given := m.given[name]
	if !given {
		return nil
	}
	day := new(crm.Date)
	if err := json.Unmarshal(raw, day); err != nil {
		m.problems = append(m.problems, reason(name, "member_day"))
	}
	return day
}

// number reads a client number, 0 when it is not given.
func (m *members) number(name string) (n int64) {
	if raw, given := m.given[name]; given && !bytes.Equal(raw, []byte("null")) {
		if err := json.Unmarshal(raw, &n); err != nil || n <= 0 {
			m.problems = append(m.problems, reason(name, "member_client"))
		}
	}
	return n
}

// waiver checks the end and the reason of a waiver.
func (x *exchange) waiver(m *members, untilName string, until crm.Date, reasonName, why string) *crm.Waiver {
	today := x.Reconciler.Today()
	last := crm.DateFromUnixMilli(today.UnixMilli() + maxWaiverDays*dayMillis)
	switch {
	case until.IsZero():
		m.problems = append(m.problems, reason(untilName, "waiver_end", "limit", last.String()))
	case until.UnixMilli() < today.UnixMilli():
		m.problems = append(m.problems, reason(untilName, "waiver_over", "value", until.String(), "today", today.String()))
	case until.UnixMilli() > last.UnixMilli():
		m.problems = append(m.problems, reason(untilName, "waiver_end", "limit", last.String()))
	}
	if why == "" {
		m.problems = append(m.problems, reason(reasonName, "waiver_reason"))
	}
	return &crm.Waiver{Until: until, Reason: why, By: x.who.Name}
}

func (m *members) refusal() error {
	if len(m.problems) == 0 {
		return nil
	}
	return &refusal{code: api.CodeInvalid, problems: m.problems}
}

func changeFinding(x *exchange) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	f, err := x.finding(id)
	if err != nil {
		return err
	}
	m, err := x.readMembers("assignee", "due", "note", "waivedUntil", "waiverReason")
	if err != nil {
		return err
	}
	c := store.LifeChange{Client: id, Rule: f.Rule, Code: f.Code, RowID: f.RowID, By: x.who.Name,
		Assignee: m.text("assignee", maxAssignee), Due: m.day("due"), Note: m.text("note", maxNote)}
	x.waive(&c, f, m)
	if err := m.refusal(); err != nil {
		return err
	}
	if _, err := x.Store.ChangeLife(x.ctx, x.who.Scope, c); err != nil {
		return err
	}
	stored, err := x.Store.Client(x.ctx, x.who.Scope, id)
	if err != nil {
		return err
	}
	for _, v := range x.Report.Findings(id, stored.Results, x.language()) {
		if v.ID == crm.FindingID(id, f) {
			x.c.Set(fiber.HeaderContentLanguage, x.language())
			return x.json(fiber.StatusOK, v)
		}
	}
	return fmt.Errorf("finding %s: %w", crm.FindingID(id, f), crm.ErrNotFound)
}

// waive reads what a patch says of the waiver. A new end without a reason keeps the reason there is.
func (x *exchange) waive(c *store.LifeChange, f *crm.Finding, m *members) {
	until, why := m.day("waivedUntil"), m.text("waiverReason", maxNote)
	var own *crm.Waiver
	if f.Life != nil {
		own = f.Life.Waiver
	}
	switch {
	case until == nil && why == nil:
		return
	case until != nil && until.IsZero():
		c.Unwaive = own != nil
		return
	case until == nil && own != nil:
		until = &own.Until
	case until == nil:
		until = new(crm.Date)
	case why == nil && own != nil:
		why = &own.Reason
	}
	if why == nil {
		why = new(string)
	}
	c.Waive = x.waiver(m, "waivedUntil", *until, "waiverReason", *why)
}

// finding returns the finding that the path names.
func (x *exchange) finding(client int64) (*crm.Finding, error) {
	stored, err := x.Store.Client(x.ctx, x.who.Scope, client)
	if err != nil {
		return nil, err
	}
	id := x.c.Params("finding")
	for i := range stored.Results {
		for j := range stored.Results[i].Findings {
			if f := &stored.Results[i].Findings[j]; crm.FindingID(client, f) == id {
				return f, nil
			}
		}
	}
	return nil, refuse(api.CodeNotFound, "finding_not_found", "id", strconv.FormatInt(client, 10), "finding", shorten(id))
}

func findingHistory(x *exchange) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	past, err := x.Store.History(x.ctx, x.who.Scope, id)
	if err != nil {
		return err
	}
	var results []crm.Result
	if stored, err := x.Store.Client(x.ctx, x.who.Scope, id); err == nil { // else it is deleted
		results = stored.Results
	}
	return pagedByPlace(x, x.Report.History(id, results, past))
}
