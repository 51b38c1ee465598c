package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"assay/server/demo"
)

// A base of made-up clients is imported while the server is killed, twice. What
// was reported as stored is there after each restart, nothing is there in part,
// and importing the file once more makes it whole without doubling anything.
func TestWhatWasReportedSurvivesAKill(t *testing.T) {
	const clients = 32_000
	data := t.TempDir()
	docs := make(map[string]*plainClient, clients)
	for doc := range demo.Clients(3, clients) {
		c := plainDocument(t, doc)
		docs[c.ExternalID] = c
	}
	for _, killAt := range []int{6_000, 14_000} {
		p := serve(t, data)
		reported := importUntil(p, clients, killAt)
		p.kill()

		p = serve(t, data)
		stored := p.externalIDs()
		for line := 1; line <= reported; line++ {
			if id := fmt.Sprintf("demo-%06d", line); stored[id] != 1 {
				t.Fatalf("line %d was reported as stored, %s is there %d times", line, id, stored[id])
			}
		}
		checkStored(p, stored, docs)
		p.stop()
	}
	p := serve(t, data)
	before := p.externalIDs()
	s := p.importFile("format=ndjson&key=externalId", demo.NewReader(3, clients))
	if s.Created != clients-len(before) || s.Unchanged != len(before) || s.Updated+s.Failed != 0 {
		t.Errorf("with %d of %d clients there, the file gave %+v", len(before), clients, s)
	}
	after := p.externalIDs()
	if len(after) != clients {
		t.Errorf("%d clients are there, want %d", len(after), clients)
	}
	checkStored(p, after, docs)
}

// importUntil imports the base and returns the last line that was reported,
// which is killAt or more, while the import is still on.
func importUntil(p *process, clients, killAt int) (line int) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	defer cancel()
	answer, err := p.send(ctx, request{method: "POST", path: "/api/v1/imports?format=ndjson&key=externalId",
		body: demo.NewReader(3, clients), header: map[string]string{"Accept": "application/x-ndjson"}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for line < killAt {
		if !lines.Scan() {
			p.t.Fatalf("the progress ended at line %d: %v", line, lines.Err())
		}
		progress := struct{ Line *int }{}
		if err := json.Unmarshal(lines.Bytes(), &progress); err != nil || progress.Line == nil {
			p.t.Fatalf("the import said %s (%v) before line %d", lines.Bytes(), err, killAt)
		}
		line = *progress.Line
	}
	return line
}

// externalIDs exports the base and counts each external id in it.
func (p *process) externalIDs() map[string]int {
	p.t.Helper()
	ids := map[string]int{}
	for line := range bytes.Lines(p.ask("GET", "/api/v1/exports/clients?format=ndjson", nil, nil).body) {
		ids[plainDocument(p.t, line).ExternalID]++
	}
	return ids
}

// checkStored compares the report with a count over the documents that are stored.
func checkStored(p *process, stored map[string]int, docs map[string]*plainClient) {
	p.t.Helper()
	want := newTally()
	for id, times := range stored {
		if docs[id] == nil || times != 1 {
			p.t.Fatalf("%q is stored %d times", id, times)
		}
		want.add(docs[id])
	}
	want.check(p)
}
