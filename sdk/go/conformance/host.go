package main

import (
	"math"
	"strconv"

	"assay/sdk/go"
)

func host(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	read, _ := assay.ParseDouble("2.50")
	report.Finding("host").Path("name").
		ParamInt("now", assay.Now()).
		ParamBool("match", assay.Matches("^a+$", client.Name())).
		ParamBool("valid", assay.ValidPattern("^a+$")).
		ParamBool("invalid", assay.ValidPattern("(a")).
		ParamBool("phone", assay.Phone(client.Channels().At(0).Value(), client.Country())).
		Param("zone", offset("Europe/Kyiv")).
		Param("nowhere", offset("Nowhere/Here")).
		Param("written", assay.FormatDouble(1.5e-7, 'g')).
		Param("read", hex(math.Float64bits(read)))
}

func offset(zone string) string {
	seconds, ok := assay.ZoneOffset(zone, assay.Now())
	if !ok {
		return "none"
	}
	return strconv.FormatInt(seconds, 10)
}
