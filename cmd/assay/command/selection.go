package command

import (
	"github.com/spf13/pflag"

	"assay/server/api"
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
