package bench

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"assay/server/author"
	"assay/server/crm"
	"assay/server/demo"
)

// demoSeed makes the invented clients the same every time.
const demoSeed = 1

// inventor makes clients for a project out of those of the demo. They have what its rules may look at and the demo lacks:
// days on both sides of the evaluation time, and the custom fields and properties that are declared or that clients of its
// cases have. Of a closed dictionary they have the values. What a server gives no client, such as purchases, they lack.
type inventor struct {
	project *author.Project
	now     time.Time
	closed  map[string][]string // values by what a dictionary is of
	own     ownFields
	rand    *rand.Rand
}

func newInventor(p *author.Project, now time.Time) *inventor {
	closed := map[string][]string{}
	for of, dictionary := range p.Set().Dictionaries {
		closed[of] = slices.Sorted(maps.Keys(dictionary.Values))
	}
	return &inventor{project: p, now: now, closed: closed, own: readOwnFields(p), rand: rand.New(rand.NewPCG(demoSeed, demoSeed))}
}

// document is a client as the demo writes it: as people type it.
type document map[string]any

// card makes a card of a client of the demo.
func (v *inventor) card(text []byte) ([]byte, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	v.days(d)
	v.own.give(v, d)
	if len(v.closed) > 0 {
		v.obey("", map[string]any(d))
	}
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	written, card, err := v.project.Written(text, v.now)
	if err != nil || !v.chance(50) {
		return card, err
	}
	written.CreatedAt = crm.TimeOf(v.past().AddDate(0, -v.below(36), 0)) // the others are there since the evaluation
	return crm.EncodeCard(nil, written)
}

// days gives every fourth client each of what has a day.
func (v *inventor) days(d document) {
	if v.chance(25) {
		ends := v.near()
		list, _ := d["contracts"].([]any)
		d["contracts"] = append(list, crm.Contract{Number: "INV-1", StartsOn: dateOf(ends.AddDate(-1, 0, 0)), EndsOn: dateOf(ends), Amount: crm.Money(v.below(1_000_000))})
	}
	if v.chance(25) {
		d["nextContactAt"] = crm.TimeOf(v.near())
	}
	if v.chance(25) {
		d["verifiedAt"] = crm.TimeOf(v.past())
	}
	if d["kind"] == "person" && v.chance(25) {
		d["birthday"] = dateOf(v.near().AddDate(-20-v.below(50), 0, 0))
	}
}

// obey returns a value of a document with words of closed dictionaries in place of those that they do not have.
func (v *inventor) obey(path string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			value[name] = v.obey(strings.TrimPrefix(path+"."+name, "."), value[name])
		}
	case []any:
		for i := range value {
			value[i] = v.obey(path+"[]", value[i])
		}
	case string:
		of := strings.TrimSuffix(path, "[]")
		if strings.HasPrefix(of, "contacts[].channels[].") { // as the client's own
			of = strings.TrimPrefix(of, "contacts[].")
		}
		if values := v.closed[of]; value != "" && len(values) > 0 && !slices.Contains(values, value) {
			return pick(v, values)
		}
	}
	return value
}

func pick[T any](v *inventor, list []T) T { return list[v.below(len(list))] }

func (v *inventor) below(n int) int { return v.rand.IntN(n) }

func (v *inventor) chance(percent int) bool { return v.below(100) < percent }

// within are the days that rules look ahead or back, one of which is drawn first: a week has as many days in it as
// the rest of the year.
var within = []int{1, 7, 30, 90, 366}

// past is a moment before the evaluation, of the same hour.
func (v *inventor) past() time.Time {
	return v.now.AddDate(0, 0, -v.below(pick(v, within)+1))
}

// near is a moment before the evaluation or after it.
func (v *inventor) near() time.Time {
	if past := v.past(); v.chance(50) {
		return past
	}
	return v.now.AddDate(0, 0, v.below(pick(v, within)+1))
}

func dateOf(t time.Time) crm.Date { return crm.DateFromUnixMilli(t.UnixMilli()) }

// invented are the cards of so many clients.
func invented(p *author.Project, now time.Time, count int) func(yield func([]byte, error) bool) {
	return func(yield func([]byte, error) bool) {
		v := newInventor(p, now)
		for text := range demo.Clients(demoSeed, count) {
			if card, err := v.card(text); !yield(card, err) || err != nil {
				return
			}
		}
	}
}
