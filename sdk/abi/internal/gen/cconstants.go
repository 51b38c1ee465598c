package main

import "fmt"

// cNames are the constants of package abi that the C SDK has, with their names there.
var cNames = []struct{ c, abi string }{
	{"ASSAY_ABI", "ModuleVersion"}, {"ASSAY_CONFIGURE_HEADER", "ConfigureHeader"},
	{"ASSAY_MAGIC", "Magic"}, {"ASSAY_LAYOUT", "Layout"}, {"ASSAY_HEADER", "HeaderSize"},
	{"ASSAY_MAX_CARD", "MaxCard"}, {"ASSAY_MAX_CLIENT_SLOTS", "MaxClientSlots"}, {"ASSAY_MAX_ROW_SLOTS", "MaxRowSlots"},
	{"ASSAY_MAX_RESULTS", "MaxResultsBytes"}, {"ASSAY_MAX_ROWS", "MaxResultRows"}, {"ASSAY_MAX_IDENT", "MaxIdentBytes"}, {"ASSAY_MAX_LOG", "MaxLogBytes"},
	{"ASSAY_MAX_SETTINGS", "MaxSettingsBytes"}, {"ASSAY_MAX_PATTERN", "MaxPatternBytes"}, {"ASSAY_MAX_ZONE", "MaxZoneBytes"}, {"ASSAY_MAX_PHONE", "MaxPhoneBytes"},
	{"ASSAY_RESULT_FINDING", "ResultFinding"}, {"ASSAY_RESULT_LABEL", "ResultLabel"}, {"ASSAY_RESULT_MEASURE", "ResultMeasure"}, {"ASSAY_RESULT_ERROR", "ResultError"},
	{"ASSAY_TAG_CODE", "TagCode"}, {"ASSAY_TAG_PATH", "TagPath"}, {"ASSAY_TAG_ROW_ID", "TagRowID"}, {"ASSAY_TAG_SUGGEST", "TagSuggest"},
	{"ASSAY_TAG_PARAM_KEY", "TagParamKey"}, {"ASSAY_TAG_PARAM_VALUE", "TagParamValue"}, {"ASSAY_TAG_LABEL", "TagLabel"},
	{"ASSAY_TAG_MEASURE", "TagMeasure"}, {"ASSAY_TAG_VALUE", "TagValue"}, {"ASSAY_TAG_ERROR", "TagError"}, {"ASSAY_TAG_SEVERITY", "TagSeverity"},
	{"ASSAY_CALL_NOW", "CallNow"}, {"ASSAY_CALL_MATCH", "CallMatch"}, {"ASSAY_CALL_DOUBLE_TEXT", "CallDoubleText"},
	{"ASSAY_DOUBLE_TEXT_ARGUMENT", "DoubleTextArgument"}, {"ASSAY_CALL_PARSE_DOUBLE", "CallParseDouble"},
	{"ASSAY_CALL_ZONE_OFFSET", "CallZoneOffset"}, {"ASSAY_CALL_PHONE", "CallPhone"},
}

// cConstants writes constants of the card and the module ABI.
func cConstants(out *source, abiDir string) error {
	values, err := constantsOf(abiDir, "module.go", "read.go", "results.go")
	if err != nil {
		return err
	}
	out.p("// Numbers of the card (FORMAT.md) and of the module ABI (ABI.md).\nenum {")
	for _, n := range cNames {
		value, ok := values[n.abi]
		if !ok {
			return fmt.Errorf("package abi has no constant %s", n.abi)
		}
		out.p("  %s = %s,", n.c, value.ExactString())
	}
	out.p("};\n")
	return nil
}
