package rest_test

import (
	"os"
	"testing"
)

func TestSmoke(t *testing.T) {
	s := serve(t, nil)
	for _, p := range []string{"/healthz", "/readyz", "/openapi.json", "/docs", "/metrics", "/api/v1/clients"} {
		r := s.ask("GET", p, "")
		b := text(t, r)
		if len(b) > 800 {
			b = b[:800]
		}
		t.Log(p, r.Status, r.Header, b)
	}
	r := s.ask("POST", "/api/v1/clients", `{"name":"x"}`)
	t.Log(r.Status, r.Header, text(t, r))
	if os.Getenv("HOLD") != "" {
		t.Log(s.url)
		os.WriteFile("/tmp/rest.url", []byte(s.url), 0o644)
		select {}
	}
}
