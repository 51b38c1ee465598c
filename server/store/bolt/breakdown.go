package bolt

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"assay/server/crm"
	"assay/server/store"
)

// Breakdown counts the base by rule, severity, facet and segment; see store.Lives.
func (s *Store) Breakdown(ctx context.Context, scope crm.Scope, q store.BreakdownQuery) (store.Breakdown, error) {
	var out store.Breakdown
	err := s.read(ctx, func(snap *snapshot) error {
		sel, err := snap.ix.selects(scope, &store.Query{})
		if err != nil {
			return err
		}
		g := grouping{ix: snap.ix, most: q.Most, selected: sel.chosen()}
		out = store.Breakdown{Quality: snap.ix.count(g.selected, &q.QualityQuery),
			Severities: map[crm.Severity]store.Quality{}, Facets: map[store.Facet][]store.Group{}}
		for severity, of := range q.Severities {
			out.Severities[severity] = snap.ix.count(g.selected, &of)
		}
		g.find(&q.QualityQuery)
		for _, facet := range q.Facets {
			at := slices.Index(facets[:], facet)
			if at < 0 {
				return fmt.Errorf("there is no facet %q", facet)
			}
			groups, rest := g.groups("", snap.ix.facets[at])
			if rest.Clients > 0 {
				groups = append(groups, rest)
			}
			out.Facets[facet] = groups
		}
		for _, r := range snap.ix.known(q.Segments) {
			groups, _ := g.groups(r.name, r.labels)
			out.Segments = append(out.Segments, groups...)
		}
		return ctx.Err()
	})
	return out, err
}

// grouping counts the selected clients by values.
type grouping struct {
	ix               *index
	most             int
	selected         *chosen
	violating, lower *chosen // of the selected: with findings, and with findings that lower the score
}

func (g *grouping) find(q *store.QualityQuery) {
	g.violating = g.selected.among(g.ix.union(g.ix.found(false, q.Report, q.ReportParts)))
	g.lower = g.selected.among(g.ix.union(g.ix.found(false, q.Scored, q.ScoredParts)))
}

// groups counts the clients of the values that most clients have, and of the others together.
func (g *grouping) groups(rule string, of *values) (groups []store.Group, rest store.Group) {
	type member struct {
		value string
		ids   *set
		n     int64
	}
	var members []member
	of.each(func(value string, ids *set) {
		if n := g.selected.countOnce(ids); n > 0 {
			members = append(members, member{value, ids, n})
		}
	})
	slices.SortFunc(members, func(a, b member) int { return cmp.Or(cmp.Compare(b.n, a.n), strings.Compare(a.value, b.value)) })
	rest = store.Group{Rule: rule, Rest: true}
	for i, m := range members {
		one := store.Group{Rule: rule, Value: strings.Clone(m.value), Clients: m.n, Violating: g.violating.countOnce(m.ids), Scored: g.lower.countOnce(m.ids)}
		if i < g.most {
			groups = append(groups, one)
			continue
		}
		rest.Clients, rest.Violating, rest.Scored = rest.Clients+one.Clients, rest.Violating+one.Violating, rest.Scored+one.Scored
	}
	return groups, rest
}

// PutSnapshot keeps what a day was like; see store.Lives.
func (s *Store) PutSnapshot(ctx context.Context, d store.Snapshot, oldest crm.Date) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	data := bytes.Clone(d.Data)
	return s.submit(ctx, 1, func(w *writer) error {
		bucket := w.tx.Bucket(bucketDays)
		w.put(bucket, dayKey(d.Day), data)
		var gone [][]byte
		c := bucket.Cursor()
		for k, _ := c.First(); k != nil && bytes.Compare(k, dayKey(oldest)) < 0; k, _ = c.Next() {
			gone = append(gone, bytes.Clone(k))
		}
		for _, k := range gone {
			w.remove(bucket, k)
		}
		return nil
	})
}

// dayKey returns the key of a day; they sort as the days of our era do.
func dayKey(d crm.Date) []byte { return []byte(d.String()) }

// Snapshots returns what days were like; see store.Lives.
func (s *Store) Snapshots(ctx context.Context, from, to crm.Date) (days []store.Snapshot, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		c := snap.tx.Bucket(bucketDays).Cursor()
		for k, v := c.Seek(dayKey(from)); k != nil && bytes.Compare(k, dayKey(to)) <= 0; k, v = c.Next() {
			var day crm.Date
			if err := day.UnmarshalJSON([]byte(`"` + string(k) + `"`)); err != nil {
				return fmt.Errorf("%w: a snapshot of the day %q", ErrDamaged, k)
			}
			days = append(days, store.Snapshot{Day: day, Data: bytes.Clone(v)})
		}
		return ctx.Err()
	})
	return days, err
}
