package assaytest

import (
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
// at once when the settings are refused, the client cannot be written, the host would refuse the results, or people could
// not read them: a finding whose code is not among those that the check has messages for, or lacks a parameter of its message.
func Run(t testing.TB, check *assay.Check, settings string, client Client, now Time) Result {
	t.Helper()
	return Host{}.Run(t, check, settings, client, now)
}

// RunCard is [Run] of a client that is written already.
func RunCard(t testing.TB, check *assay.Check, settings string, card []byte, now Time) Result {
	t.Helper()
	return Host{}.RunCard(t, check, settings, card, now)
}

// Refusal returns why a check refuses settings, "" when it accepts them.
func Refusal(check *assay.Check, settings string) string { return Host{}.Refusal(check, settings) }

// Description returns the description of all declared checks, which the host reads from the module, as JSON.
func Description() string { return string(native.Describe()) }
