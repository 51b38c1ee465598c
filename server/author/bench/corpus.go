package bench

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/author/clients"
)

// Corpus is the clients that rules are measured on.
type Corpus struct {
	Count  int
	From   string    // what they are, in words
	Now    time.Time // of the evaluation, but for cases that have a time of their own
	Digest string    // "sha256:<hex>" of their cards and times: equal ones cost equal fuel

	batches []part
	sum     hash.Hash
}

// part is clients that are judged together.
type part struct {
	*abi.Batch
	at time.Time // of the evaluation
}

// OwnCorpus is the clients of the project's cases, each at the time of its case, and so many invented ones, which were
// stored at the evaluation time. The cases come first: of some figures the first clients alone are measured, and cases are
// what rules are known to find something of.
func OwnCorpus(p *author.Project, now time.Time, count int) (*Corpus, error) {
	c := newCorpus(now)
	if err := c.addCases(p); err != nil {
		return nil, err
	}
	ofCases := c.Count
	for card, err := range invented(p, now, count) {
		if err != nil {
			return nil, fmt.Errorf("invent a client: %w", err)
		}
		c.add(now, card)
	}
	switch {
	case ofCases == 0:
		return c.finish("invented")
	case count == 0:
		return c.finish("of the cases")
	default:
		return c.finish(fmt.Sprintf("%d of the cases, the others invented", ofCases))
	}
}

// addCases adds the clients of the cases, each of a time once. Those of one time come together, those of the evaluation
// time last, so that others of it share their batches.
func (c *Corpus) addCases(p *author.Project) error {
	cards := map[int64][][]byte{} // by time
	var times []int64             // that cases have of their own
	for _, one := range p.Cases {
		card, err := one.Card(c.Now)
		if err != nil {
			return fmt.Errorf("%s: the client of the case: %w", one.Where(), err)
		}
		at := c.Now.UnixMilli()
		if !one.Now.IsZero() {
			at = one.Now.UnixMilli()
		}
		if at != c.Now.UnixMilli() && !slices.Contains(times, at) {
			times = append(times, at)
		}
		if !slices.ContainsFunc(cards[at], func(known []byte) bool { return bytes.Equal(known, card) }) {
			cards[at] = append(cards[at], card)
		}
	}
	for _, at := range append(times, c.Now.UnixMilli()) {
		for _, card := range cards[at] {
			c.add(time.UnixMilli(at).UTC(), card)
		}
	}
	return nil
}

// timed is what times are taken of: clients in batches as large as there are. Those of cases that have a time of their own
// would be batches of one, most of whose time is that of the call; they are timed when there are no others.
func (c *Corpus) timed() []part {
	timed := slices.DeleteFunc(slices.Clone(c.batches), func(p part) bool { return !p.at.Equal(c.Now) })
	if len(timed) == 0 {
		return c.batches
	}
	return timed
}

// ReadCorpus is the clients of a file, at most so many; 0: all. The first line that is no client ends it with
// an error.
func ReadCorpus(p *author.Project, now time.Time, file clients.File, most int) (*Corpus, error) {
	r, err := clients.NewReader(clients.NewCards(p, now), file, func(bad clients.BadLine) error { return fmt.Errorf("%s: %w", file.Name, &bad) })
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	c := newCorpus(now)
	var b clients.Batch
	for most == 0 || c.Count < most {
		room := 1000
		if most > 0 {
			room = most - c.Count
		}
		err := r.Next(&b, room)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range b.Cards.Len() {
			c.add(now, b.Cards.Card(i))
		}
	}
	if c.Count == 0 {
		return nil, fmt.Errorf("%s: %w", file.Name, clients.ErrNone)
	}
	return c.finish("of " + file.Name)
}

func newCorpus(now time.Time) *Corpus { return &Corpus{Now: now.UTC(), sum: sha256.New()} }

func (c *Corpus) add(at time.Time, card []byte) {
	last := len(c.batches) - 1
	if last < 0 || c.batches[last].Full() || !c.batches[last].at.Equal(at) {
		c.batches = append(c.batches, part{new(abi.Batch), at})
		last++
	}
	c.batches[last].Add(bytes.Clone(card))
	fmt.Fprintf(c.sum, "%d %d\n", at.UnixMilli(), len(card))
	c.sum.Write(card)
	c.Count++
}

func (c *Corpus) finish(from string) (*Corpus, error) {
	if c.Count == 0 {
		return nil, clients.ErrNone
	}
	c.From, c.Digest = from, "sha256:"+hex.EncodeToString(c.sum.Sum(nil))
	return c, nil
}
