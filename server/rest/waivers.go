package rest

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/store"
)

// The cursor of the list of waivers says after which one a page begins: by filter
// an id, else what the store gave.
const (
	afterFiltered = "f"
	afterClient   = "c"
)

func listWaivers(x *exchange) error {
	after, err := x.readCursor()
	if err != nil {
		return err
	}
	kind, last := afterFiltered, ""
	if after != "" {
		kind, last = after[:1], after[1:]
	}
	out := api.List[crm.WaiverView]{Items: []crm.WaiverView{}}
	if kind == afterFiltered {
		filtered, err := x.Reconciler.Waivers(x.ctx)
		if err != nil {
			return err
		}
		for _, w := range filtered {
			if w.ID <= last {
				continue
			}
			if len(out.Items) == x.limit() {
				out.Next = x.cursor(afterFiltered + out.Items[len(out.Items)-1].ID)
				return x.json(fiber.StatusOK, out)
			}
			out.Items = append(out.Items, w)
		}
		last = ""
	}
	return x.clientWaivers(out, last)
}

// clientWaivers fills a page of waivers with those of clients.
func (x *exchange) clientWaivers(out api.List[crm.WaiverView], after string) error {
	room := x.limit() - len(out.Items)
	found, next, err := x.Store.Waivers(x.ctx, x.who.Scope, after, max(room, 1))
	if err != nil {
		return err
	}
	switch {
	case room == 0 && len(found) > 0:
		out.Next = x.cursor(afterClient)
		return x.json(fiber.StatusOK, out)
	case next != "":
		out.Next = x.cursor(afterClient + next)
	}
	for i := range found {
		out.Items = append(out.Items, clientWaiver(&found[i]))
	}
	return x.json(fiber.StatusOK, out)
}

func clientWaiver(w *store.ClientWaiver) crm.WaiverView {
	id := crm.RuleWaiverID(w.Client, w.Rule)
	if w.Code != "" {
		id = crm.FindingID(w.Client, &crm.Finding{Rule: w.Rule, Code: w.Code, RowID: w.RowID})
	}
	return crm.WaiverView{ID: id, Rule: w.Rule, Client: w.Client, Code: w.Code, RowID: w.RowID, Until: w.Until, Reason: w.Reason, By: w.By, At: w.At}
}

func createWaiver(x *exchange) error {
	m, err := x.readMembers("rule", "client", "filter", "until", "reason")
	if err != nil {
		return err
	}
	rule, client, filter := given(m.text("rule", maxNote)), m.number("client"), given(m.text("filter", maxHead))
	if (client == 0) == (filter == "") {
		m.problems = append(m.problems, reason("filter", "waiver_where"))
	}
	until := m.day("until")
	if until == nil {
		until = new(crm.Date)
	}
	w := x.waiver(m, "until", *until, "reason", given(m.text("reason", maxNote)))
	if err := x.checkRules("rule", []string{rule}, false); err != nil {
		var own *refusal
		if !errors.As(err, &own) {
			return err
		}
		m.problems = append(own.problems, m.problems...)
	}
	if err := m.refusal(); err != nil {
		return err
	}
	if client != 0 {
		return x.waiveAt(client, rule, w)
	}
	if x.who.Rights&RightRules == 0 || !x.who.Scope.All {
		return refuse(api.CodeForbidden, "right_missing", "name", x.who.Name, "right", RightRules.String())
	}
	made, err := x.Reconciler.Waive(x.ctx, crm.WaiverView{Rule: rule, Filter: filter, Until: w.Until, Reason: w.Reason, By: w.By})
	if err != nil {
		return err
	}
	return x.json(fiber.StatusCreated, made)
}

func given(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// waiveAt waives all that a rule finds at one client.
func (x *exchange) waiveAt(client int64, rule string, w *crm.Waiver) error {
	life, err := x.Store.ChangeLife(x.ctx, x.who.Scope, store.LifeChange{Client: client, Rule: rule, Waive: w, By: w.By})
	if errors.Is(err, crm.ErrNotFound) {
		return &refusal{code: api.CodeInvalid, problems: []crm.Problem{reason("client", "client_not_found", "id", strconv.FormatInt(client, 10))}}
	}
	if err != nil {
		return err
	}
	return x.json(fiber.StatusCreated, clientWaiver(&store.ClientWaiver{Client: client, Rule: rule, Waiver: *life.Waiver}))
}

func endWaiver(x *exchange) error {
	id := x.c.Params("waiver")
	err := crm.ErrNotFound
	parts := strings.SplitN(id, ":", 4)
	client, bad := strconv.ParseInt(parts[0], 10, 64)
	switch {
	case len(parts) == 1 && x.waivedByFilter(id):
		if x.who.Rights&RightRules == 0 || !x.who.Scope.All {
			return refuse(api.CodeForbidden, "right_missing", "name", x.who.Name, "right", RightRules.String())
		}
		err = x.Reconciler.Unwaive(x.ctx, x.who.Name, id)
	case bad == nil && (len(parts) == 2 || len(parts) == 4):
		err = x.unwaiveAt(client, parts[1:])
	}
	if errors.Is(err, crm.ErrNotFound) {
		return refuse(api.CodeNotFound, "waiver_not_found", "waiver", shorten(id))
	}
	if err != nil {
		return err
	}
	x.c.Status(fiber.StatusNoContent)
	return nil
}

func (x *exchange) waivedByFilter(id string) bool {
	list, err := x.Reconciler.Waivers(x.ctx)
	return err == nil && slices.ContainsFunc(list, func(w crm.WaiverView) bool { return w.ID == id })
}

// unwaiveAt ends the waiver of a rule at a client, or of a finding.
func (x *exchange) unwaiveAt(client int64, of []string) error {
	c := store.LifeChange{Client: client, Rule: of[0], Unwaive: true, By: x.who.Name}
	if len(of) == 3 {
		c.Code, c.RowID = of[1], of[2]
	}
	_, err := x.Store.ChangeLife(x.ctx, x.who.Scope, c)
	return err
}
