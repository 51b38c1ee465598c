package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/store"
)

// facetParams are the parameters that ask for a value of a facet.
var facetParams = []struct {
	name  string
	facet store.Facet
	many  bool
}{
	{"manager", store.FacetManager, false},
	{"region", store.FacetRegion, false},
	{"source", store.FacetSource, false},
	{"stage", store.FacetStage, false},
	{"status", store.FacetStatus, false},
	{"kind", store.FacetKind, false},
	{"tag", store.FacetTags, true},
	{"category", store.FacetCategories, true},
}

var sortQuery = choice("sort", "The order; a leading minus turns it round. Ties are ordered by id.", sortValues()...)

// sortValues are the orders of a list, each both ways.
func sortValues() []string {
	var values []string
	for _, by := range []store.SortField{store.SortID, store.SortName, store.SortCreatedAt, store.SortUpdatedAt,
		store.SortNextContactAt, store.SortRevenue, store.SortCompleteness} {
		values = append(values, string(by), "-"+string(by))
	}
	return values
}

// selection returns the parameters that select clients.
func selection() []param {
	params := []param{
		text("filter", "A condition in CEL over `client` and `now`, the same language as in rules.", `client.region == "Москва" && size(client.contacts) == 0`),
		text("q", "Part of the name, tax id, external id, a channel or a contact's name; small and capital letters are the same.", "ромашка"),
		texts("rule", "Clients with a finding of this rule. Of several rules, any will do.", "tax-id"),
		{name: "segment", describe: "Clients with this label, as <rule>:<label>. Of several, all must hold.", example: "size:large", many: true,
			shape: isSegment, want: "<rule>:<label>"},
	}
	for _, f := range facetParams {
		p := text(f.name, "Clients whose "+f.name+" is exactly this; empty: those without one.", nil)
		p.many = f.many
		if f.facet == store.FacetKind {
			p.enum = []string{"company", "soleTrader", "person", ""}
		}
		params = append(params, p)
	}
	return params
}

func facetValue(facet store.Facet, value string) store.FacetValue {
	return store.FacetValue{Facet: facet, Value: value}
}

func isSegment(s string) bool {
	rule, label, found := strings.Cut(s, ":")
	return found && rule != "" && label != ""
}

// selected reads what selection describes, all but the rules. The filter may
// work for about the budget; 0 is no limit.
func (x *exchange) selected(budget time.Duration) (chosen, error) {
	q := chosen{Query: store.Query{Limit: x.limit(), After: x.query.Get("after")}}
	for _, f := range facetParams {
		for _, v := range x.query[f.name] {
			q.Facets = append(q.Facets, facetValue(f.facet, v))
		}
	}
	var err error
	if q.Segments, err = x.segments(); err != nil {
		return q, err
	}
	sort, descending := strings.CutPrefix(x.query.Get("sort"), "-")
	q.Sort = store.Sort{By: store.SortField(sort), Descending: descending}
	q.filter, err = x.filter(budget)
	if err != nil {
		return q, err
	}
	q.budget, q.Facets = budget, append(q.Facets, q.filter.Facets...)
	q.Match = x.matcher(q.filter)
	return q, nil
}

// rules reads the names of quality rules.
func (x *exchange) rules() ([]string, error) {
	names := x.list("rule")
	return names, x.checkRules("rule", names, false)
}

// segments reads labels of segmentation rules. A label that no client has is no mistake.
func (x *exchange) segments() (labels []store.RuleLabel, err error) {
	var names []string
	for _, s := range x.query["segment"] {
		rule, label, _ := strings.Cut(s, ":")
		labels, names = append(labels, store.RuleLabel{Rule: rule, Label: label}), append(names, rule)
	}
	return labels, x.checkRules("segment", names, true)
}

// checkRules refuses names of rules that do not exist or are of the other type,
// since a misspelt rule would otherwise look like a rule without findings.
func (x *exchange) checkRules(parameter string, names []string, segmentation bool) error {
	var problems []crm.Problem
	for _, name := range names {
		object, err := x.Reconciler.Get(x.ctx, string(api.KindRule), name)
		switch {
		case errors.Is(err, crm.ErrNotFound):
			problems = append(problems, reason(parameter, "rule_unknown", "value", shorten(name)))
		case err != nil:
			return fmt.Errorf("find rule %q: %w", name, err)
		case segmentation && !isSegmentation(object):
			problems = append(problems, reason(parameter, "rule_not_segmentation", "value", shorten(name)))
		case !segmentation && isSegmentation(object):
			problems = append(problems, reason(parameter, "rule_not_quality", "value", shorten(name)))
		}
	}
	if len(problems) > 0 {
		return &refusal{code: api.CodeBadParameter, problems: problems}
	}
	return nil
}

// isSegmentation reports whether a declared rule gives labels.
func isSegmentation(rule json.RawMessage) bool {
	var r struct {
		Spec struct {
			Type string `json:"type"`
		} `json:"spec"`
	}
	_ = json.Unmarshal(rule, &r) // written by this server
	return r.Spec.Type == "Segmentation"
}

func listClients(x *exchange) error {
	budget := pageBudget
	if sort := strings.TrimPrefix(x.query.Get("sort"), "-"); sort != "" && sort != string(store.SortID) {
		budget = wholeBudget // the first page needs all that match
	}
	q, err := x.selected(budget)
	if err != nil {
		return err
	}
	if q.Rules, err = x.rules(); err != nil {
		return err
	}
	page, err := x.Store.Clients(x.ctx, x.who.Scope, q.Query)
	if err != nil {
		return q.slow(err)
	}
	clients, err := decodeCards(page.Cards)
	if err != nil {
		return err
	}
	out := api.ClientPage{Items: clients, Next: page.Next}
	if out.Filtered, err = x.filtered(q, page.Partial); err != nil {
		return err
	}
	return x.json(fiber.StatusOK, out)
}

func decodeCards(cards [][]byte) ([]*crm.Client, error) {
	clients := make([]*crm.Client, len(cards))
	for i, card := range cards {
		c, err := crm.DecodeCard(card)
		if err != nil {
			return nil, err
		}
		clients[i] = c
	}
	return clients, nil
}
