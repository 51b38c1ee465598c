package main_test

import (
	"fmt"
	"maps"
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
	mostGrowth  = 64 << 20              // anonymous memory
	healthEvery = 20 * time.Millisecond
	settleTime  = 150 * time.Second // Go collects at least every 2 minutes
)

// gauge measures a server from outside. All its methods may be called on nil, which measures nothing.
type gauge struct {
	p      *process
	before int64 // anonymous memory after the import, settled
	stop   chan struct{}
	ended  sync.WaitGroup
	end    func() // stops measuring

	mu     sync.Mutex
	guest  string // that is tried
	health []sample
	peak   int64
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
	g.before = g.settledMemory()
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
		now := anonymous(g.p.cmd.Process.Pid)
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

// settledMemory is the least anonymous memory while the server has nothing to do, long enough for Go to
// collect and to give back.
func (g *gauge) settledMemory() int64 {
	least := anonymous(g.p.cmd.Process.Pid)
	for end := time.Now().Add(settleTime); time.Now().Before(end); time.Sleep(time.Second) {
		least = min(least, anonymous(g.p.cmd.Process.Pid))
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
	after := g.settledMemory()
	var all answers
	guests := map[string]answers{}
	for _, s := range g.health {
		all = append(all, s.took)
		guests[s.guest] = append(guests[s.guest], s.took)
	}
	t.Logf("/healthz: %s", all.figures())
	slowest := slices.SortedFunc(maps.Keys(guests), func(a, b string) int { return int(slices.Max(guests[b]) - slices.Max(guests[a])) })
	for _, guest := range slowest[:min(15, len(slowest))] {
		t.Logf("  during %-24s %s", guest, guests[guest].figures())
	}
	t.Logf("anonymous memory: before %d MiB, peak %d MiB, after %d MiB", g.before>>20, g.peak>>20, after>>20)
	if p99 := all.at(0.99); p99 >= slowest99 {
		t.Errorf("/healthz: p99 is %.1f ms, want less than %.1f", ms(p99), ms(slowest99))
	}
	if after-g.before >= mostGrowth {
		t.Errorf("anonymous memory grew by %d MiB, want less than %d", (after-g.before)>>20, mostGrowth>>20)
	}
}

// answers are how long answers took.
type answers []time.Duration

// at is the time that a share of them did not exceed.
func (a answers) at(share float64) time.Duration {
	slices.Sort(a)
	return a[int(share*float64(len(a)-1))]
}

func (a answers) figures() string {
	return fmt.Sprintf("%5d times, p50 %6.1f ms, p99 %6.1f ms, p99.9 %6.1f ms, max %6.1f ms", len(a), ms(a.at(0.5)), ms(a.at(0.99)), ms(a.at(0.999)), ms(a.at(1)))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// anonymous returns a process's anonymous memory in bytes (RssAnon): what it has mapped of files is none of it.
func anonymous(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kb, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return kb << 10
}
