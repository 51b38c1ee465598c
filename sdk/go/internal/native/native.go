// Package native is where packages assay and assaytest meet in a native test: package assay leaves
// its functions here when it starts, package assaytest what the host would answer.
package native

import (
	"os"
	"time"
)

// Now is the evaluation time in unix milliseconds; the time of day outside of a run of assaytest.
var Now = func() int64 { return time.Now().UnixMilli() }

// Log takes what a check logs; standard error outside of a run of assaytest.
var Log = func(text string) { os.Stderr.WriteString(text + "\n") }

// What a test answers itself, nil for what it leaves to the stub.
var (
	Matches    func(pattern, text string) (matches, valid bool)
	Phone      func(text, country string) bool
	ZoneOffset func(zone string, ms int64) (seconds int64, ok bool)
)

// Unanswered is the panic of a host's function that only a server can answer; package assaytest makes a message of the test of it.
type Unanswered string

func (u Unanswered) Error() string { return string(u) }

// Configure makes an evaluator of an *assay.Check and its settings, or returns why they are refused. The evaluator
// returns packed results, which are valid until its next call.
var Configure func(check any, settings string) (evaluate func(card []byte) []byte, err error)

// Describe returns the description of all declared checks, as JSON.
var Describe func() []byte

// Declared returns what an *assay.Check says it gives.
var Declared func(check any) Declaration

// Declaration is what a check says it gives.
type Declaration struct {
	Kind     string                       // "Quality" or "Segmentation"
	Labels   []string                     // in the order of their declaration
	Messages map[string]map[string]string // by code or label, and language
}
