// A rule module that reads every value of a card with the SDK for Go and puts them out as parameters of one
// finding. Build:
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o reader.wasm .
package main

import (
	"assay/sdk/go"
	"assay/server/wasm/testdata/reader/flat"
)

func main() {}

var _ = assay.Quality("read", func(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	finding := report.Finding("read")
	for _, v := range flat.Values(projectClient(client)) {
		finding.Param(v.Path, v.Text)
	}
})

// project and projectStrings are what the generated projection stands on.
func project(out map[string]any, in, name string, value any) { out[in+"."+name] = value }

func projectStrings(l assay.Strings) []any {
	out := []any{}
	for i := range l.Len() {
		out = append(out, l.At(i))
	}
	return out
}
