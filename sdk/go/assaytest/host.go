package assaytest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/internal/abi"
	"assay/sdk/go/internal/native"
)

// Host runs checks with answers of the test's own, in place of those of the stub; what is nil the stub answers. What the
// server answers to all that is too long it answers here, too: no answer is asked for then.
type Host struct {
	Matches    func(pattern, text string) (matches, valid bool) // for [assay.Matches] and [assay.ValidPattern]
	Phone      func(text, country string) bool
	ZoneOffset func(zone string, ms int64) (seconds int64, ok bool)
}

// Run is the function [Run] with this host's answers.
func (h Host) Run(t testing.TB, check *assay.Check, settings string, client Client, now Time) Result {
	t.Helper()
	card, err := client.Card()
	if err != nil {
		t.Fatalf("the client: %v", err)
	}
	return h.RunCard(t, check, settings, card, now)
}

// RunCard is the function [RunCard] with this host's answers.
func (h Host) RunCard(t testing.TB, check *assay.Check, settings string, card []byte, now Time) Result {
	t.Helper()
	ms, err := now.millis()
	if err != nil {
		t.Fatalf("the evaluation time: %v", err)
	}
	var log logged
	packed, err := h.judge(check, settings, card, ms, &log)
	if unanswered := native.Unanswered(""); errors.As(err, &unanswered) {
		t.Fatalf("the stub host has no answer to %v", err)
	}
	if err != nil {
		t.Fatalf("the check refuses its settings: %v", err)
	}
	declared := declaration(native.Declared(check))
	result, err := parse(packed)
	if err == nil {
		err = declared.fits(&result)
	}
	if err != nil {
		t.Fatalf("the host would refuse the results: %v", err)
	}
	if err := declared.unread(&result); err != nil {
		t.Fatalf("%v", err)
	}
	result.Log = log.text.String()
	return result
}

// Refusal is the function [Refusal] with this host's answers.
func (h Host) Refusal(check *assay.Check, settings string) string {
	defer h.turn(0, new(logged))()
	if _, err := configure(check, settings); err != nil {
		return err.Error()
	}
	return ""
}

func (h Host) judge(check *assay.Check, settings string, card []byte, now int64, log *logged) (packed []byte, err error) {
	defer h.turn(now, log)()
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case native.Unanswered:
			err = fault
		default:
			panic(fault)
		}
	}()
	evaluate, err := configure(check, settings)
	if err != nil {
		return nil, err
	}
	return evaluate(card), nil
}

// configure gives a check its settings as the host does.
func configure(check *assay.Check, settings string) (func(card []byte) []byte, error) {
	if settings == "" {
		settings = "{}"
	}
	if len(settings) > abi.MaxSettingsBytes {
		return nil, fmt.Errorf("%d bytes, at most %d are allowed", len(settings), abi.MaxSettingsBytes)
	}
	return native.Configure(check, settings)
}

// logged keeps as much of the log as the host does.
type logged struct {
	text strings.Builder
	used int
}

func (l *logged) add(text string) {
	text = text[:min(len(text), abi.MaxLogBytes-l.used)]
	l.used += len(text)
	if text != "" {
		l.text.WriteString(text + "\n")
	}
}

// playing is held by the run whose time, log and answers are those of the host.
var playing sync.Mutex

// turn makes the host answer for one run, until the function it returns is called.
func (h Host) turn(now int64, log *logged) func() {
	playing.Lock()
	hostNow, hostLog := native.Now, native.Log
	native.Now = func() int64 { return now }
	native.Log = log.add
	native.Matches, native.Phone, native.ZoneOffset = h.Matches, h.Phone, h.ZoneOffset
	return func() {
		native.Now, native.Log = hostNow, hostLog
		native.Matches, native.Phone, native.ZoneOffset = nil, nil, nil
		playing.Unlock()
	}
}
