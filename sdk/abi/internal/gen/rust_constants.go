package main

import "fmt"

// rustNames are the constants of package abi that the Rust SDK has, under names and of types of its own.
var rustNames = []struct{ abi, name, typ, about string }{
	{"ModuleVersion", "VERSION", "i32", "What `assay_abi` returns."},
	{"Magic", "MAGIC", "u64", "The first four bytes of a card."},
	{"Layout", "LAYOUT", "u64", "The layout version of a card."},
	{"HeaderSize", "HEADER_SIZE", "usize", "Bytes before the first slot of a card."},
	{"MaxCard", "MAX_CARD", "usize", "Bytes of a card, at most."},
	{"MaxClientSlots", "MAX_CLIENT_SLOTS", "u64", "Slots of a client, at most."},
	{"MaxRowSlots", "MAX_ROW_SLOTS", "u64", "Slots of a row, at most."},
	{"placeLayout", "PLACE_LAYOUT", "usize", "Where a card says its layout and its number of slots."},
	{"placeBitmap", "PLACE_BITMAP", "usize", "Where the presence bitmap of a card is."},
	{"ResultFinding", "RESULT_FINDING", "u8", "A row of results: a finding."},
	{"ResultLabel", "RESULT_LABEL", "u8", "A row of results: a label."},
	{"ResultMeasure", "RESULT_MEASURE", "u8", "A row of results: a measure."},
	{"ResultError", "RESULT_ERROR", "u8", "A row of results: why the client could not be judged."},
	{"TagCode", "TAG_CODE", "u8", "A field of a row: the finding's code."},
	{"TagPath", "TAG_PATH", "u8", "A field of a row: the finding's path."},
	{"TagRowID", "TAG_ROW_ID", "u8", "A field of a row: the finding's row."},
	{"TagSuggest", "TAG_SUGGEST", "u8", "A field of a row: the suggestion, JSON."},
	{"TagParamKey", "TAG_PARAM_KEY", "u8", "A field of a row: a parameter's key."},
	{"TagParamValue", "TAG_PARAM_VALUE", "u8", "A field of a row: the value of the key before."},
	{"TagLabel", "TAG_LABEL", "u8", "A field of a row: the label."},
	{"TagMeasure", "TAG_MEASURE", "u8", "A field of a row: the measure's name."},
	{"TagValue", "TAG_VALUE", "u8", "A field of a row: the measure's value."},
	{"TagError", "TAG_ERROR", "u8", "A field of a row: the error's text."},
	{"TagSeverity", "TAG_SEVERITY", "u8", "A field of a row: the finding's severity."},
	{"ConfigureOK", "CONFIGURE_OK", "u32", "Settings are accepted."},
	{"ConfigureRefused", "CONFIGURE_REFUSED", "u32", "Settings are refused."},
	{"ConfigureHeader", "CONFIGURE_HEADER", "usize", "Bytes before the text of a refusal."},
	{"CallNow", "CALL_NOW", "u32", "Host function: the evaluation time."},
	{"CallMatch", "CALL_MATCH", "u32", "Host function: a regular expression."},
	{"CallDoubleText", "CALL_DOUBLE_TEXT", "u32", "Host function: a double as text."},
	{"CallParseDouble", "CALL_PARSE_DOUBLE", "u32", "Host function: text as a double."},
	{"CallZoneOffset", "CALL_ZONE_OFFSET", "u32", "Host function: a time zone."},
	{"CallPhone", "CALL_PHONE", "u32", "Host function: is it a phone number?"},
	{"NoZone", "NO_ZONE", "i64", "What there is of a time zone that does not exist."},
	{"MaxResultRows", "MAX_RESULT_ROWS", "usize", "Rows of results, at most."},
	{"MaxResultsBytes", "MAX_RESULTS_BYTES", "usize", "Bytes of results, at most."},
	{"MaxIdentBytes", "MAX_IDENT_BYTES", "usize", "Bytes of a code, a label, a measure's name or a row id, at most."},
	{"MaxSettingsBytes", "MAX_SETTINGS_BYTES", "usize", "Bytes of settings, at most."},
	{"MaxLogBytes", "MAX_LOG_BYTES", "usize", "Bytes of the log that an evaluation may write."},
	{"MaxPatternBytes", "MAX_PATTERN_BYTES", "usize", "A pattern of more bytes is invalid."},
	{"MaxZoneBytes", "MAX_ZONE_BYTES", "usize", "A name of more bytes is no time zone."},
	{"MaxPhoneBytes", "MAX_PHONE_BYTES", "usize", "A text or a country of more bytes is no phone number's."},
}

// rustConstants writes the numbers of the module ABI for the Rust SDK, by the sources of package abi.
func rustConstants(dir string) ([]byte, error) {
	values, err := constantsOf(dir, "module.go", "results.go", "read.go")
	if err != nil {
		return nil, err
	}
	out := newRust("package abi")
	for _, c := range rustNames {
		value, ok := values[c.abi]
		if !ok {
			return nil, fmt.Errorf("package abi has no constant %s", c.abi)
		}
		out.p("/// %s\npub const %s: %s = %s;", c.about, c.name, c.typ, value.ExactString())
	}
	return out.trimmed(), nil
}
