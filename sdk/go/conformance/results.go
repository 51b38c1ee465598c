package main

import (
	"math"
	"strconv"
	"strings"

	"assay/sdk/go"
)

type resultsSettings struct {
	Kind  string `json:"kind" enum:"none,full,many,suggest,severity,long,error,stale" default:"full"`
	Count int    `json:"count" minimum:"0" maximum:"2000" default:"1"`
}

func results(s *resultsSettings, _ assay.Client, report *assay.Report) {
	switch s.Kind {
	case "full":
		report.Finding("full").Path("contacts[].jobTitle", 0).Row("c1").SuggestText("директор").Severity(assay.Error).
			Param("a", "1").Param("b", "").Param("ключ", "значение")
	case "many":
		id := []byte("c")
		for i := range s.Count {
			id = strconv.AppendInt(id[:1], int64(i), 10)
			report.Finding("many").Path("contacts[].name", i).Row(string(id))
		}
	case "suggest":
		report.Finding("suggest").Path("notes").Row("text").SuggestText("a\"b\\c\n\u0001\té")
		report.Finding("suggest").Path("notes").Row("number").SuggestInt(-3)
		report.Finding("suggest").Path("notes").Row("truth").SuggestBool(true)
		report.Finding("suggest").Path("notes").Row("json").SuggestJSON(`{"a":[1,null]}`)
		report.Finding("suggest").Path("notes").Row("largest").SuggestUint(math.MaxUint64).
			ParamUint("largest", math.MaxUint64).ParamInt("least", math.MinInt64).ParamBool("yes", true).ParamBool("no", false)
	case "severity":
		for _, severity := range []assay.Severity{assay.Info, assay.Warning, assay.Error} {
			report.Finding("severity").Row(string(severity)).Severity(severity)
		}
	case "long":
		report.Finding("long").Param("x", strings.Repeat("x", s.Count*1024))
	case "error":
		report.Finding("before")
		report.Error("no rate for the currency")
	case "stale":
		first := report.Finding("first")
		report.Finding("second")
		first.Path("name")
	}
}

type labelsSettings struct {
	Label string `json:"label" default:"A"`
}

func labels(s *labelsSettings, client assay.Client, report *assay.Report) {
	report.Label(s.Label).Param("share", "41")
	report.Measure("revenue", client.Revenue())
	report.Measure("smallest", math.MinInt64)
	report.Measure("largest", math.MaxInt64)
}
