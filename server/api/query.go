package api

import (
	"net/url"
	"strconv"
)

// ClientQuery selects clients. The conditions must all hold; a zero field is no condition.
type ClientQuery struct {
	Filter   string   // CEL over `client`
	Search   string   // part of a name, tax id, external id, channel or contact
	Rules    []string // clients with a finding of any of these rules
	Segments []string // "<rule>:<label>", all of them
	// Facets asks for values of manager, region, source, stage, status, kind,
	// tag and category; "" is "has none".
	Facets map[string][]string
	Sort   string // id, name, createdAt, updatedAt, nextContactAt, revenue, completeness; "-" before it turns it round
	Limit  int    // 1 to MaxLimit, 0 for DefaultLimit
	After  string // List.Next of the page before
	// Explain asks how the filter is carried out: Filtered.Plan.
	Explain bool
}

// Values returns the query as parameters of the request.
func (q ClientQuery) Values() url.Values {
	v := url.Values{}
	setText(v, "filter", q.Filter)
	setText(v, "q", q.Search)
	setText(v, "sort", q.Sort)
	setText(v, "after", q.After)
	setLimit(v, q.Limit)
	if q.Explain {
		v.Set("explain", "true")
	}
	for _, rule := range q.Rules {
		v.Add("rule", rule)
	}
	for _, segment := range q.Segments {
		v.Add("segment", segment)
	}
	for facet, values := range q.Facets {
		for _, value := range values {
			v.Add(facet, value)
		}
	}
	return v
}

// QualityQuery selects what a quality report counts and lists: findings of the
// rules and severities, of the clients that ClientQuery selects. The query's Sort
// is not used, and its Rules choose the rules that are reported.
type QualityQuery struct {
	ClientQuery
	Severities []string // info, warning, error; nil for all
	Waived     bool     // the waived findings in place of the open ones
}

// Values returns the query as parameters of the request.
func (q QualityQuery) Values() url.Values {
	v := q.ClientQuery.Values()
	for _, severity := range q.Severities {
		v.Add("severity", severity)
	}
	if q.Waived {
		v.Set("waived", "true")
	}
	return v
}

func setText(v url.Values, name, value string) {
	if value != "" {
		v.Set(name, value)
	}
}

func setLimit(v url.Values, limit int) {
	if limit != 0 {
		v.Set("limit", strconv.Itoa(limit))
	}
}

func setDryRun(v url.Values, dryRun bool) {
	if dryRun {
		v.Set("dryRun", "true")
	}
}
