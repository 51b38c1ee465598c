package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules/builtin"
)

// BenchmarkWritesDuringSweep measures single writes of one writer, in turns without and with a sweep of the whole base beside
// them, and tells the ratio of their 99th percentiles. A rule is changed again whenever the sweep is over.
func BenchmarkWritesDuringSweep(b *testing.B) {
	n := benchClients(b)
	m := startMeasured(b, buildForBench(b), b.TempDir())
	defer m.stop()
	m.importAll(n)
	const rounds, writes = 10, 200
	var alone, beside []time.Duration
	swept := 0
	for range rounds {
		m.untilSwept()
		alone = append(alone, m.writes(n, writes, func() {})...)
		beside = append(beside, m.writes(n, writes, func() {
			if m.sweepState() == "idle" {
				swept++
				m.do("PUT", "/api/v1/rules/main-manager", strings.NewReader(fmt.Sprintf(changingRule, [...]string{"notes", "manager"}[swept%2])), "Content-Type", "application/yaml")
			}
		})...)
	}
	p50, p99 := percentiles(alone)
	p50s, p99s := percentiles(beside)
	b.ReportMetric(float64(p50.Microseconds()), "us-p50-alone")
	b.ReportMetric(float64(p50s.Microseconds()), "us-p50-sweep")
	b.ReportMetric(float64(p99.Microseconds()), "us-p99-alone")
	b.ReportMetric(float64(p99s.Microseconds()), "us-p99-sweep")
	b.ReportMetric(float64(p99s)/float64(p99), "p99-ratio")
	b.ReportMetric(float64(swept), "sweeps")
}

const changingRule = `{apiVersion: assay/v1, kind: Rule, metadata: {name: main-manager}, spec: {type: Quality, severity: warning,
  require: client.manager != "", path: %s, message: {en: No main manager}}}`

// writes writes clients one after another and tells how long each took; between is called after every tenth.
func (m *measured) writes(clients, n int, between func()) (took []time.Duration) {
	for i := range n {
		if i%10 == 0 {
			between()
		}
		m.written++
		body := strings.NewReader(fmt.Sprintf(`{"notes":"written %d"}`, m.written))
		id := 1 + m.written*7919%clients
		start := time.Now()
		m.do("PATCH", fmt.Sprintf("/api/v1/clients/%d", id), body, "Content-Type", "application/json")
		took = append(took, time.Since(start))
	}
	return took
}

func (m *measured) sweepState() string {
	var status struct{ State string }
	if err := json.Unmarshal(m.do("GET", "/api/v1/sweep", nil), &status); err != nil {
		m.b.Fatal(err)
	}
	return status.State
}

func (m *measured) untilSwept() {
	for m.sweepState() != "idle" {
		time.Sleep(10 * time.Millisecond)
	}
}

func percentiles(took []time.Duration) (p50, p99 time.Duration) {
	slices.Sort(took)
	return took[len(took)/2], took[len(took)*99/100]
}

// BenchmarkSweeps measures sweeps from the answer to the last change of the rules until the server says that nothing is left: the five
// default rules when nothing is known, and one of them after a change that makes all its findings others. Beside the wall's time it tells the server's processor
// time, which others on the machine do not lengthen.
func BenchmarkSweeps(b *testing.B) {
	n := benchClients(b)
	m := startMeasured(b, buildForBench(b), b.TempDir())
	defer m.stop()
	m.importAll(n)
	b.Run("FiveFromNothing", func(b *testing.B) {
		m.b = b
		m.sweeps(func() {
			for _, d := range builtin.All() {
				m.do("DELETE", "/api/v1/rules/"+d.Name, nil)
			}
		}, func() {
			for _, d := range builtin.All() {
				m.do("PUT", "/api/v1/rules/"+d.Name, bytes.NewReader(d.Manifest), "Content-Type", "application/yaml")
			}
		})
	})
	changed := 0
	b.Run("OneChanged", func(b *testing.B) {
		m.b = b
		m.sweeps(func() {}, func() {
			changed++
			m.do("PUT", "/api/v1/rules/main-manager", strings.NewReader(fmt.Sprintf(changingRule, [...]string{"notes", "manager"}[changed%2])), "Content-Type", "application/yaml")
		})
	})
}

func (m *measured) sweeps(prepare, change func()) {
	var used time.Duration
	for m.b.Loop() {
		m.b.StopTimer()
		prepare()
		before := m.processor()
		change()
		m.b.StartTimer()
		m.untilSwept()
		used += m.processor() - before
	}
	m.b.ReportMetric(float64(used.Milliseconds())/float64(m.b.N), "cpu-ms/op")
}
