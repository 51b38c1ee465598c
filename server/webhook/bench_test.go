package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkDeliveries sends events of many clients to a receiver that takes them
// at once; a bare client that sends the same number of empty requests, eight at a
// time, is what there is to compare it with.
func BenchmarkDeliveries(b *testing.B) {
	w := newWorld(b).open()
	taken := make(chan struct{}, 1024)
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { taken <- struct{}{} }))
	b.Cleanup(s.Close)
	w.apply("crm", everything(s.URL))
	b.ResetTimer()
	clients := make([]int64, 0, 1000)
	for i := range b.N {
		if clients = append(clients, int64(i%5000)+1); len(clients) == cap(clients) || i == b.N-1 {
			w.happen(clients...)
			clients = clients[:0]
		}
	}
	for range b.N {
		<-taken
	}
}

func BenchmarkBareRequests(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(s.Close)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	jobs, ended := make(chan struct{}), make(chan struct{})
	for range 8 {
		go func() {
			defer func() { ended <- struct{}{} }()
			for range jobs {
				answer, err := client.Post(s.URL, "application/json", http.NoBody)
				if err != nil {
					b.Error(err)
					return
				}
				_ = answer.Body.Close()
			}
		}()
	}
	for b.Loop() {
		jobs <- struct{}{}
	}
	close(jobs)
	for range 8 {
		<-ended
	}
}
