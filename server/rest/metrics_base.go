package rest

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// baseCollector reads the figures of the base and of its rules when they are asked for.
type baseCollector struct{ server *Server }

// figure describes a figure, of a rule when labels say so.
func figure(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	clientsDesc  = figure("assay_clients", "Clients stored.")
	fileDesc     = figure("assay_store_bytes", "Size of the store's file.")
	eventDesc    = figure("assay_events_seq", "Number of the newest event.")
	findingsDesc = figure("assay_findings", "Open findings by rule.", "rule")
	errorsDesc   = figure("assay_rule_errors", "Clients a rule could not judge.", "rule")
	pendingDesc  = figure("assay_pending_clients", "Clients a rule has not judged since it changed.", "rule")

	evaluationsDesc = figure("assay_rule_evaluations_total", "Clients a rule was run on, each time it was, failures included.", "rule")
	foundDesc       = figure("assay_rule_findings_total", "Findings that came of a rule's evaluations, known ones included.", "rule")
	failuresDesc    = figure("assay_rule_evaluation_errors_total", "Evaluations in which a rule could not judge the client.", "rule")
	secondsDesc     = figure("assay_rule_evaluation_seconds_total", "Time spent in a rule's evaluations.", "rule")
	fuelDesc        = figure("assay_rule_fuel", "Fuel a rule spent on a client, in units, within 3 %; quantile 1 is exact.", "rule")
	quarantinedDesc = figure("assay_rule_quarantined", "1 while a rule is not asked because it failed too much.", "rule")
	memoryDesc      = figure("assay_rule_memory_peak_bytes", "The most memory an instance of a rule's module had.", "rule")
)

// Describe implements prometheus.Collector.
func (b *baseCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{clientsDesc, fileDesc, eventDesc, findingsDesc, errorsDesc, pendingDesc,
		evaluationsDesc, foundDesc, failuresDesc, secondsDesc, fuelDesc, memoryDesc, quarantinedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (b *baseCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(b.server.work, 10*time.Second)
	defer cancel()
	b.collectStore(ctx, ch)
	set := b.server.Reconciler.Current()
	if err := b.collectResults(ctx, ch, set); err != nil {
		ch <- prometheus.NewInvalidMetric(findingsDesc, fmt.Errorf("count findings: %w", err))
	}
	for _, r := range set.Rules {
		collectRule(ch, r)
	}
}

func gauge(ch chan<- prometheus.Metric, d *prometheus.Desc, value int64, labels ...string) {
	ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
}

func (b *baseCollector) collectStore(ctx context.Context, ch chan<- prometheus.Metric) {
	stats, err := b.server.Store.Stats(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(clientsDesc, fmt.Errorf("read the store's figures: %w", err))
		return
	}
	gauge(ch, clientsDesc, stats.Clients)
	gauge(ch, fileDesc, stats.FileBytes)
	if last, err := b.server.Store.LastEvent(ctx); err == nil {
		gauge(ch, eventDesc, last)
	}
}

// collectResults counts what every rule says of the whole base.
func (b *baseCollector) collectResults(ctx context.Context, ch chan<- prometheus.Metric, set *engine.Set) error {
	names := make([]string, len(set.Rules))
	for i, r := range set.Rules {
		names[i] = r.Name
	}
	q, err := b.server.Store.Quality(ctx, crm.Everything, store.QualityQuery{Report: names})
	if err != nil {
		return err
	}
	for _, r := range q.Rules {
		gauge(ch, findingsDesc, r.Findings, r.Rule)
		gauge(ch, errorsDesc, r.Errors, r.Rule)
		gauge(ch, pendingDesc, r.Pending, r.Rule)
	}
	return nil
}

// collectRule tells what a rule has done since it was compiled.
func collectRule(ch chan<- prometheus.Metric, r *engine.Rule) {
	s := r.Stats()
	counter := func(d *prometheus.Desc, value float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, r.Name)
	}
	counter(evaluationsDesc, float64(s.Evaluated))
	counter(foundDesc, float64(s.Findings))
	counter(failuresDesc, float64(s.Errors))
	counter(secondsDesc, s.Time.Seconds())
	gauge(ch, memoryDesc, s.MemoryPeak, r.Name)
	var quarantined int64
	if r.Quarantine() != nil {
		quarantined = 1
	}
	gauge(ch, quarantinedDesc, quarantined, r.Name)
	ch <- prometheus.MustNewConstSummary(fuelDesc, uint64(s.Fuel.Records), float64(s.Fuel.Sum),
		map[float64]float64{0.5: float64(s.Fuel.P50), 0.99: float64(s.Fuel.P99), 1: float64(s.Fuel.Max)}, r.Name)
}
