package main

import (
	"reflect"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

const (
	company    = assay.ClientKindCompany
	soleTrader = assay.ClientKindSoleTrader
	person     = assay.ClientKindPerson
)

type (
	client   = assaytest.Client
	contacts = []assaytest.Contact
	channels = []assaytest.Channel
	texts    = map[string]string
)

// The cases are those of rules/builtin; the cleaning of what was typed is the server's.
func TestDefaults(t *testing.T) {
	for name, tt := range map[string]struct {
		check  *assay.Check
		client client
		want   []assaytest.Finding
	}{
		"a company nobody answers for":               {MainManager, client{Kind: company, Name: "ООО «Ромашка»"}, one("main-manager", "manager")},
		"helpers do not answer for the client":       {MainManager, client{Kind: company, Managers: []string{"ivanov", "petrov"}}, one("main-manager", "manager")},
		"nobody is known":                            {MainManager, client{}, one("main-manager", "manager")},
		"a manager with a digit for a name":          {MainManager, client{Kind: company, Manager: "0"}, nil},
		"no channel anywhere":                        {ContactInformation, client{Kind: company}, one("contact-information", "channels")},
		"contacts without channels":                  {ContactInformation, client{Contacts: contacts{{ID: "c1"}, {ID: "c2"}}}, one("contact-information", "channels")},
		"channels without a value are none":          {ContactInformation, client{Channels: channels{{ID: "h1", Label: "office"}}, Contacts: contacts{{Channels: channels{{ID: "h3"}}}}}, one("contact-information", "channels")},
		"an address of the post is no channel":       {ContactInformation, client{Addresses: []assaytest.Address{{Text: "Москва"}}}, one("contact-information", "channels")},
		"the second channel has the value":           {ContactInformation, client{Channels: channels{{ID: "h1"}, {ID: "h2", Value: "a@example.com"}}}, nil},
		"only the last contact, by the last channel": {ContactInformation, client{Contacts: contacts{{ID: "c1"}, {ID: "c2", Channels: channels{{}, {Value: "oleg@example.com"}}}}}, nil},
		"a dead number is still given":               {ContactInformation, client{Channels: channels{{Value: "+7495", State: assay.ChannelStateDead}}}, nil},
		"a company without contacts":                 {ContactPerson, client{Kind: company, Channels: channels{{Value: "+7495"}}}, one("contact-person", "contacts")},
		"a contact of whom only the number is known": {ContactPerson, client{Kind: company, Contacts: contacts{{Channels: channels{{Value: "+7495"}}}}}, nil},
		"a sole trader is his own contact":           {ContactPerson, client{Kind: soleTrader}, nil},
		"nobody knows yet what it is":                {ContactPerson, client{}, nil},
		"one finding a contact, each at its own index": {ContactJobTitle, client{Kind: company, Contacts: contacts{{ID: "c1", Name: "Анна"}, {ID: "c2", Name: "Олег", JobTitle: "директор"}, {ID: "c3"}}}, []assaytest.Finding{
			{Code: "contact-job-title", Path: "contacts[0].jobTitle", Row: "c1", Params: texts{"en": "Анна", "ru": "Анна", "uk": "Анна"}},
			{Code: "contact-job-title", Path: "contacts[2].jobTitle", Row: "c3", Params: texts{"en": "A contact without a name", "ru": "без имени", "uk": "без імені"}}}},
		"the role in decisions is not the job title": {ContactJobTitle, client{Contacts: contacts{{JobTitle: "я", DecisionRole: "user"}}}, nil},
		"no contacts, nothing to say":                {ContactJobTitle, client{}, nil},
		"a company without a tax id":                 {TaxID, client{Kind: company, RegistrationNumber: "1027700132195"}, one("tax-id", "taxId")},
		"a sole trader without a tax id":             {TaxID, client{Kind: soleTrader}, one("tax-id", "taxId")},
		"a person needs none":                        {TaxID, client{Kind: person}, nil},
		"of unknown kind":                            {TaxID, client{}, nil},
		"one that is not right is still given":       {TaxID, client{Kind: company, TaxID: "позже"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := assaytest.Run(t, tt.check, ``, tt.client, "2026-11-22T10:00:00Z")
			if !reflect.DeepEqual(got, assaytest.Result{Findings: tt.want}) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func one(code, path string) []assaytest.Finding { return []assaytest.Finding{{Code: code, Path: path}} }
