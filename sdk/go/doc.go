// Package assay is the SDK for Assay rules written in Go: a rule module is a program of package
// main that declares its checks and is built for WebAssembly with the standard toolchain:
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o rule.wasm .
//
// A check is a function of its settings, a client and a report. [Quality] and [Segmentation]
// declare it under a name, as a variable of the package, so that tests can name it too; the order of
// the declarations is the order of the checks. Nothing else is needed: the package exports what the host calls.
//
// # Settings
//
// The settings of a check are a struct, from whose fields and tags the JSON Schema is derived
// that the host holds a rule's spec.settings against:
//
//	type Settings struct {
//		Field  string   `json:"field" title:"Field" required:"true" minLength:"1"`
//		Days   int      `json:"days" title:"Days" default:"30" minimum:"0" maximum:"365"`
//		Share  float64  `json:"share" title:"Share" default:"0.8"`
//		Strict bool     `json:"strict" title:"Strict" default:"true"`
//		Mode   string   `json:"mode" title:"Mode" enum:"soft,hard" default:"soft"`
//		Skip   []string `json:"skip" title:"Skip" default:""`
//	}
//
// Fields are of the kinds string, bool, int, int64, float64 and []string and carry a json tag; fields
// that are not exported and those tagged "-" are the check's own. Lists in tags are separated by commas. A method
// Validate() error on the pointer may refuse settings with a text for the person who wrote them, and
// work out once what the check needs of them. A check with nothing to set takes [NoSettings].
//
// # The client
//
// [Client] reads a card in place. Reading never fails: what is absent, lies outside the card, or is unknown to the
// writer of the card reads as its type's zero; the Has methods tell absent from zero. Times and dates
// are unix milliseconds ([Day] of them make a day), money is hundredths of the base currency. Strings and
// lists share the card's memory: they, and the client, are valid while the check judges it and no longer.
//
// # The report
//
// [Report] takes findings, a label with the parameters of its reason, measures, or why this client could not be
// judged. Nothing in it allocates up to a few KiB of results, nor does reading a client.
//
// # Promises and limits
//
// A panic is a fault of the client that was being judged; the others get their results. What a check
// keeps between clients is lost: the host sets the module back before each, which takes most of the 15 microseconds of a
// small check. A rule whose checks keep nothing may say isolation: Batch, and takes 0.7.
//
// A module has 2.1 MB, of which Go's runtime is 1.8. Package time makes it 0.3 MB larger, fmt 0.7 and encoding/json 1.4; this package
// has no need of them and no dependencies. Goroutines work; files, network, arguments and environment are not there.
//
// Package assaytest runs checks natively, under go test.
package assay
