package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// importPocketBase sends records in batches, as its JavaScript and Dart clients do.
func importPocketBase(ctx context.Context, s *suite, clients int) (time.Duration, error) {
	documents, err := s.documents(ctx, clients)
	if err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	const beside = 4
	p, err := start(ctx, beside, self, plainVerb, "pocketbase", filepath.Join(s.dir, "import-pocketbase"))
	if err != nil {
		return 0, err
	}
	defer p.stop()
	if err := p.waitFor(ctx, "/api/health"); err != nil {
		return 0, err
	}
	var bodies [][]byte
	for some := range slices.Chunk(documents, pocketBatch) {
		var requests []map[string]any
		for _, text := range some {
			requests = append(requests, map[string]any{"method": "POST", "url": "/api/collections/clients/records", "body": map[string]any{"doc": json.RawMessage(text)}})
		}
		body, err := json.Marshal(map[string]any{"requests": requests})
		if err != nil {
			return 0, err
		}
		bodies = append(bodies, body)
	}
	w := &writing{process: p, path: "/api/batch"}
	began := time.Now()
	if err := w.write(ctx, bodies, beside, new(latencies)); err != nil {
		return 0, err
	}
	took := time.Since(began)
	text, err := p.do(ctx, "GET", "/api/collections/clients/records?perPage=1", nil, "")
	if err != nil {
		return 0, err
	}
	var stored struct{ TotalItems int }
	if err := json.Unmarshal(text, &stored); err != nil || stored.TotalItems != clients {
		return 0, fmt.Errorf("%d records are stored, not %d: %w", stored.TotalItems, clients, err)
	}
	return took, nil
}
