package preview

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"assay/sdk/abi"
	"assay/server/crm"
)

// Changes are the findings, or the clients' labels, that go one way.
type Changes struct {
	Count      int64
	Clients    int64
	BySeverity map[crm.Severity]int64
	ByManager  Tallied
	BySource   Tallied
	ByLabel    map[[2]string]int64 // from one to the other
	Sample     []Change            // by client

	last int64 // the client counted last: a client's changes come together
}

// Change is one of them. Of a label Before and After are nil.
type Change struct {
	Client        crm.ClientRef
	Before, After *crm.Finding
	From, To      string
	Reason        []crm.Param

	key uint64 // the sample is those of the smallest keys
}

// ofClient is the client that changes are of.
type ofClient struct {
	id   int64
	card abi.Client
	most int // changes of a sample
	nth  uint64
}

// add counts a change and keeps it if the sample wants it. What the card says is copied only then.
func (c *Changes) add(of *ofClient, severity crm.Severity, change Change) {
	if c.Count++; c.Clients == 0 || c.last != of.id {
		c.Clients, c.last = c.Clients+1, of.id
	}
	c.ByManager.add(of.card.Manager())
	c.BySource.add(of.card.Source())
	if change.Before == nil && change.After == nil {
		if c.ByLabel == nil {
			c.ByLabel = map[[2]string]int64{}
		}
		c.ByLabel[[2]string{change.From, change.To}]++
	} else {
		if c.BySeverity == nil {
			c.BySeverity = map[crm.Severity]int64{}
		}
		c.BySeverity[severity]++
	}
	of.nth++
	change.key = scatter(uint64(of.id)) + of.nth
	c.keep(of, change)
}

// keep puts a change into the sample, which is in the order of the keys: of any
// number of changes that come in any order, the same are kept.
func (c *Changes) keep(of *ofClient, change Change) {
	full := len(c.Sample) >= of.most
	if full && (of.most == 0 || c.Sample[len(c.Sample)-1].key <= change.key) {
		return
	}
	if full {
		c.Sample = c.Sample[:of.most-1]
	}
	change.Client = crm.ClientRef{ID: of.id, Name: strings.Clone(of.card.Name()), Manager: strings.Clone(of.card.Manager())}
	at, _ := slices.BinarySearchFunc(c.Sample, change.key, func(in Change, key uint64) int { return cmp.Compare(in.key, key) })
	c.Sample = slices.Insert(c.Sample, at, change)
}

// settle puts the sample into the readers' order.
func (c *Changes) settle() {
	slices.SortStableFunc(c.Sample, func(a, b Change) int { return cmp.Compare(a.Client.ID, b.Client.ID) })
}

// Tallied counts texts that are the memory of cards: it copies each that is new. Adding to
// a number in a map would put the text given in place of the copy.
type Tallied map[string]*int64

func (t *Tallied) add(text string) {
	n := (*t)[text]
	if n == nil {
		if *t == nil {
			*t = Tallied{}
		}
		n = new(int64)
		(*t)[strings.Clone(text)] = n
	}
	*n++
}

// Counts returns how many there are of each text.
func (t Tallied) Counts() map[string]int64 {
	counts := make(map[string]int64, len(t))
	for text, n := range t {
		counts[text] = *n
	}
	return counts
}

// identities finds findings of a client by identity.
type identities struct {
	findings []crm.Finding
	at       map[[2]string]int // nil for few findings
}

func identify(findings []crm.Finding) identities {
	const few = 8
	ids := identities{findings: findings}
	if len(findings) <= few {
		return ids
	}
	ids.at = make(map[[2]string]int, len(findings))
	for i := range findings {
		ids.at[[2]string{findings[i].Code, findings[i].RowID}] = i
	}
	return ids
}

func (ids identities) find(f *crm.Finding) (at int, found bool) {
	if ids.at != nil {
		at, found = ids.at[[2]string{f.Code, f.RowID}]
		return at, found
	}
	at = slices.IndexFunc(ids.findings, func(g crm.Finding) bool { return g.Code == f.Code && g.RowID == f.RowID })
	return at, at >= 0
}

// sameFinding reports whether readers see the same in two findings, their severity aside.
func sameFinding(a, b *crm.Finding) bool {
	return a.Path == b.Path && slices.Equal(a.Params, b.Params) && bytes.Equal(a.Suggest, b.Suggest)
}

// scatter mixes the bits of a number (the finalizer of SplitMix64).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
