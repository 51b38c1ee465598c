package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/server/demo"
)

// The benchmarks of this file measure the real binary from outside, with the
// five default rules: ASSAY_BENCH_CLIENTS clients (100,000 unless set) of
// about 700 bytes.

func benchClients(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("ASSAY_BENCH_CLIENTS"))
	if err != nil {
		return 100_000
	}
	return n
}

// measured is a running server as its process shows it.
type measured struct {
	b     *testing.B
	cmd   *exec.Cmd
	url   string
	token string
	bin   string
	data  string

	written int // clients, by writes
}

func startMeasured(b *testing.B, bin, data string) *measured {
	b.Helper()
	m := &measured{b: b, bin: bin, data: data}
	m.cmd = exec.Command(bin, "serve", "--data", data, "--listen", "127.0.0.1:0")
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	m.cmd.Stderr = os.Stderr
	if err := m.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, rest, found := strings.Cut(lines.Text(), "http://"); found {
			m.url = "http://" + strings.TrimRight(strings.Fields(rest)[0], "/.,")
			m.url = strings.TrimSuffix(m.url, "/docs")
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	token, err := os.ReadFile(filepath.Join(data, "admin-token"))
	if err != nil || m.url == "" {
		b.Fatalf("the server did not say where it listens: %v", err)
	}
	m.token = strings.TrimSpace(string(token))
	return m
}

func (m *measured) stop() {
	if err := m.cmd.Process.Signal(os.Interrupt); err != nil {
		m.b.Error(err)
	}
	if err := m.cmd.Wait(); err != nil {
		m.b.Error(err)
	}
}

func (m *measured) do(method, path string, body io.Reader, header ...string) []byte {
	m.b.Helper()
	rq, err := http.NewRequest(method, m.url+path, body)
	if err != nil {
		m.b.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+m.token)
	for i := 0; i+1 < len(header); i += 2 {
		rq.Header.Set(header[i], header[i+1])
	}
	rs, err := http.DefaultClient.Do(rq)
	if err != nil {
		m.b.Fatal(err)
	}
	defer rs.Body.Close()
	answer, err := io.ReadAll(rs.Body)
	if err != nil || rs.StatusCode >= 300 {
		m.b.Fatalf("%s %s: %s %v %s", method, path, rs.Status, err, answer)
	}
	return answer
}

// memory returns the process's memory in bytes, as memoryOf counts.
func (m *measured) memory() int64 {
	bytes, err := memoryOf(m.cmd.Process.Pid)
	if err != nil {
		m.b.Error(err)
	}
	return bytes
}

// processor returns the processor time the process has used.
func (m *measured) processor() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.cmd.Process.Pid))
	if err != nil {
		m.b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.ParseInt(f[11], 10, 64)
	system, _ := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * (time.Second / 100)
}

// importAll imports n generated clients and returns the most memory seen meanwhile.
func (m *measured) importAll(n int) (peak int64) {
	body, w := io.Pipe()
	go func() {
		buffered := bufio.NewWriterSize(w, 1<<20)
		for doc := range demo.Clients(1, n) {
			_, _ = buffered.Write(doc)
		}
		_ = w.CloseWithError(buffered.Flush())
	}()
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			peak = max(peak, m.memory())
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	answer := m.do("POST", "/api/v1/imports?format=ndjson&key=externalId", body, "Content-Type", "application/x-ndjson")
	close(done)
	watching.Wait()
	var summary struct{ Created, Failed int }
	if err := json.Unmarshal(answer, &summary); err != nil || summary.Created != n {
		m.b.Fatalf("import answered %.500s (%v)", answer, err)
	}
	return peak
}

func buildForBench(b *testing.B) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "assay")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return bin
}

func BenchmarkBase(b *testing.B) {
	bin, n := buildForBench(b), benchClients(b)
	data := b.TempDir()
	b.Run("Import", func(b *testing.B) {
		var peak int64
		for range b.N {
			b.StopTimer()
			if err := os.RemoveAll(data); err != nil {
				b.Fatal(err)
			}
			m := startMeasured(b, bin, data)
			b.StartTimer()
			peak = max(peak, m.importAll(n))
			b.StopTimer()
			m.stop()
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "clients/s")
		b.ReportMetric(float64(peak)/1e6, "MB-anon")
	})
	b.Run("Open", func(b *testing.B) {
		for range b.N {
			m := startMeasured(b, bin, data)
			m.do("GET", "/readyz", nil)
			b.StopTimer()
			m.stop()
			b.StartTimer()
		}
	})
	m := startMeasured(b, bin, data)
	defer m.stop()
	b.Run("Report", func(b *testing.B) { latencies(b, 200, func(int) { m.do("GET", "/api/v1/reports/quality", nil) }) })
	for name, filter := range map[string]string{ // none finds a client: the whole base is gone through
		"Text":         `client.legalForm == "none" && client.taxId != ""`,
		"ThreeFields":  `client.companySize == "small" && size(client.contacts) > 50 && client.activity.revenue > 5.0`,
		"FacetAndText": `client.manager == "i.lipkina" && client.legalForm == "none"`,
		"Facets":       `client.manager == "i.lipkina" && client.status in ["none", "never"]`,
	} {
		path := "/api/v1/clients?filter=" + url.QueryEscape(filter)
		b.Run("Filter/"+name, func(b *testing.B) { m.filterAll(b, path) })
	}
	b.Run("Put16", func(b *testing.B) { m.b = b; m.putAll(n) })
}

// filterAll asks for a list as often as the machine's noise makes necessary.
func (m *measured) filterAll(b *testing.B, path string) {
	m.do("GET", path, nil) // compiled, and the base is in the page cache
	before := m.processor()
	const times = 20
	latencies(b, times, func(int) { m.do("GET", path, nil) })
	b.ReportMetric(float64((m.processor()-before).Milliseconds())/float64(max(b.N, times)), "cpu-ms/op")
}

// latencies runs do b.N times, at least so often, and reports the 50th and 99th percentile.
func latencies(b *testing.B, times int, do func(i int)) {
	var took []time.Duration
	for i := range max(b.N, times) {
		start := time.Now()
		do(i)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "us-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "us-p99")
}

// putAll replaces clients by what they are but for a note and, every other
// time, their main manager, from 16 writers at once.
func (m *measured) putAll(n int) {
	const writers, templates = 16, 20_000
	const stride = 7919 // prime: neighbours in time are far apart in the base
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = writers
	var docs [][]byte
	for doc := range demo.Clients(1, templates) {
		var client map[string]any
		if err := json.Unmarshal(doc, &client); err != nil {
			m.b.Fatal(err)
		}
		delete(client, "externalId")
		client["notes"] = "written @time"
		if client["manager"] = ""; len(docs)%2 == 0 {
			client["manager"] = "i.lipkina"
		}
		template, err := json.Marshal(client)
		if err != nil {
			m.b.Fatal(err)
		}
		docs = append(docs, template)
	}
	var next atomic.Int64
	before := m.processor()
	total := int64(max(m.b.N, 20_000))
	m.b.ResetTimer()
	var work sync.WaitGroup
	for range writers {
		work.Go(func() {
			for i := next.Add(1); i <= total; i = next.Add(1) {
				at := i * stride % templates
				doc := bytes.Replace(docs[at], []byte("@time"), strconv.AppendInt(nil, i, 10), 1)
				path := fmt.Sprintf("/api/v1/clients?externalId=demo-%06d", 1+at)
				m.do("PUT", path, bytes.NewReader(doc), "Content-Type", "application/json")
			}
		})
	}
	work.Wait()
	m.b.StopTimer()
	m.b.ReportMetric(float64((m.processor()-before).Microseconds())/float64(total), "cpu-us/put")
	m.b.ReportMetric(float64(total)/m.b.Elapsed().Seconds(), "puts/s")
}
