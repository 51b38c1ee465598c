package intake_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/engine"
	"assay/server/intake"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// newIntake returns an intake without rules, for dry runs of creations.
func newIntake(fields map[string]crm.FieldType, dictionaries map[string]engine.Dictionary) *intake.Intake {
	set := engine.NewSet(1, nil, fields, dictionaries)
	return intake.New(intake.Config{Current: func() *engine.Set { return set }, Region: "RU", Zone: time.UTC, Now: func() time.Time { return noon }})
}

func create(t *testing.T, in *intake.Intake, doc string) *crm.Client {
	t.Helper()
	answer, err := in.Create(context.Background(), intake.Request{Scope: crm.Everything, Doc: []byte(doc), DryRun: true})
	if err != nil {
		t.Fatalf("create %s: %v", doc, err)
	}
	return answer.Client
}

func TestANameAloneIsAClient(t *testing.T) {
	c := create(t, newIntake(nil, nil), `{"name":"  ООО  «Ромашка» "}`)
	if c.Name != "ООО «Ромашка»" || c.Kind != "company" {
		t.Errorf("got name %q kind %q", c.Name, c.Kind)
	}
	if c.CreatedAt.Time() != noon || c.UpdatedAt.Time() != noon || c.Revision != 1 {
		t.Errorf("got created %v updated %v revision %d", c.CreatedAt, c.UpdatedAt, c.Revision)
	}
}

func TestCanonicalForms(t *testing.T) {
	c := create(t, newIntake(nil, nil), `{"name":"A","taxId":"ИНН 7707 083 893","region":" нет ","manager":"ivanov","managers":["petrov","-"],
		"tags":["vip"," vip ","n/a"],"birthday":"31.12.1990","country":"Россия",
		"channels":[{"type":"phone","value":"8 (495) 748-01-13","label":"office"},{"type":"email","value":"Info@EXAMPLE.com"},
			{"type":"phone","value":"позвонить позже"},{"type":"phone","value":"-"},{"value":"someone@example.org"}],
		"contacts":[{"name":"Семакова  Лидия"},{"name":"нет","jobTitle":"?"}],"activity":{"purchases":99},"id":77,"revision":9}`)
	if c.TaxID != "7707083893" || c.Region != "" || c.Country != "RU" {
		t.Errorf("taxId %q region %q country %q", c.TaxID, c.Region, c.Country)
	}
	if strings.Join(c.Managers, ",") != "ivanov,petrov" || strings.Join(c.Tags, ",") != "vip" {
		t.Errorf("managers %v tags %v", c.Managers, c.Tags)
	}
	if c.Birthday.String() != "1990-12-31" {
		t.Errorf("birthday %v", c.Birthday)
	}
	if c.ID != 0 || c.Activity.Purchases != 0 || c.Revision != 1 {
		t.Errorf("the server's own were taken from the input: %+v", c)
	}
	want := []crm.Channel{
		{ID: "h1", Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13", Label: "office", State: "unverified"},
		{ID: "h2", Type: "email", Value: "Info@example.com", Raw: "Info@EXAMPLE.com", State: "unverified"},
		{ID: "h3", Type: "phone", Value: "позвонить позже", Raw: "позвонить позже", State: "invalid"},
		{ID: "h4", Type: "email", Value: "someone@example.org", Raw: "someone@example.org", State: "unverified"},
	}
	if len(c.Channels) != len(want) {
		t.Fatalf("channels %+v", c.Channels)
	}
	for i := range want {
		if c.Channels[i] != want[i] {
			t.Errorf("channel %d: got %+v, want %+v", i, c.Channels[i], want[i])
		}
	}
	if len(c.Contacts) != 1 || c.Contacts[0].Name != "Семакова Лидия" || c.Contacts[0].ID != "c1" {
		t.Errorf("contacts %+v", c.Contacts)
	}
}

func TestEveryReasonIsListedWithItsPlace(t *testing.T) {
	in := newIntake(map[string]crm.FieldType{"licenceUntil": crm.FieldDate},
		map[string]engine.Dictionary{"stage": {Name: "stages", Values: map[string]bool{"new": true, "won": true}}})
	_, err := in.Create(context.Background(), intake.Request{Scope: crm.Everything, DryRun: true, Doc: []byte(`{"name":" - ","taxID":"1",
		"kind":"firm","tags":"vip","unsubscribed":"yes","birthday":"31.02.2026","channels":[{"type":"fax","value":"1"},{"typ":"phone"}],
		"stage":"lost","fields":{"licenceUntil":"soon","1x":"a"},"contracts":[{"startsOn":"2026-02-01","endsOn":"2026-01-01"}]}`)})
	var invalid *crm.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v, want an InvalidError", err)
	}
	got := map[string]string{}
	for _, p := range invalid.Problems {
		got[p.Field] = p.Code
		if p.Message == "" {
			t.Errorf("%s has no message", p.Field)
		}
	}
	for field, code := range map[string]string{
		"taxID": "unknown_field", "kind": "unknown_value", "tags": "wrong_type", "unsubscribed": "wrong_type", "birthday": "invalid_date",
		"channels[0].type": "unknown_value", "channels[1].typ": "unknown_field", "name": "required", "stage": "not_in_dictionary",
		"fields.licenceUntil": "wrong_type", "fields.1x": "invalid_key", "contracts[0].endsOn": "invalid_range",
	} {
		if got[field] != code {
			t.Errorf("%s: got code %q, want %q", field, got[field], code)
		}
	}
	if len(got) != 12 {
		t.Errorf("got %d problems, want 12: %v", len(got), err)
	}
	if !strings.Contains(err.Error(), `did you mean "taxId"?`) {
		t.Errorf("no suggestion in %v", err)
	}
}

func TestDocumentsThatAreNotJSONAreMalformed(t *testing.T) {
	in := newIntake(nil, nil)
	for _, doc := range []string{``, `{`, `{"name":"a"`, `{"name":"a"} x`, `{"name":"a","name":"b"}`, "{\"name\":\"\xff\"}", `{"name":01}`, `{name:"a"}`} {
		_, err := in.Create(context.Background(), intake.Request{Scope: crm.Everything, Doc: []byte(doc), DryRun: true})
		var malformed *crm.MalformedError
		if !errors.As(err, &malformed) {
			t.Errorf("%q: got %v, want a MalformedError", doc, err)
		}
	}
	for _, doc := range []string{`null`, `[]`, `"x"`, `1`} {
		_, err := in.Create(context.Background(), intake.Request{Scope: crm.Everything, Doc: []byte(doc), DryRun: true})
		var invalid *crm.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%q: got %v, want an InvalidError", doc, err)
		}
	}
}

func TestCustomFieldsGetTheirDeclaredType(t *testing.T) {
	in := newIntake(map[string]crm.FieldType{"until": crm.FieldDate, "size": crm.FieldInteger, "rate": crm.FieldNumber, "cold": crm.FieldBool,
		"at": crm.FieldTime, "code": crm.FieldString}, nil)
	c := create(t, in, `{"name":"A","fields":{"until":"31.12.2026","size":"12","rate":"1 234,5","cold":"да","at":"2026-01-02T03:04:05Z","code":42,"free":1.5,"gone":"-"}}`)
	want := map[string]crm.Value{
		"until": {Type: crm.FieldDate, Integer: crm.DateOf(2026, 12, 31).UnixMilli()}, "size": {Type: crm.FieldInteger, Integer: 12},
		"rate": {Type: crm.FieldNumber, Number: 1234.5}, "cold": {Type: crm.FieldBool, Integer: 1},
		"at":   {Type: crm.FieldTime, Integer: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMilli()},
		"code": crm.StringValue("42"), "free": {Type: crm.FieldNumber, Number: 1.5},
	}
	if len(c.Fields) != len(want) {
		t.Errorf("got %v", c.Fields)
	}
	for k, v := range want {
		if c.Fields[k] != v {
			t.Errorf("%s: got %+v, want %+v", k, c.Fields[k], v)
		}
	}
}

func FuzzCreate(f *testing.F) {
	f.Add([]byte(`{"name":"A","channels":[{"type":"phone","value":"+7 495 748-01-13"}],"fields":{"x":1},"contacts":[{"channels":[null]}]}`))
	f.Add([]byte(`{"name":null,"properties":{"a":{}},"tags":[[]]}`))
	in := newIntake(nil, nil)
	f.Fuzz(func(t *testing.T, doc []byte) {
		answer, err := in.Create(context.Background(), intake.Request{Scope: crm.Everything, Doc: doc, DryRun: true})
		if err != nil {
			return
		}
		if answer.Client.Name == "" {
			t.Errorf("accepted without a name: %q", doc)
		}
	})
}

// Escapes counted against the bound, so that one text was taken or refused
// according to the program that wrote its JSON.
func TestTextsAreMeasuredAsTheyAreKept(t *testing.T) {
	in := newIntake(nil, nil)
	if c := create(t, in, `{"name":"`+strings.Repeat(`\u0444`, 2000)+`"}`); c.Name != strings.Repeat("ф", 2000) {
		t.Errorf("the name has %d bytes", len(c.Name))
	}
	var invalid *crm.InvalidError
	rq := intake.Request{Scope: crm.Everything, DryRun: true, Doc: []byte(`{"name":"` + strings.Repeat(`\u0444`, 2049) + `"}`)}
	if _, err := in.Create(context.Background(), rq); !errors.As(err, &invalid) || invalid.Problems[0].Code != "too_long" {
		t.Errorf("a name of 4098 bytes: %v", err)
	}
}

// The empty dates of other programs became 1970-01-01, and times without a zone
// were read as UTC whatever the company's is.
func TestDeclaredDatesAndTimesAreReadLikeTheClientsOwn(t *testing.T) {
	set := engine.NewSet(1, nil, map[string]crm.FieldType{"until": crm.FieldDate, "at": crm.FieldTime}, nil)
	moscow := time.FixedZone("MSK", 3*60*60)
	in := intake.New(intake.Config{Current: func() *engine.Set { return set }, Region: "RU", Zone: moscow, Now: func() time.Time { return noon }})
	c := create(t, in, `{"name":"A","nextContactAt":"2027-01-31 09:30","fields":{"until":"00.00.0000","at":"2027-01-31 09:30"}}`)
	if v, there := c.Fields["until"]; there {
		t.Errorf("an empty date is %+v", v)
	}
	if got := c.Fields["at"].Integer; got != c.NextContactAt.UnixMilli() {
		t.Errorf("the field is at %v, the client's time at %v", crm.TimeFromUnixMilli(got), c.NextContactAt)
	}
}

// The last digits of long numbers were lost without a word.
func TestLongNumbersAreNotCutShort(t *testing.T) {
	in := newIntake(nil, nil)
	c := create(t, in, `{"name":"A","fields":{"staff":9007199254740991,"share":0.1,"mass":1e30,"account":"40702810900000012345"}}`)
	if c.Fields["staff"].Number != 9007199254740991 || c.Fields["mass"].Number != 1e30 || c.Fields["account"].Text != "40702810900000012345" {
		t.Errorf("%v", c.Fields)
	}
	for _, number := range []string{"40702810900000012345", "1e400", "-9007199254740993"} {
		var invalid *crm.InvalidError
		rq := intake.Request{Scope: crm.Everything, DryRun: true, Doc: []byte(`{"name":"A","fields":{"account":` + number + `}}`)}
		if _, err := in.Create(context.Background(), rq); !errors.As(err, &invalid) || invalid.Problems[0].Code != "invalid_number" || invalid.Problems[0].Field != "fields.account" {
			t.Errorf("%s: %v", number, err)
		}
	}
}
