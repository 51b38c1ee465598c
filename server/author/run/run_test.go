package run_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"assay/server/author"
	"assay/server/author/clients"
	"assay/server/author/run"
	"assay/server/demo"
)

var now = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

const manifests = `apiVersion: assay/v1
kind: Rule
metadata: {name: region}
spec:
  type: Quality
  severity: error
  require: client.region != ""
  path: region
  message: {en: "{{ client.name }} is nowhere", ru: "{{ client.name }} нигде"}
---
apiVersion: assay/v1
kind: Rule
metadata: {name: size}
spec:
  type: Segmentation
  labels: {large: {}, small: {}}
  label: 'client.companySize == "large" ? "large" : client.companySize == "small" ? "small" : ""'
  reason: {en: "it is {{ client.companySize }}"}
---
apiVersion: assay/v1
kind: Rule
metadata: {name: shaky}
spec:
  type: Quality
  require: 10 / (size(client.tags) - 1) > 0
  message: {en: few tags}
`

func open(t *testing.T) *author.Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rule.yaml"), []byte(manifests), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := author.Open(t.Context(), dir, author.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	return p
}

func reader(t *testing.T, p *author.Project, file io.Reader) *clients.Reader {
	t.Helper()
	r, err := clients.NewReader(clients.NewCards(p, now), clients.File{Reader: file, Name: "f", Format: "ndjson"}, func(b clients.BadLine) error { return &b })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestOver(t *testing.T) {
	p := open(t)
	file := `{"name":"Anna","companySize":"large"}
{"name":"Boris","region":"Москва","companySize":"small","tags":["vip"]}
{"name":"Clara","region":"Київ","tags":["a","b"]}`
	var said []run.Said
	s, err := run.Over(t.Context(), p, reader(t, p, strings.NewReader(file)), run.Options{Now: now, Language: "ru", Said: func(s *run.Said) error {
		said = append(said, *s)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range said {
		if said[i].Fuel <= 0 {
			t.Errorf("fuel %d", said[i].Fuel)
		}
		said[i].Fuel = 0
	}
	anna, boris := clients.Client{Name: "Anna"}, clients.Client{Name: "Boris"}
	want := []run.Said{
		{Line: 1, Client: anna, Rule: "region", Findings: []run.Finding{{Code: "region", Severity: "error", Path: "region", Message: "Anna нигде"}}},
		{Line: 1, Client: anna, Rule: "size", Label: "large", Reason: "it is large"},
		{Line: 1, Client: anna, Rule: "shaky", Findings: []run.Finding{{Code: "shaky", Severity: "warning", Message: "few tags"}}},
		{Line: 2, Client: boris, Rule: "size", Label: "small", Reason: "it is small"},
		{Line: 2, Client: boris, Rule: "shaky", Error: "division by zero"},
	}
	if len(said) != len(want) {
		t.Fatalf("got %+v", said)
	}
	for i := range want {
		if strings.Contains(said[i].Error, want[i].Error) {
			said[i].Error = want[i].Error
		}
		if !reflect.DeepEqual(said[i], want[i]) {
			t.Errorf("got %+v, want %+v", said[i], want[i])
		}
	}
	region, size, shaky := s.Rules[0], s.Rules[1], s.Rules[2]
	if s.Clients != 3 || region.Clients != 1 || !reflect.DeepEqual(region.Findings, []run.FindingCount{{Code: "region", Severity: "error", Findings: 1}}) {
		t.Errorf("%+v", region)
	}
	if !reflect.DeepEqual(size.Labels, map[string]int64{"large": 1, "small": 1}) || size.Unlabelled != 1 {
		t.Errorf("%+v", size)
	}
	if len(shaky.Errors) != 1 || shaky.Errors[0].Kind != run.KindRule || shaky.Errors[0].Clients != 1 || s.Failed() != 1 {
		t.Errorf("%+v", shaky)
	}
	if region.Fuel.Sum < region.Fuel.Most || region.Fuel.Mean != region.Fuel.Sum/3 || region.PerClient() <= 0 {
		t.Errorf("%+v", region)
	}
}

// What was judged before an error is summed up.
func TestOverUntilAnError(t *testing.T) {
	p := open(t)
	var file strings.Builder
	for range 1500 {
		file.WriteString(`{"name":"Anna"}` + "\n")
	}
	file.WriteString("?\n")
	s, err := run.Over(t.Context(), p, reader(t, p, strings.NewReader(file.String())), run.Options{Now: now})
	var bad *clients.BadLine
	if !errors.As(err, &bad) || bad.Line != 1501 || s.Clients == 0 || s.Clients >= 1500 || s.Rules[0].Findings[0].Findings != s.Clients {
		t.Errorf("%v, %+v", err, s)
	}
	full := errors.New("no space")
	if _, err := run.Over(t.Context(), p, reader(t, p, strings.NewReader(`{"name":"A"}`)), run.Options{Now: now, Said: func(*run.Said) error { return full }}); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

// The memory that is held does not follow the number of clients.
func TestMemoryIsFlat(t *testing.T) {
	p := open(t)
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	early, late := uint64(0), uint64(0)
	_, err := run.Over(t.Context(), p, reader(t, p, demo.NewReader(1, 8000)), run.Options{Now: now, Said: func(s *run.Said) error {
		switch {
		case s.Line >= 1000 && early == 0:
			early = held()
		case s.Line >= 7500 && late == 0:
			late = held()
		}
		return nil
	}})
	if err != nil || early == 0 || late > early+2<<20 {
		t.Errorf("%v; after 1,000 clients %d bytes, after 7,500 %d", err, early, late)
	}
}
