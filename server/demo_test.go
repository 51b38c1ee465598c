package server_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"testing"

	"assay/server"
	"assay/server/crm"
)

// served answers requests until the test ends.
func served(t *testing.T, s *server.Server) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

func qualityReport(t *testing.T, url, token string) (report crm.QualityReport) {
	t.Helper()
	rq, err := http.NewRequest("GET", url+"/api/v1/reports/quality?limit=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&report); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the quality report answers %s: %v", answer.Status, err)
	}
	return report
}

func TestDemoFillsAnEmptyBaseOnce(t *testing.T) {
	ctx := context.Background()
	s, err := server.Open(ctx, server.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	const n = 5000
	told := int64(0)
	err = s.FillDemo(ctx, server.Demo{Clients: n, Progress: func(stored int64) {
		if stored <= told {
			t.Errorf("progress went from %d to %d", told, stored)
		}
		told = stored
	}})
	if err != nil || told != n {
		t.Fatalf("stored %d of %d clients: %v", told, n, err)
	}
	report := qualityReport(t, served(t, s), s.Token)
	if report.Clients != n || report.Pending != 0 || len(report.Rules) != 5 {
		t.Errorf("the report counts %d clients, %d pending, by %d rules; want %d, 0, 5", report.Clients, report.Pending, len(report.Rules), n)
	}
	for _, r := range report.Rules {
		if r.State != crm.RuleCurrent || r.Findings == 0 || r.Errors > 0 {
			t.Errorf("%s is %s with %d findings and %d errors; a neglected base has findings of every rule", r.Name, r.State, r.Findings, r.Errors)
		}
	}
	if err := s.FillDemo(ctx, server.Demo{Clients: 1}); err == nil {
		t.Error("a base with clients was filled with more")
	}
}
