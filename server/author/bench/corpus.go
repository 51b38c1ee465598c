package bench

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/author/clients"
	"assay/server/demo"
)

// Corpus is the clients that rules are measured on.
type Corpus struct {
	Count  int
	From   string // what they are, in words
	Digest string // "sha256:<hex>" of their cards: equal ones cost equal fuel

	batches []*abi.Batch
	sum     hash.Hash
}

// demoSeed makes the invented clients the same every time.
const demoSeed = 1

// OwnCorpus is the clients of the project's cases and so many invented ones, which were stored at that time.
func OwnCorpus(p *author.Project, now time.Time, invented int) (*Corpus, error) {
	c, cards := newCorpus(), clients.NewCards(p, now)
	seen := map[string]bool{}
	for _, one := range p.Cases {
		card, err := one.Card(now)
		if err != nil {
			return nil, fmt.Errorf("%s: the client of the case: %w", one.Where(), err)
		}
		if !seen[string(card)] {
			seen[string(card)] = true
			c.add(card)
		}
	}
	ofCases := c.Count
	for text := range demo.Clients(demoSeed, invented) {
		_, card, err := cards.Card(text)
		if err != nil {
			return nil, fmt.Errorf("invent a client: %w", err)
		}
		c.add(card)
	}
	var from []string
	if ofCases > 0 {
		from = append(from, fmt.Sprintf("%d of the cases", ofCases))
	}
	if invented > 0 {
		from = append(from, fmt.Sprintf("%d invented", invented))
	}
	return c.finish(strings.Join(from, ", "))
}

// ReadCorpus is the clients of a file, at most so many; 0: all. The first line that is no client ends it with
// an error.
func ReadCorpus(p *author.Project, now time.Time, name string, file io.Reader, most int) (*Corpus, error) {
	r, err := clients.NewReader(clients.NewCards(p, now), file, func(bad clients.BadLine) error { return fmt.Errorf("%s: %w", name, &bad) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = r.Close() }()
	c := newCorpus()
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
			c.add(b.Cards.Card(i))
		}
	}
	if c.Count == 0 {
		return nil, fmt.Errorf("%s: %w", name, clients.ErrNone)
	}
	return c.finish("of " + name)
}

func newCorpus() *Corpus { return &Corpus{sum: sha256.New(), batches: []*abi.Batch{new(abi.Batch)}} }

func (c *Corpus) add(card []byte) {
	last := c.batches[len(c.batches)-1]
	if last.Full() {
		last = new(abi.Batch)
		c.batches = append(c.batches, last)
	}
	last.Add(bytes.Clone(card))
	fmt.Fprintf(c.sum, "%d\n", len(card))
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
