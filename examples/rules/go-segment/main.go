// Command contract-value divides clients by what their contracts in force are worth: the large, the regular, those whose last
// contract is about to end, and those who have none any more. How much that is, and how many days are left, are
// measures.
package main

import (
	"errors"
	"math"

	"assay/sdk/go"
)

// The server calls the checks that are declared below; there is nothing else to do.
func main() {}

// Settings are the bounds.
type Settings struct {
	Large  float64 `json:"large" title:"Worth of the contracts of a large client" default:"1000000" minimum:"0"`
	Ending int64   `json:"ending" title:"Days in which the last contract ends" default:"60" minimum:"1" maximum:"3650"`

	large int64 // in hundredths, as clients have it
}

// Validate refuses a bound that no amount reaches.
func (s *Settings) Validate() error {
	if s.Large > 1e15 {
		return errors.New("large is more money than a client can have")
	}
	s.large = int64(s.Large*100 + 0.5)
	return nil
}

// why is the reason of every label; {{ contracts }} is its parameter.
var why = assay.Texts{
	"en": "contracts in force: {{ contracts }}",
	"ru": "действующих договоров: {{ contracts }}",
	"uk": "чинних договорів: {{ contracts }}",
}

// ContractValue is the check.
var ContractValue = assay.Segmentation("contract-value", contractValue).
	Label("large", assay.Texts{"en": "Large", "ru": "Крупные", "uk": "Великі"}).Message("large", why).
	Label("regular", assay.Texts{"en": "Regular", "ru": "Обычные", "uk": "Звичайні"}).Message("regular", why).
	Label("ending", assay.Texts{"en": "About to end", "ru": "Договор заканчивается", "uk": "Договір закінчується"}).Message("ending", why).
	Label("former", assay.Texts{"en": "Former", "ru": "Бывшие", "uk": "Колишні"}).Message("former", why)

func contractValue(s *Settings, client assay.Client, report *assay.Report) {
	if client.Contracts().Len() == 0 {
		return // who has never had a contract is in no segment
	}
	f := inForce(client, assay.Now())
	report.Label(f.segment(s)).ParamInt("contracts", f.contracts)
	report.Measure("contracted", f.worth)
	if f.contracts > 0 && f.daysLeft != openEnded {
		report.Measure("days-left", f.daysLeft)
	}
}

// force is what a client's contracts in force are together.
type force struct {
	contracts int64
	worth     int64 // hundredths of the base currency
	daysLeft  int64 // until the last one ends; openEnded when one has no end
}

const openEnded = math.MaxInt64

// inForce adds up the contracts that have begun and not ended. The day that a contract ends on is its last.
func inForce(client assay.Client, now int64) (f force) {
	today := now / assay.Day
	contracts := client.Contracts()
	for i := range contracts.Len() {
		c := contracts.At(i)
		left := int64(openEnded)
		if c.HasEndsOn() {
			left = c.EndsOn()/assay.Day - today
		}
		if left < 0 || c.StartsOn() > now {
			continue
		}
		f.contracts++
		f.worth += c.Amount()
		f.daysLeft = max(f.daysLeft, left)
	}
	return f
}

// segment returns the label.
func (f force) segment(s *Settings) string {
	switch {
	case f.contracts == 0:
		return "former"
	case f.daysLeft <= s.Ending:
		return "ending"
	case f.worth >= s.large:
		return "large"
	}
	return "regular"
}
