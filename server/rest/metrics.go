package rest

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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
	m.registry.MustRegister(m.requests, m.latency, &baseCollector{server: s}, &webhookCollector{server: s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name, places := range map[string]chan struct{}{"imports": s.imports, "exports": s.exports, "event_streams": s.streams} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "assay_" + name + "_running", Help: "How many run now."}, func() float64 { return float64(len(places)) }))
	}
	if s.Folder != nil {
		m.registry.MustRegister(
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "assay_folder_objects", Help: "Objects that the rules folder declares."},
				func() float64 { return float64(s.Folder().Objects) }),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "assay_folder_faults", Help: "What keeps the rules folder from being in force as it stands."},
				func() float64 { return float64(len(s.Folder().Faults)) }))
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

// serveMetrics writes the figures as text.
func serveMetrics(x *exchange) error {
	h := promhttp.HandlerFor(x.metrics.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, DisableCompression: true})
	return adaptor.HTTPHandler(h)(x.c)
}
