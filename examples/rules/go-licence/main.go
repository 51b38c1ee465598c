// Command licence is a rule for companies that need a licence: its number and its last day are custom fields (fields.yaml), and
// the licence must outlast the contracts.
package main

import (
	"errors"
	"slices"

	"assay/sdk/go"
)

// The server calls the checks that are declared below; there is nothing else to do.
func main() {}

// Custom fields.
const (
	numberField = "licenceNumber"
	untilField  = "licenceUntil"
)

// Settings are what rule.yaml may set.
type Settings struct {
	Industries []string `json:"industries" title:"Industries that need a licence" default:"pharmacy"`
	Days       int64    `json:"days" title:"Days of warning before the licence ends" default:"30" minimum:"0" maximum:"365"`
}

// Validate refuses a rule that would never find anything.
func (s *Settings) Validate() error {
	if len(s.Industries) == 0 || slices.Contains(s.Industries, "") {
		return errors.New("industries: name at least one, and none by an empty text")
	}
	return nil
}

// Licence is the check.
var Licence = assay.Quality("licence", licence).
	Message("no-number", assay.Texts{
		"en": "No licence number. A client in {{ industry }} needs one.",
		"ru": "Не указан номер лицензии. Он нужен клиенту из отрасли {{ industry }}.",
		"uk": "Не вказано номер ліцензії. Він потрібен клієнту з галузі {{ industry }}.",
	}).
	Message("no-date", assay.Texts{
		"en": "It is not known until when licence {{ number }} is valid.",
		"ru": "Не указано, до какого числа действует лицензия {{ number }}.",
		"uk": "Не вказано, до якого числа діє ліцензія {{ number }}.",
	}).
	Message("ended", assay.Texts{
		"en": "Licence {{ number }} ended on {{ until }}. Ask for the new one.",
		"ru": "Лицензия {{ number }} закончилась {{ until }}. Запросите новую.",
		"uk": "Ліцензія {{ number }} закінчилася {{ until }}. Запитайте нову.",
	}).
	Message("ends-soon", assay.Texts{
		"en": "Licence {{ number }} ends on {{ until }}.",
		"ru": "Лицензия {{ number }} заканчивается {{ until }}.",
		"uk": "Ліцензія {{ number }} закінчується {{ until }}.",
	}).
	Message("before-contract", assay.Texts{
		"en": "Contract {{ contract }} runs until {{ ends }}, the licence only until {{ until }}.",
		"ru": "Договор {{ contract }} действует до {{ ends }}, а лицензия только до {{ until }}.",
		"uk": "Договір {{ contract }} діє до {{ ends }}, а ліцензія лише до {{ until }}.",
	})

func licence(s *Settings, client assay.Client, report *assay.Report) {
	industry := needed(s, client)
	if industry == "" {
		return
	}
	number, until := client.Field(numberField).Text(), client.Field(untilField)
	if number == "" {
		report.Finding("no-number").Path("fields."+numberField).Param("industry", industry)
		return
	}
	if until.Type() != assay.FieldTypeDate {
		report.Finding("no-date").Path("fields."+untilField).Param("number", number)
		return
	}
	last := until.Date()
	end, now := last+assay.Day, assay.Now() // the last day belongs to the licence
	switch {
	case end <= now:
		report.Finding("ended").Path("fields."+untilField).Severity(assay.Error).Param("number", number).ParamDate("until", last)
	case end <= now+s.Days*assay.Day:
		report.Finding("ends-soon").Path("fields."+untilField).Param("number", number).ParamDate("until", last)
	}
	outlasted(client.Contracts(), last, report)
}

// needed returns the client's first industry that needs a licence, "" when none does.
func needed(s *Settings, client assay.Client) string {
	industries := client.Industries()
	for i := range industries.Len() {
		if industry := industries.At(i); slices.Contains(s.Industries, industry) {
			return industry
		}
	}
	return ""
}

// outlasted reports contracts that end after the licence.
func outlasted(contracts assay.ContractRows, until int64, report *assay.Report) {
	for i := range contracts.Len() {
		if contract := contracts.At(i); contract.EndsOn() > until {
			report.Finding("before-contract").Path("contracts[].endsOn", i).Row(contract.ID()).
				Param("contract", contract.Number()).ParamDate("ends", contract.EndsOn()).ParamDate("until", until)
		}
	}
}
