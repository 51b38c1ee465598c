package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

const (
	recastPage    = 1000 // clients looked at at once
	recastWriters = 64   // of them, written at once: they share transactions
)

// Recast gives the stored values of a custom field its declared type, where
// they can be read as one; the others stay as they are. It may be called again
// after an interruption.
func (in *Intake) Recast(ctx context.Context, field string) error {
	after := ""
	for {
		page, err := in.Store.Clients(ctx, crm.Everything, store.Query{Limit: recastPage, After: after, Match: mistyped{in.Current(), field}})
		if err != nil {
			return fmt.Errorf("read clients with the field %s: %w", field, err)
		}
		if err := in.recastAll(ctx, page.Cards, field); err != nil {
			return err
		}
		if page.Next == "" {
			return nil
		}
		after = page.Next
	}
}

func (in *Intake) recastAll(ctx context.Context, cards [][]byte, field string) error {
	errs := make([]error, min(recastWriters, len(cards)))
	var writers sync.WaitGroup
	for w := range errs {
		writers.Go(func() {
			for i := w; i < len(cards) && errs[w] == nil; i += len(errs) {
				errs[w] = in.recastOne(ctx, cards[i], field)
			}
		})
	}
	writers.Wait()
	return errors.Join(errs...)
}

func (in *Intake) recastOne(ctx context.Context, card []byte, field string) error {
	c, err := abi.Open(card)
	if err != nil {
		return fmt.Errorf("read stored card: %w", err)
	}
	rq := Request{Scope: crm.Everything, By: "field " + field, Doc: []byte("{}")}
	_, err = in.Patch(ctx, c.ID(), rq)
	var invalid *crm.InvalidError
	var refused *RefusedError
	if errors.As(err, &invalid) || errors.As(err, &refused) || errors.Is(err, crm.ErrNotFound) {
		return nil // the value has no meaning of that type, a rule holds on to it, or the client is gone
	}
	return err
}

// mistyped matches cards whose value of the field is not of the declared type.
type mistyped struct {
	set   *engine.Set
	field string
}

// Match implements store.Matcher.
func (m mistyped) Match(_ context.Context, cards [][]byte, matched []bool) error {
	want := string(m.set.Fields[m.field])
	for i, card := range cards {
		matched[i] = false
		c, err := abi.Open(card)
		if err != nil {
			return fmt.Errorf("read stored card: %w", err)
		}
		if row, ok := c.Fields().Find(m.field); ok {
			matched[i] = want != "" && row.Type().String() != want
		}
	}
	return nil
}

// Retyped returns a card as Recast would leave it where the field has that type.
func (in *Intake) Retyped(card []byte, field string, t crm.FieldType) ([]byte, error) {
	c, err := abi.Open(card)
	if err != nil {
		return nil, fmt.Errorf("read stored card: %w", err)
	}
	row, ok := c.Fields().Find(field)
	if !ok || row.Type().String() == string(t) {
		return card, nil
	}
	client, err := crm.DecodeCard(card)
	if err != nil {
		return nil, err
	}
	z := canonicalizer{zone: in.Zone}
	typed, ok := z.convert(client.Fields[field], t)
	if !ok {
		return card, nil
	}
	if client.Fields[field] = typed; typed == (crm.Value{}) {
		delete(client.Fields, field)
	}
	return crm.EncodeCard(nil, client)
}
