package bench_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pprof "github.com/google/pprof/profile"

	"assay/server/author"
	"assay/server/author/bench"
	"assay/server/author/clients"
)

// builtin is the folder of a default rule.
func builtin(name string) string {
	return filepath.Join("..", "..", "..", "rules", "builtin", name)
}

func open(t *testing.T, path string) *author.Project {
	t.Helper()
	p, err := author.Open(t.Context(), path, author.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func corpusOf(t *testing.T, p *author.Project, invented int) *bench.Corpus {
	t.Helper()
	c, err := bench.OwnCorpus(p, bench.DefaultNow, invented)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func measured(t *testing.T, p *author.Project, c *bench.Corpus) *bench.Report {
	t.Helper()
	r, err := bench.Measure(t.Context(), p, c, bench.Options{Took: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Fuel, bytes and what rules say are the same whenever they are measured, by projects opened anew.
func TestMeasureIsTheSameAgain(t *testing.T) {
	var first *bench.Report
	for range 2 {
		p := open(t, builtin("contact-job-title"))
		r := measured(t, p, corpusOf(t, p, 200))
		one := r.Rules[0]
		if one.Fuel.Sum == 0 || one.Fuel.P50 == 0 || one.Findings == 0 || one.Results.Max == 0 || one.Errors != 0 || one.Memory == 0 || one.Card.P50 == 0 || one.Written.Max == 0 {
			t.Errorf("%+v", one)
		}
		if one.Module.Bytes == 0 || one.Module.Compile <= 0 || one.Module.Load <= 0 || len(one.Time.Rounds) < 5 || one.Time.Clients == 0 {
			t.Errorf("%+v", one)
		}
		if first == nil {
			first = r
			continue
		}
		if was := first.Rules[0]; was.Fuel != one.Fuel || was.Results != one.Results || was.Written != one.Written || was.Findings != one.Findings || first.Clients != r.Clients {
			t.Errorf("%+v, then %+v", was, one)
		}
	}
}

// Equal clients have equal digests, and other clients others.
func TestCorpus(t *testing.T) {
	p := open(t, builtin("tax-id"))
	a, b, other := corpusOf(t, p, 10), corpusOf(t, p, 10), corpusOf(t, p, 11)
	if a.Digest != b.Digest || a.Digest == other.Digest || other.Count != a.Count+1 {
		t.Errorf("%v, %v, %v", a.Digest, b.Digest, other.Digest)
	}
	if !strings.HasSuffix(a.From, " of the cases, the others invented") {
		t.Errorf("from %q", a.From)
	}
	file := `{"name":"A"}` + "\n" + `{"name":"B"}` + "\n" + `{"name":"C"}`
	read := func(text string, most int) (*bench.Corpus, error) {
		return bench.ReadCorpus(p, bench.DefaultNow, clients.File{Reader: strings.NewReader(text), Name: "f.ndjson", Format: "ndjson"}, most)
	}
	two, err := read(file, 2)
	if err != nil || two.Count != 2 || two.From != "of f.ndjson" {
		t.Errorf("%+v, %v", two, err)
	}
	if all, err := read(file, 0); err != nil || all.Count != 3 || all.Digest == two.Digest {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := read(file+"\n{", 0); err == nil || !strings.HasPrefix(err.Error(), "f.ndjson: line 4: ") {
		t.Errorf("%v", err)
	}
}

// The fuel of the functions is the fuel that the rule was measured with, to the unit, in the file for pprof too. The
// module of a rule in CEL, opened as anybody's, is metered by the host.
func TestProfiles(t *testing.T) {
	p := open(t, filepath.Join(builtin("contact-job-title"), "contact-job-title.wasm"))
	c := corpusOf(t, p, 100)
	want := measured(t, p, c).Rules[0].Fuel.Sum
	profiles, err := bench.Profiles(t.Context(), p, c)
	if err != nil {
		t.Fatal(err)
	}
	one, self := profiles[0], int64(0)
	for _, f := range one.Functions {
		self += f.Self
	}
	if one.Fuel != want || self != want || one.Clients != c.Count || one.OwnCost || one.Named {
		t.Errorf("%d units, functions %d, measured %d: %+v", one.Fuel, self, want, one)
	}
	var file bytes.Buffer
	if err := bench.WritePprof(&file, profiles); err != nil {
		t.Fatal(err)
	}
	read, err := pprof.Parse(&file)
	if err != nil {
		t.Fatal(err)
	}
	sum, roots := int64(0), map[string]bool{}
	for _, s := range read.Sample {
		sum += s.Value[1]
		roots[s.Location[len(s.Location)-1].Line[0].Function.Name] = true
		if s.Label["rule"][0] != one.Rule {
			t.Errorf("label %v", s.Label)
		}
	}
	if sum != want || len(roots) != 1 || !roots["assay_evaluate"] || read.DefaultSampleType != "fuel" {
		t.Errorf("%d units below %v, want %d", sum, roots, want)
	}
}

// A rule in CEL counts its own cost; its profile is of the host's units, and says so. It tells what is called by the
// places of the expressions, and the module that is profiled says what the rule says.
func TestProfileOfCEL(t *testing.T) {
	p := open(t, project(t, map[string]string{"rule.yaml": ruleHead + `client.name.contains("x") ||
      client.contacts.exists(c, c.name.contains("a"))'}` + "\n"}))
	profiles, err := bench.Profiles(t.Context(), p, corpusOf(t, p, 50))
	if err != nil || !profiles[0].OwnCost || profiles[0].Fuel == 0 || !profiles[0].Named {
		t.Fatalf("%+v, %v", profiles, err)
	}
	calls := map[string]int64{}
	for _, f := range profiles[0].Functions {
		calls[f.Function] = f.Calls
	}
	first, second := calls["require 1:13 contains"], calls["require 1:63 contains"]
	if first != 50 || second == 0 || calls["contains"] != first+second {
		t.Errorf("%v", calls)
	}
	named := open(t, filepath.Join(project(t, map[string]string{"named.wasm": string(p.Rules[0].Named())}), "named.wasm"))
	want, got := measured(t, p, corpusOf(t, p, 50)).Rules[0], measured(t, named, corpusOf(t, named, 50)).Rules[0]
	if got.Findings != want.Findings || got.Results != want.Results || want.Findings == 0 {
		t.Errorf("the module says %+v, with names %+v", want, got)
	}
	if named.Rules[0].Named() != nil {
		t.Error("a module that was given has names of ours")
	}
}

func TestDamagedBaselines(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "is no baseline, or damaged",
		"[]":                     "is no baseline, or damaged",
		`{"version":1}`:          "lacks its version, clients or rules",
		`{"version":1,"rules":1`: "is no baseline, or damaged",
		`{"version":7,"clients":{"digest":"x"},"rules":[{}]}`: "version 7",
	} {
		file := filepath.Join(t.TempDir(), "base.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := bench.Read(file); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--save") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
