package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
)

// cNames are the constants of package abi that the C SDK has, with their names there.
var cNames = []struct{ c, abi string }{
	{"ASSAY_ABI", "ModuleVersion"}, {"ASSAY_CONFIGURE_HEADER", "ConfigureHeader"},
	{"ASSAY_MAGIC", "Magic"}, {"ASSAY_LAYOUT", "Layout"}, {"ASSAY_HEADER", "HeaderSize"},
	{"ASSAY_MAX_CARD", "MaxCard"}, {"ASSAY_MAX_CLIENT_SLOTS", "MaxClientSlots"}, {"ASSAY_MAX_ROW_SLOTS", "MaxRowSlots"},
	{"ASSAY_MAX_RESULTS", "MaxResultsBytes"}, {"ASSAY_MAX_ROWS", "MaxResultRows"}, {"ASSAY_MAX_IDENT", "MaxIdentBytes"}, {"ASSAY_MAX_LOG", "MaxLogBytes"},
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
	known, err := abiConstants(abiDir, "module.go", "read.go", "results.go")
	if err != nil {
		return err
	}
	out.p("// Numbers of the card (FORMAT.md) and of the module ABI (ABI.md).\nenum {")
	for _, n := range cNames {
		c, ok := known.Lookup(n.abi).(*types.Const)
		if !ok {
			return fmt.Errorf("sdk/abi has no constant %s", n.abi)
		}
		value := constant.ToInt(c.Val())
		if value.Kind() != constant.Int {
			return fmt.Errorf("sdk/abi's %s is not an integer", n.abi)
		}
		out.p("  %s = %s,", n.c, value)
	}
	out.p("};\n")
	return nil
}

// abiConstants reads the constants that files of package abi declare. The generator does not import the package:
// it must run when a generated file of it is broken.
func abiConstants(dir string, names ...string) (*types.Scope, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, 0)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	// Errors are of what other files declare and of imports; the constants are whole.
	loose := types.Config{IgnoreFuncBodies: true, Error: func(error) {}}
	pkg, _ := loose.Check("abi", fset, files, nil)
	return pkg.Scope(), nil
}
