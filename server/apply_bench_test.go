package server_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"

	"assay/server"
	"assay/server/api"
)

// BenchmarkApplyHundred applies 100 rules one after the other over HTTP, as `assay
// apply -f DIR` does: each is validated, compiled, tried on stored clients and
// on disk when it is answered. The base is small, so that no sweep is in the way.
func BenchmarkApplyHundred(b *testing.B) {
	const rules, clients = 100, 300
	ctx, stop := context.WithCancel(b.Context())
	s, err := server.Open(ctx, server.Config{Data: b.TempDir(), Version: "test"})
	if err != nil {
		b.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	defer func() {
		stop()
		<-ended
		_ = s.Close()
	}()
	c := api.NewClient("http://"+ln.Addr().String(), s.Token)
	var file bytes.Buffer
	for i := range clients {
		fmt.Fprintf(&file, `{"kind":"company","name":"Chamomile %d"}`+"\n", i)
	}
	if _, err := c.Import(ctx, &file, api.ImportOptions{Format: "ndjson"}, nil); err != nil {
		b.Fatal(err)
	}
	for round := 0; b.Loop(); round++ {
		for i := range rules {
			name := fmt.Sprintf("rule-%d", i)
			text := fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":%q},"spec":{"type":"Quality",
				"require":"client.region != 'r%d' && client.channels.size() < %d","message":{"en":"{{ client.name }}"}}}`, name, i, 100+round)
			if _, err := c.Apply(ctx, api.KindRule, name, []byte(text), false); err != nil {
				b.Fatal(err)
			}
		}
	}
}
