package main_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a soak holds the server to.
const (
	slowest99   = 50 * time.Millisecond // /healthz, 99 of 100
	fewSamples  = 100                   // fewer than that of a guest have no p99 of their own
	mostGrowth  = 64 << 20              // memory
	healthEvery = 20 * time.Millisecond
	settleTime  = 150 * time.Second // Go collects at least every 2 minutes
)

// gauge measures a server from outside. All its methods may be called on nil, which measures nothing.
type gauge struct {
	p      *process
	before usage // after the import, settled
	stop   chan struct{}
	ended  sync.WaitGroup
	end    func() // stops measuring

	mu     sync.Mutex
	guest  string // that is tried
	health []sample
	peak   int64 // memory
}

// usage is what a process holds.
type usage struct {
	memory      int64 // bytes, as memoryOf counts
	descriptors int   // open
}

// sample is how long one question for the health took, from when it was due.
type sample struct {
	guest string
	took  time.Duration
}

// startGauge measures a server that nobody else uses yet, and goes on measuring it.
func startGauge(p *process) *gauge {
	g := &gauge{p: p, stop: make(chan struct{})}
	g.end = sync.OnceFunc(func() {
		close(g.stop)
		g.ended.Wait()
	})
	p.t.Cleanup(g.end)
	g.before = g.settled()
	g.ended.Go(g.askHealth)
	g.ended.Go(g.watchMemory)
	return g
}

// during notes the guest that is tried until the function it returns is called.
func (g *gauge) during(guest string) func() {
	if g == nil {
		return func() {}
	}
	note := func(guest string) {
		g.mu.Lock()
		g.guest = guest
		g.mu.Unlock()
	}
	note(guest)
	return func() { note("") }
}

// askHealth asks for the health at fixed times, whether or not it was answered before.
func (g *gauge) askHealth() {
	tick := time.NewTicker(healthEvery)
	defer tick.Stop()
	for {
		select {
		case <-g.stop:
			return
		case due := <-tick.C:
			g.ended.Go(func() { g.ask(due) })
		}
	}
}

func (g *gauge) ask(due time.Time) {
	g.mu.Lock()
	s := sample{guest: g.guest}
	g.mu.Unlock()
	answer, err := http.Get(g.p.url + "/healthz")
	if err != nil || answer.StatusCode != http.StatusOK {
		g.p.t.Errorf("/healthz: %v", err)
		return
	}
	_ = answer.Body.Close()
	s.took = time.Since(due)
	g.mu.Lock()
	g.health = append(g.health, s)
	g.mu.Unlock()
}

func (g *gauge) watchMemory() {
	for {
		now, err := memoryOf(g.p.cmd.Process.Pid)
		if err != nil {
			g.p.t.Errorf("the memory of the server: %v", err)
			return
		}
		g.mu.Lock()
		g.peak = max(g.peak, now)
		g.mu.Unlock()
		select {
		case <-g.stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// settled is the least that the server holds while it has nothing to do, long enough for Go to collect and
// to give back, and for the server to hang up on clients that ask for nothing.
func (g *gauge) settled() usage {
	g.p.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	least := usage{math.MaxInt64, math.MaxInt}
	for end := time.Now().Add(settleTime); time.Now().Before(end); time.Sleep(time.Second) {
		memory, err := memoryOf(g.p.cmd.Process.Pid)
		if err != nil {
			g.p.t.Fatalf("the memory of the server: %v", err)
		}
		descriptors, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", g.p.cmd.Process.Pid))
		if err != nil {
			g.p.t.Fatalf("the open descriptors of the server: %v", err)
		}
		least = usage{min(least.memory, memory), min(least.descriptors, len(descriptors))}
	}
	return least
}

// judge ends the measuring, prints the figures and holds them against the limits.
func (g *gauge) judge(t *testing.T) {
	if g == nil {
		return
	}
	t.Helper()
	g.end()
	judgeHealth(t, g.health)
	after := g.settled()
	t.Logf("memory: before %d MiB, peak %d MiB (%+d), after %d MiB (%+d)", g.before.memory>>20,
		g.peak>>20, (g.peak-g.before.memory)>>20, after.memory>>20, (after.memory-g.before.memory)>>20)
	t.Logf("open descriptors: before %d, after %d", g.before.descriptors, after.descriptors)
	if grown := after.memory - g.before.memory; grown >= mostGrowth {
		t.Errorf("memory grew by %d MiB, want less than %d", grown>>20, mostGrowth>>20)
	}
	if after.descriptors > g.before.descriptors {
		t.Errorf("there are %d open descriptors, and were %d", after.descriptors, g.before.descriptors)
	}
}

// judgeHealth holds the p99 of all samples against the limit, and that of each guest with enough of them.
func judgeHealth(t *testing.T, samples []sample) {
	t.Helper()
	all, byGuest := make([]time.Duration, len(samples)), map[string][]time.Duration{}
	for i, s := range samples {
		all[i] = s.took
		byGuest[s.guest] = append(byGuest[s.guest], s.took)
	}
	if len(all) < fewSamples {
		t.Fatalf("/healthz was asked %d times, want %d at least", len(all), fewSamples)
	}
	slices.Sort(all)
	t.Logf("/healthz, %d times: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms", len(all), quantile(all, 0.5), quantile(all, 0.99), quantile(all, 0.999), quantile(all, 1))
	if p99 := quantile(all, 0.99); p99 >= ms(slowest99) {
		t.Errorf("/healthz: p99 is %.1f ms, want less than %.1f", p99, ms(slowest99))
	}
	for _, took := range byGuest {
		slices.Sort(took)
	}
	slowestFirst := slices.SortedFunc(maps.Keys(byGuest), func(a, b string) int {
		return cmp.Or(cmp.Compare(quantile(byGuest[b], 1), quantile(byGuest[a], 1)), cmp.Compare(a, b))
	})
	for i, guest := range slowestFirst {
		took := byGuest[guest]
		p99 := quantile(took, 0.99)
		line := fmt.Sprintf("/healthz during %s, %d times: p99 %.1f ms, max %.1f ms", cmp.Or(guest, "no guest"), len(took), p99, quantile(took, 1))
		if len(took) >= fewSamples && p99 >= ms(slowest99) {
			t.Errorf("%s; want a p99 of less than %.1f", line, ms(slowest99))
		} else if i < 15 {
			t.Log(line)
		}
	}
}

// quantile returns that share of what is sorted, in milliseconds.
func quantile(sorted []time.Duration, share float64) float64 {
	return ms(sorted[int(share*float64(len(sorted)-1))])
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// memoryOf returns the bytes of a process's memory that no file backs: what is anonymous, and what is shared, which
// the images of modules in memfds are.
func memoryOf(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, field := range []string{"RssAnon:", "RssShmem:"} {
		_, rest, _ := strings.Cut(string(status), field)
		value, _, found := strings.Cut(rest, " kB")
		kb, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		if !found || err != nil {
			return 0, fmt.Errorf("no %s of a number of kB in the status of process %d", field, pid)
		}
		sum += kb << 10
	}
	return sum, nil
}
