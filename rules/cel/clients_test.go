package cel_test

import (
	"math"
	"strings"
	"time"

	"assay/rules/cel"
	"assay/server/crm"
)

// customFields are the declared fields of the tests.
var customFields = []cel.Field{
	{Name: "gln", Type: "string"}, {Name: "licenceUntil", Type: "date"}, {Name: "score", Type: "number"},
	{Name: "staff", Type: "integer"}, {Name: "vip", Type: "bool"}, {Name: "seenAt", Type: "time"},
	{Name: "cold-chain", Type: "bool"},
}

// testClients are an empty client, full ones and odd ones.
func testClients() []*crm.Client {
	return []*crm.Client{{}, fullClient(), secondClient(), oddClient(), extremeClient()}
}

func at(s string) crm.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return crm.TimeOf(t)
}

func fullClient() *crm.Client {
	return &crm.Client{
		ID: 1042, Revision: 7, ExternalID: "1c-000123", Kind: "company", Name: "ООО «Ромашка»", LegalForm: "ООО",
		TaxID: "7707083893", RegistrationNumber: "1027700132195", Country: "RU", Region: "Москва", Holding: "Цветы",
		Industries: []string{"wholesale", "pharmacy"}, CompanySize: "small", DealPotential: "high", Solvency: "good",
		Source: "site", Stage: "negotiation", Importance: "high", Status: "active", Manager: "ivanov",
		Managers: []string{"ivanov", "petrov"},
		Channels: []crm.Channel{
			{ID: "h1", Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13", Label: "office", State: "working", CheckedAt: at("2027-01-02T03:04:05.678Z")},
			{ID: "h2", Type: "email", Value: "info@romashka.example", State: "unverified"},
		},
		Addresses: []crm.Address{{ID: "a1", Type: "legal", Text: "ул. Ленина, 1", City: "Москва", PostalCode: "101000"}},
		Contacts: []crm.Contact{
			{ID: "c7", Name: "Семакова Лидия Васильевна", JobTitle: "бухгалтер", DecisionRole: "user", Birthday: crm.DateOf(1980, 2, 29)},
			{ID: "c8", Name: "Петров Иван", Channels: []crm.Channel{{ID: "h3", Type: "phone", Value: "+79120000000", State: "dead"}}},
			{ID: "c9", JobTitle: "директор"},
		},
		Properties: map[string]string{"loyalty": "gold", "area": "120", "": "nameless", "яблоко": "зелёное"},
		Categories: []string{"partner"}, Tags: []string{"vip", "spring", "скидка"},
		Fields: map[string]crm.Value{
			"gln": crm.StringValue("4607001234567"), "licenceUntil": {Type: "date", Integer: crm.DateOf(2027, 6, 30).UnixMilli()},
			"score": {Type: "number", Number: 0.75}, "staff": {Type: "integer", Integer: 12}, "vip": {Type: "bool", Integer: 1},
			"seenAt": {Type: "time", Integer: at("2027-03-01T12:00:00.250Z").UnixMilli()}, "unknown": crm.StringValue("?"),
			"cold-chain": {Type: "bool", Integer: 1},
		},
		Requisites: []crm.Requisite{{ID: "r1", Bank: "Сбербанк", BIC: "044525225", Account: "40702810938000000001"}},
		Contracts:  []crm.Contract{{ID: "k1", Number: "12/26", StartsOn: crm.DateOf(2026, 1, 1), EndsOn: crm.DateOf(2027, 12, 31), Amount: 15000050}},
		Birthday:   crm.DateOf(2001, 9, 9), WorkHours: "9-18", CallWindow: "10-12", NextContactAt: at("2027-03-20T09:30:00Z"),
		Unsubscribed: true, Notes: "Платит вовремя.",
		Activity: crm.Activity{Interactions: 3, LastInteractionAt: at("2027-03-10T10:00:00Z"), Purchases: 4, Revenue: 15200050,
			FirstPurchaseAt: at("2020-02-29T23:59:59.999Z"), LastPurchaseAt: at("2027-02-28T00:00:00Z")},
		Completeness: 80, CreatedAt: at("2019-12-31T23:59:59Z"), UpdatedAt: at("2027-03-14T15:09:26.535Z"), VerifiedAt: at("2026-12-01T00:00:00Z"),
	}
}

func secondClient() *crm.Client {
	return &crm.Client{
		ID: 2, Kind: "soleTrader", Name: "ИП Сидоров", TaxID: "500100732259", Country: "UA", Region: "Київ", Manager: "petrov",
		Industries: []string{"retail"}, CompanySize: "large", Tags: []string{"spring"},
		Channels:   []crm.Channel{{ID: "x", Type: "site", Value: "sidorov.example", State: "invalid"}},
		Contacts:   []crm.Contact{{ID: "c1", Name: "Олег"}},
		Contracts:  []crm.Contract{{ID: "k1", Number: "1", EndsOn: crm.DateOf(2026, 12, 31), Amount: -1}, {ID: "k2", Number: "2", Amount: 99}},
		Properties: map[string]string{"area": "x"},
		// The types of these are not the declared ones.
		Fields:   map[string]crm.Value{"gln": {Type: "integer", Integer: 5}, "staff": crm.StringValue("12"), "vip": {Type: "bool"}, "score": {Type: "number", Number: -3.5}},
		Activity: crm.Activity{Interactions: 1, Purchases: 1, Revenue: -50},
	}
}

// oddClient has values at the edges of text and time.
func oddClient() *crm.Client {
	return &crm.Client{
		ID: 3, Kind: "person", Name: "a\u0000b", LegalForm: "𝄞𝄞", TaxID: " ", Region: "москва", Notes: strings.Repeat("яблоко ", 40),
		Tags: []string{"", "a", "aa", "aaa", "a"}, Industries: []string{""}, Managers: []string{"b"},
		Birthday: crm.DateOf(1970, 1, 1), NextContactAt: crm.TimeFromUnixMilli(0),
		Activity: crm.Activity{LastInteractionAt: at("1969-12-31T23:59:59.999Z"), FirstPurchaseAt: at("0001-01-01T00:00:00Z"), LastPurchaseAt: at("9999-12-31T23:59:59.999Z")},
		Contacts: []crm.Contact{{}, {ID: "c2", Channels: []crm.Channel{{}, {Type: "other"}}}},
		Channels: []crm.Channel{{}},
		Fields: map[string]crm.Value{"gln": crm.StringValue("é"), "licenceUntil": {Type: "date"}, "seenAt": {Type: "time", Integer: -1},
			"score": {Type: "number", Number: 1e300}, "staff": {Type: "integer", Integer: -1}, "vip": {Type: "bool", Integer: 1}},
		Properties: map[string]string{"loyalty": ""},
	}
}

func extremeClient() *crm.Client {
	return &crm.Client{
		ID: math.MaxInt64, Revision: math.MinInt64, Name: "aab", Completeness: -7,
		Activity: crm.Activity{Interactions: math.MinInt64, Purchases: -1, Revenue: math.MaxInt64},
		Fields:   map[string]crm.Value{"staff": {Type: "integer", Integer: math.MinInt64}, "score": {Type: "number", Number: math.SmallestNonzeroFloat64}},
		Birthday: crm.DateOf(2000, 12, 31), CreatedAt: at("2024-02-29T12:34:56.789Z"),
	}
}
