//go:build !wasip1

package assay

import "embed"

// Source is what a rule project needs of this module in its folder sdk: go.mod and the packages, without tests and
// without this file.
//
//go:embed go.mod
//go:embed card_gen.go check.go date.go decode.go describe.go doc.go exports_wasip1.go fields.go host.go host_native.go
//go:embed host_wasip1.go json.go memory.go native.go read_gen.go report.go row.go settings.go text.go
//go:embed assaytest/card.go assaytest/client_gen.go assaytest/declared.go assaytest/doc.go assaytest/host.go
//go:embed assaytest/placeholders.go assaytest/results.go assaytest/run.go assaytest/values.go
//go:embed internal/abi/abi_gen.go internal/native/native.go
var Source embed.FS

// Template is the project that `assay rule new --lang go` makes, in the folder template, and in the folder segmentation what
// differs of one whose rule divides clients: text/template, each file with the suffix .tmpl; package assay/sdk says of what.
//
//go:embed all:template segmentation
var Template embed.FS
