// Command conformance is the module that shows what the SDK for Go does: every field, every kind of result, every kind of
// setting, every fault. sdk/conformance/README.md says what each check does, in all languages alike.
package main

import "assay/sdk/go"

func main() {}

// The checks, in the order of the page.
var (
	Fields  = assay.Quality("fields", fields)
	Results = assay.Quality("results", results)
	Labels  = assay.Segmentation("labels", labels).
		Label("A", assay.Texts{"en": "Class A", "ru": "Класс А"}).
		Label("B", nil).
		Message("A", assay.Texts{"en": "{{ share }} % of revenue"})
	Settings = assay.Quality("settings", settings)
	Host     = assay.Quality("host", host)
	Faults   = assay.Quality("faults", faults)
)
