package assaytest

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/internal/native"
)

// Result is what a check said of a client.
type Result struct {
	Findings []Finding
	Label    Label
	Measures map[string]int64 // nil without any
	Error    string           // why the client could not be judged; the host then takes nothing else
	Log      string           // a line a text
}

// Finding is a finding as it was reported; what was not given is empty.
type Finding struct {
	Code, Path string
	Row        string // the id of the row
	Suggest    string // JSON
	Severity   assay.Severity
	Params     map[string]string // nil without any
}

// Label is the label that was given; its name is "" without one.
type Label struct {
	Name   string
	Params map[string]string // nil without any
}

// Run judges a client at a time by a check with settings, a JSON object; "" is an object without members. The test fails
// at once when the settings are refused, the client cannot be written, or the host would refuse the results.
func Run(t testing.TB, check *assay.Check, settings string, client Client, now Time) Result {
	t.Helper()
	card, err := client.Card()
	if err != nil {
		t.Fatalf("the client: %v", err)
	}
	return RunCard(t, check, settings, card, now)
}

// RunCard is [Run] of a client that is written already.
func RunCard(t testing.TB, check *assay.Check, settings string, card []byte, now Time) Result {
	t.Helper()
	ms, err := now.millis()
	if err != nil {
		t.Fatalf("the evaluation time: %v", err)
	}
	var log strings.Builder
	packed, err := judge(check, settings, card, ms, &log)
	if unanswered := native.Unanswered(""); errors.As(err, &unanswered) {
		t.Fatalf("the stub host has no answer to %v", err)
	}
	if err != nil {
		t.Fatalf("the check refuses its settings: %v", err)
	}
	result, err := parse(packed)
	if err == nil {
		err = result.fits(native.Declared(check))
	}
	if err != nil {
		t.Fatalf("the host would refuse the results: %v", err)
	}
	result.Log = log.String()
	return result
}

// Refusal returns why a check refuses settings, "" when it accepts them.
func Refusal(check *assay.Check, settings string) string {
	defer turn(0, new(strings.Builder))()
	if _, err := native.Configure(check, object(settings)); err != nil {
		return err.Error()
	}
	return ""
}

// Description returns the description of all declared checks, which the host reads from the module, as JSON.
func Description() string { return string(native.Describe()) }

func judge(check *assay.Check, settings string, card []byte, now int64, log *strings.Builder) (packed []byte, err error) {
	defer turn(now, log)()
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case native.Unanswered:
			err = fault
		default:
			panic(fault)
		}
	}()
	evaluate, err := native.Configure(check, object(settings))
	if err != nil {
		return nil, err
	}
	return evaluate(card), nil
}

// object is what the host gives a check without settings.
func object(settings string) string {
	if settings == "" {
		return "{}"
	}
	return settings
}

// playing is held by the run whose time and log are those of the host.
var playing sync.Mutex

// turn makes the host answer for one run, until the function it returns is called.
func turn(now int64, log *strings.Builder) func() {
	playing.Lock()
	hostNow, hostLog := native.Now, native.Log
	native.Now = func() int64 { return now }
	native.Log = func(text string) { log.WriteString(text + "\n") }
	return func() {
		native.Now, native.Log = hostNow, hostLog
		playing.Unlock()
	}
}
