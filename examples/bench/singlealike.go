package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// judgeAlike has the servers judge clients with and without findings: those behind Assay answer the same findings, or refuse what has any.
func (s *suite) judgeAlike(ctx context.Context, assay, bolt, postgres *process) error {
	documents, err := s.singleDocuments(ctx, 100, false)
	if err != nil {
		return err
	}
	for _, text := range documents {
		want, _, err := assay.judge(ctx, "/api/v1/clients", text)
		if err != nil {
			return err
		}
		got, _, err := bolt.judge(ctx, "/clients", text)
		if err != nil {
			return err
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("with bbolt the findings are %v, Assay's %v in %s", got, want, text)
		}
		first, refused, err := postgres.judge(ctx, "/clients", text)
		if err != nil {
			return err
		}
		if refused != (len(want) > 0) || refused && !slices.Contains(want, first[0]) {
			return fmt.Errorf("refused by PostgreSQL for %v, Assay's findings are %v in %s", first, want, text)
		}
	}
	return nil
}

// judge sends a client and returns the rules of its findings, and whether it was refused for them.
func (p *process) judge(ctx context.Context, path string, text []byte) (rules []string, refused bool, err error) {
	rq, err := http.NewRequestWithContext(ctx, "POST", p.url+path, bytes.NewReader(text))
	if err != nil {
		return nil, false, err
	}
	rq.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		rq.Header.Set("Authorization", "Bearer "+p.token)
	}
	rs, err := p.client.Do(rq)
	if err != nil {
		return nil, false, err
	}
	defer rs.Body.Close()
	if rs.StatusCode != http.StatusCreated && rs.StatusCode != http.StatusUnprocessableEntity {
		return nil, false, fmt.Errorf("POST %s: %s", path, rs.Status)
	}
	var answer struct{ Findings []plainFinding }
	if err := json.NewDecoder(rs.Body).Decode(&answer); err != nil {
		return nil, false, err
	}
	for _, f := range answer.Findings {
		rules = append(rules, f.Rule)
	}
	slices.Sort(rules)
	return rules, rs.StatusCode == http.StatusUnprocessableEntity, nil
}

// singleDocuments returns clients of the base as somebody would send them, those alone that no check finds anything in if they are to be clean.
func (s *suite) singleDocuments(ctx context.Context, n int, clean bool) (documents [][]byte, err error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	for _, card := range b.cards {
		found := false
		if _, err := nativeCard(card, func(check, int) { found = true }); err != nil {
			return nil, err
		}
		if clean && found {
			continue
		}
		text, err := sendable(card)
		if err != nil {
			return nil, err
		}
		if documents = append(documents, text); len(documents) == n {
			break
		}
	}
	return documents, nil
}

// sendable is a client without what the server gives it, or what would have every write make the same client.
func sendable(card []byte) ([]byte, error) {
	text, err := document(card)
	if err != nil {
		return nil, err
	}
	var client map[string]any
	if err := json.Unmarshal(text, &client); err != nil {
		return nil, err
	}
	for _, given := range []string{"id", "revision", "externalId", "completeness", "createdAt", "updatedAt", "activity"} {
		delete(client, given)
	}
	return json.Marshal(client)
}
