package rest_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"assay/server/rest"
)

// FuzzRequest sends what nobody meant to send: no request may be an error of the
// server, and every answer is well-formed.
func FuzzRequest(f *testing.F) {
	f.Add("/api/v1/clients?limit=1&tag=a", "7", "ru;q=0.3", "")
	f.Add("/api/v1/clients/1?dryRun=maybe", `W/"9223372036854775808"`, "*;q=0", "{}")
	f.Add("/api/v1/clients/%2e%2e/x", `"`, ";;,;q=", "\x00")
	f.Add("/api/v1/clients?filter=%ff%00&q=%D0", "*", "zh-Hant-TW-x-a", "[")
	f.Add("/api/v1/events?after=18446744073709551616", "", "", "")
	s := newFuzzServer(f)
	f.Fuzz(func(t *testing.T, path, ifMatch, language, body string) {
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		for _, method := range []string{"GET", "PATCH", "PUT"} {
			req, err := http.NewRequestWithContext(t.Context(), method, s+path, strings.NewReader(body))
			if err != nil {
				t.Skip("not an address")
			}
			req.Header = http.Header{"Authorization": {"Bearer secret"}, "If-Match": {ifMatch}, "Accept-Language": {language}}
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Skip("not a request") // net/http refuses to send it
			}
			if resp.StatusCode >= 500 {
				t.Errorf("%s %q: %s", method, path, resp.Status)
			}
			_ = resp.Body.Close()
		}
	})
}

func newFuzzServer(f *testing.F) string {
	r := newRooms()
	s, err := rest.New(rest.Config{Store: r, Intake: r, Reconciler: objects{r}, Report: reports{r}, Fixes: fixes{}, Webhooks: hooks{}, Differ: differs{r}, Tokens: tokens{}})
	if err != nil {
		f.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ln) }()
	f.Cleanup(func() {
		if err := s.Shutdown(f.Context()); err != nil && f.Context().Err() == nil {
			f.Error(err)
		}
		<-ended
	})
	return "http://" + ln.Addr().String()
}
