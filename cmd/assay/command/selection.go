package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"assay/server/api"
	"assay/server/crm"
)

// selection is the flags that select clients.
type selection struct {
	query  api.ClientQuery
	facets map[string]*[]string
}

func (s *selection) flags(f *pflag.FlagSet) {
	f.StringVar(&s.query.Filter, "filter", "", `condition in CEL, such as 'client.region == "Москва"'`)
	f.StringVarP(&s.query.Search, "search", "q", "", "part of a name, tax id, external id, channel or contact")
	f.StringSliceVar(&s.query.Rules, "rule", nil, "clients with a finding of this rule")
	f.StringArrayVar(&s.query.Segments, "segment", nil, "clients with this label, as RULE:LABEL")
	s.facets = map[string]*[]string{}
	for _, name := range []string{"manager", "region", "source", "stage", "status", "kind", "tag", "category"} {
		s.facets[name] = f.StringArray(name, nil, "clients whose "+name+" is exactly this")
	}
}

// clients returns the query that the flags make.
func (s *selection) clients() api.ClientQuery {
	q := s.query
	q.Facets = map[string][]string{}
	for name, values := range s.facets {
		if len(*values) > 0 {
			q.Facets[name] = *values
		}
	}
	return q
}

func explainFlag(f *pflag.FlagSet, q *api.ClientQuery) {
	f.BoolVar(&q.Explain, "explain", false, "say how the filter is carried out")
}

// filterNote tells on stderr what is to be known of a filter besides its clients.
func (a *app) filterNote(f crm.Filtered) {
	if f.Plan != nil {
		a.planNote(f.Plan)
	}
	if f.Failed > 0 {
		fmt.Fprintf(a.Stderr, "the filter failed on %s, left out here; %s\n", plural(f.Failed, "client", "clients"), f.Failure)
	}
	if f.Partial {
		fmt.Fprintf(a.Stderr, "the filter is slow: this page ends after %s\n", plural(f.Scanned, "client", "clients"))
	}
}

func (a *app) planNote(p *crm.FilterPlan) {
	for _, f := range p.Facets {
		verb := map[bool]string{false: "is", true: "is not"}[f.Not]
		values := make([]string, len(f.Values))
		for i, v := range f.Values {
			values[i] = strconv.Quote(v)
		}
		fmt.Fprintf(a.Stderr, "by facet: %s %s %s\n", f.Facet, verb, strings.Join(values, " or "))
	}
	fmt.Fprintf(a.Stderr, "selected without reading: %s\n", plural(p.Selected, "client", "clients"))
	if p.Residue != "" {
		fmt.Fprintf(a.Stderr, "run on %s: %s\n", plural(p.Read, "client", "clients"), p.Residue)
	}
}

// limited refuses a --limit that the server would refuse, 0 too when it was given.
func limited(f *pflag.FlagSet) error {
	if limit, err := f.GetInt("limit"); err != nil || f.Changed("limit") && (limit < 1 || limit > api.MaxLimit) {
		return usagef("--limit %d: give 1 to %d", limit, api.MaxLimit)
	}
	return nil
}

func pageFlags(f *pflag.FlagSet, q *api.ClientQuery) {
	f.IntVar(&q.Limit, "limit", 0, "clients of a page, 50 unless given, at most 1000")
	f.StringVar(&q.After, "after", "", "`next` of the page before")
}
