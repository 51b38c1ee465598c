package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"assay/server/crm"
	"assay/server/demo"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/store"
	"assay/server/store/bolt"
)

// noon is the evaluation time of everything: nothing may depend on the day of the run.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// base is the clients of a run in the forms that contenders start from: they all hold the same values.
type base struct {
	dir   string
	cards [][]byte // as they are stored
	made  [][]byte // documents, once they were asked for
}

// makeBase invents clients, imports them as a server does, and reads the base's cards.
func makeBase(ctx context.Context, dir string, clients int) (*base, error) {
	s, err := bolt.Open(ctx, bolt.Config{Dir: filepath.Join(dir, "assay")})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	generation, err := s.Generation(ctx)
	if err != nil {
		return nil, err
	}
	none := engine.NewSet(generation, nil, nil, nil)
	in := intake.New(intake.Config{Store: s, Current: func() *engine.Set { return none }, Region: "RU", Zone: time.UTC, Now: time.Now, TempDir: dir})
	got, err := in.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Key: "externalId", Mode: "merge", Unknown: "error", Body: demo.NewReader(1, clients)})
	if err != nil || got.Failed > 0 {
		return nil, fmt.Errorf("import of the invented clients: %d failed, %w", got.Failed, err)
	}
	b := &base{dir: dir}
	b.cards, err = allCards(ctx, s)
	return b, err
}

// allCards copies what is stored into one area, in the order of ids.
func allCards(ctx context.Context, s store.Store) (cards [][]byte, err error) {
	err = eachCard(ctx, s, func(card []byte) error {
		cards = append(cards, bytes.Clone(card))
		return nil
	})
	return cards, err
}

// clientJSON is a client as GET /clients/{id} shows it.
func clientJSON(card []byte) ([]byte, error) {
	c, err := crm.DecodeCard(card)
	if err != nil {
		return nil, err
	}
	return json.Marshal(c)
}
