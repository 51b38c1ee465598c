package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/canon"
	"assay/server/wasm"
)

// evaluationTime is in summer, when Kyiv is three hours east of UTC.
var evaluationTime = time.Date(2026, time.July, 15, 9, 30, 0, 123e6, time.UTC)

var isolations = map[string]abi.Isolation{"Record": abi.IsolateRecord, "Batch": abi.IsolateBatch}

// guest is a module in the host.
type guest struct {
	language string
	module   *wasm.Module
	log      *moduleLog
}

// newHost starts a host as a server does, whose log is kept.
func newHost(t *testing.T) (*wasm.Host, *moduleLog) {
	t.Helper()
	log := &moduleLog{text: map[string]string{}}
	host, err := wasm.New(t.Context(), wasm.Config{CacheDir: t.TempDir(), Log: slog.New(log), Phone: canon.ValidPhone})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return host, log
}

// outcome is what came of a card: results, or a fault.
type outcome struct {
	results []byte
	fault   *wasm.Fault
}

// judge returns the outcomes by check and card.
func (g guest) judge(t *testing.T, checks []abi.Configured, cards []card) [][]outcome {
	t.Helper()
	all := make([][]outcome, len(checks))
	for i := range all {
		all[i] = make([]outcome, len(cards))
	}
	for first := 0; first < len(cards); {
		var batch abi.Batch
		for !batch.Full() && first+batch.Len() < len(cards) {
			batch.Add(cards[first+batch.Len()].bytes)
		}
		err := g.module.Evaluate(t.Context(), evaluationTime, checks, &batch, func(check, i int, results []byte, fault error) {
			o := &all[check][first+i]
			o.results = bytes.Clone(results)
			if fault != nil && !errors.As(fault, &o.fault) {
				t.Errorf("card %s: %v", cards[first+i].name, fault)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		first += batch.Len()
	}
	return all
}

// moduleLog keeps what modules log, by digest.
type moduleLog struct {
	mu   sync.Mutex
	text map[string]string
}

// take returns what the module has logged since the last take.
func (l *moduleLog) take(digest string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text[digest]
	delete(l.text, digest)
	return text
}

// Handle is a slog.Handler's; the host gives the module's digest and its text.
func (l *moduleLog) Handle(_ context.Context, record slog.Record) error {
	said := map[string]string{}
	record.Attrs(func(a slog.Attr) bool {
		said[a.Key] = a.Value.String()
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text[said["module"]] += said["text"]
	return nil
}

func (l *moduleLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *moduleLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *moduleLog) WithGroup(string) slog.Handler            { return l }
