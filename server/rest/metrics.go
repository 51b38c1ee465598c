package rest

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"assay/server/crm"
	"assay/server/store"
)

// metrics are the figures of one server, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_http_requests_total", Help: "Requests by method, route and status."}, []string{"method", "route", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assay_http_request_seconds", Help: "Time to an answer, or to the beginning of a streamed one.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30}}, []string{"method", "route"}),
	}
	m.registry.MustRegister(m.requests, m.latency, &baseCollector{server: s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name, places := range map[string]chan struct{}{"imports": s.imports, "exports": s.exports, "event_streams": s.streams} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "assay_" + name + "_running", Help: "How many run now."}, func() float64 { return float64(len(places)) }))
	}
	return m
}

// observe counts a request. Requests that no route answered share one label, so
// that strangers cannot make up labels.
func (m *metrics) observe(c *fiber.Ctx, status int, took time.Duration) {
	path := c.Route().Path
	if path == "/" || path == "" {
		path = "none"
	}
	m.requests.WithLabelValues(c.Method(), path, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(c.Method(), path).Observe(took.Seconds())
}

// baseCollector reads the base's figures when they are asked for.
type baseCollector struct{ server *Server }

var (
	clientsDesc  = prometheus.NewDesc("assay_clients", "Clients stored.", nil, nil)
	fileDesc     = prometheus.NewDesc("assay_store_bytes", "Size of the store's file.", nil, nil)
	eventDesc    = prometheus.NewDesc("assay_events_seq", "Number of the newest event.", nil, nil)
	findingsDesc = prometheus.NewDesc("assay_findings", "Open findings by rule.", []string{"rule"}, nil)
	errorsDesc   = prometheus.NewDesc("assay_rule_errors", "Clients a rule could not judge.", []string{"rule"}, nil)
	pendingDesc  = prometheus.NewDesc("assay_pending_clients", "Clients a rule has not judged since it changed.", []string{"rule"}, nil)
)

// Describe implements prometheus.Collector.
func (b *baseCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{clientsDesc, fileDesc, eventDesc, findingsDesc, errorsDesc, pendingDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (b *baseCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(b.server.work, 10*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, value int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
	}
	stats, err := b.server.Store.Stats(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(clientsDesc, fmt.Errorf("read the store's figures: %w", err))
		return
	}
	gauge(clientsDesc, stats.Clients)
	gauge(fileDesc, stats.FileBytes)
	if last, err := b.server.Store.LastEvent(ctx); err == nil {
		gauge(eventDesc, last)
	}
	rules, err := b.rules(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(findingsDesc, fmt.Errorf("count findings: %w", err))
		return
	}
	for _, r := range rules {
		gauge(findingsDesc, r.Findings, r.Rule)
		gauge(errorsDesc, r.Errors, r.Rule)
		gauge(pendingDesc, r.Pending, r.Rule)
	}
}

// rules counts what every rule says of the whole base.
func (b *baseCollector) rules(ctx context.Context) ([]store.RuleCount, error) {
	objects, err := b.server.Store.Objects(ctx, "Rule")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = o.Name
	}
	q, err := b.server.Store.Quality(ctx, crm.Everything, store.QualityQuery{Query: store.Query{Limit: 1}, Report: names})
	return q.Rules, err
}

// serveMetrics writes the figures as text.
func serveMetrics(x *exchange) error {
	h := promhttp.HandlerFor(x.metrics.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, DisableCompression: true})
	return adaptor.HTTPHandler(h)(x.c)
}
