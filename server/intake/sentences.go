package intake

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"assay/server/crm"
)

// What a value is expected to be, or is: `want` and `got` of a problem.
const (
	wantClient  = "a client, as an object,"
	wantObject  = "an object"
	wantList    = "a list"
	wantText    = "text"
	wantNumber  = "a number"
	wantInteger = "a whole number"
	wantBool    = "true or false"
	wantDate    = "a date such as 2027-01-31"
	wantTime    = "a time such as 2027-01-31T09:30:00Z"
)

// sentences are what problems say in English, by code and text; {name} is an
// argument, {name:q} one in quotes. Who answers in other languages has sentences
// under the same names.
var sentences = map[string]string{
	"wrong_type":                   "{want} is expected here, not {got}",
	"wrong_type.custom":            "a custom field is text, a number, true or false, not {got}",
	"wrong_type.declared":          "{value} is not {want}, as the field is declared",
	"wrong_type.unreadable":        "the value cannot be kept: {cause}",
	"unknown_field":                "there is no field {name:q} here",
	"unknown_field.suggested":      "there is no field {name:q} here; did you mean {meant:q}?",
	"unknown_value":                "{value:q} is not one of {allowed}",
	"not_in_dictionary":            "{value:q} is not in the dictionary {dictionary}; its values are {values}",
	"not_in_dictionary.many":       "{value:q} is not in the dictionary {dictionary}; its values are {values} and {more} more",
	"invalid_date":                 "{value:q} is not a date that exists; write it as 2027-01-31 or 31.01.2027",
	"invalid_time":                 "{value:q} is not a time that exists; write it as 2027-01-31T09:30:00Z",
	"invalid_number.amount":        "{value:q} is not an amount such as 152000.50 (at most 9e15)",
	"invalid_number.digits":        "{value} has too many digits to be kept as a number; send it as text",
	"invalid_key":                  "{name:q} cannot be a key here: a letter, then letters, digits, _ or -, at most 63 bytes",
	"invalid_range":                "the contract ends on {end}, before it starts on {start}",
	"too_long":                     "the text is {length} bytes long, at most {most} are kept",
	"too_long.reason":              "the reason is {length} characters long, at most {most} are kept",
	"too_many":                     "at most {most} are kept",
	"too_many.entries":             "a list has at most {most} entries",
	"too_many.rows":                "a list has at most {most} rows",
	"too_large.client":             "the client is larger than one client can be",
	"required.name":                "a client needs a name",
	"required.row":                 "the row says nothing: give it at least one value",
	"required.externalId":          "{value:q} is no external id: it is empty, or stands for nothing",
	"conflict.externalId":          "the document says {said:q}, the address {wanted:q}; leave it out or make them equal",
	"conflict.import":              "somebody else goes on writing this client; import the line again later",
	"duplicate_external_id":        "another client has this external id",
	"duplicate_external_id.import": "another client has the external id {id:q}; import with key=externalId to change it",
	"duplicate_external_id.line":   "an earlier line of this file is for the client {id:q} already",
	"refused_by_rule":              "the rule {rule} does not let this client be stored",
	"unstorable":                   "the client cannot be stored: {cause}",
	"malformed_json":               "the document is not valid JSON at byte {byte}: {cause}",
	"malformed_json.in":            "the document is not valid JSON at byte {byte} in {field}: {cause}",
	"duplicate_field":              "the document is not valid JSON at byte {byte}: {cause}",
	"duplicate_field.in":           "the document is not valid JSON at byte {byte} in {field}: {cause}",
}

// problemOf returns a problem with the sentence of its code and text; args are
// name, value pairs.
func problemOf(field, code, text string, args ...string) crm.Problem {
	p := crm.Problem{Field: field, Code: code, Text: text, Args: make(map[string]string, len(args)/2)}
	fill := make([]string, 0, 2*len(args))
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
		fill = append(fill, "{"+args[i]+"}", args[i+1], "{"+args[i]+":q}", strconv.Quote(args[i+1]))
	}
	key := code
	if text != "" {
		key += "." + text
	}
	p.Message = strings.NewReplacer(fill...).Replace(sentences[key])
	return p
}

// malformed says where a document stops being JSON.
func malformed(syntax *jsontext.SyntacticError, where string) *crm.MalformedError {
	code, text := "malformed_json", ""
	if errors.Is(syntax, jsontext.ErrDuplicateName) {
		code = "duplicate_field"
	}
	if where != "" {
		text = "in"
	}
	p := problemOf("", code, text, "byte", strconv.FormatInt(syntax.ByteOffset, 10), "field", where, "cause", fmt.Sprint(syntax.Err))
	return &crm.MalformedError{Code: code, Detail: p.Message, Text: text, Args: p.Args}
}
