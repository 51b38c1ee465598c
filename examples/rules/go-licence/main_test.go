package main

import (
	"reflect"
	"testing"

	"assay/sdk/go/assaytest"
)

const now = "2026-11-22T10:00:00Z"

// pharmacy is a client with what the rule asks for.
func pharmacy(fields assaytest.Fields, contracts ...assaytest.Contract) assaytest.Client {
	return assaytest.Client{Name: "Аптека", Industries: []string{"retail", "pharmacy"}, Fields: fields, Contracts: contracts}
}

func until(day assaytest.Date) assaytest.Fields {
	return assaytest.Fields{"licenceNumber": "ЛО-77", "licenceUntil": day}
}

func TestLicence(t *testing.T) {
	number := map[string]string{"number": "ЛО-77"}
	for name, tt := range map[string]struct {
		client assaytest.Client
		want   []assaytest.Finding
	}{
		"all is well":                 {pharmacy(until("2030-01-01"), assaytest.Contract{EndsOn: "2030-01-01"}, assaytest.Contract{}), nil},
		"another industry needs none": {assaytest.Client{Industries: []string{"retail"}}, nil},
		"no number":                   {pharmacy(nil), []assaytest.Finding{{Code: "no-number", Path: "fields.licenceNumber", Params: map[string]string{"industry": "pharmacy"}}}},
		"no date":                     {pharmacy(assaytest.Fields{"licenceNumber": "ЛО-77"}), []assaytest.Finding{{Code: "no-date", Path: "fields.licenceUntil", Params: number}}},
		"a date that is text":         {pharmacy(assaytest.Fields{"licenceNumber": "ЛО-77", "licenceUntil": "2030"}), []assaytest.Finding{{Code: "no-date", Path: "fields.licenceUntil", Params: number}}},
		"ended": {pharmacy(until("2026-11-21")), []assaytest.Finding{{Code: "ended", Path: "fields.licenceUntil", Severity: "error",
			Params: map[string]string{"number": "ЛО-77", "until": "2026-11-21"}}}},
		"the last day is one of the licence": {pharmacy(until("2026-11-22")), []assaytest.Finding{{Code: "ends-soon", Path: "fields.licenceUntil",
			Params: map[string]string{"number": "ЛО-77", "until": "2026-11-22"}}}},
		"a contract outlasts it": {pharmacy(until("2030-01-01"), assaytest.Contract{ID: "k1", EndsOn: "2027-01-01"}, assaytest.Contract{ID: "k2", Number: "8", EndsOn: "2030-01-02"}),
			[]assaytest.Finding{{Code: "before-contract", Path: "contracts[1].endsOn", Row: "k2", Params: map[string]string{"contract": "8", "ends": "2030-01-02", "until": "2030-01-01"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := assaytest.Run(t, Licence, ``, tt.client, now).Findings; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	client := pharmacy(until("2027-01-15"))
	if got := assaytest.Run(t, Licence, `{"days": 60}`, client, now); len(got.Findings) != 1 || got.Findings[0].Code != "ends-soon" {
		t.Errorf("60 days ahead: %+v", got)
	}
	if got := assaytest.Run(t, Licence, `{"industries": ["medicine"]}`, client, now); got.Findings != nil {
		t.Errorf("of another industry: %+v", got)
	}
	for _, settings := range []string{`{"industries": []}`, `{"industries": [""]}`} {
		if why := assaytest.Refusal(Licence, settings); why != "industries: name at least one, and none by an empty text" {
			t.Errorf("%s is refused with %q", settings, why)
		}
	}
}
