package main

import (
	"errors"
	"math"

	"assay/sdk/go"
)

type settingsSettings struct {
	Name   string   `json:"name" title:"Name" required:"true" minLength:"1" maxLength:"20"`
	Ratio  float64  `json:"ratio" title:"Ratio" minimum:"0" maximum:"1000" default:"1.5"`
	Days   int      `json:"days" title:"Days" minimum:"-10" maximum:"10" default:"3"`
	Strict bool     `json:"strict" title:"Strict" default:"true"`
	Choice string   `json:"choice" title:"Choice" enum:"a,b" default:"b"`
	List   []string `json:"list" title:"List" default:""`
	Large  int64    `json:"large" title:"Large" default:"0"`
}

func (s *settingsSettings) Validate() error {
	if s.Name == "refuse" {
		return errors.New("name must not be refuse")
	}
	return nil
}

func settings(s *settingsSettings, _ assay.Client, report *assay.Report) {
	report.Finding("settings").Path("name").
		Param("name", s.Name).
		Param("ratio", hex(math.Float64bits(s.Ratio))).
		ParamInt("days", int64(s.Days)).
		ParamBool("strict", s.Strict).
		Param("choice", s.Choice).
		Param("list", joined(s.List)).
		ParamInt("large", s.Large)
}

// joined is strings.Join, of which thousands of texts take more fuel than a client has: what is in the loop of a small function
// is charged for each, and no more.
func joined(texts []string) string {
	size := 0
	for _, text := range texts {
		size += len(text) + 1
	}
	out := make([]byte, size)
	at := 0
	for _, text := range texts {
		at = put(out, at, text)
	}
	return string(out[:max(at-1, 0)])
}

// put writes a text and a comma, and returns where they end.
//
//go:noinline
func put(out []byte, at int, text string) int {
	for i := range len(text) {
		out[at+i] = text[i]
	}
	out[at+len(text)] = ','
	return at + len(text) + 1
}
