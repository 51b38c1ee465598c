module assay/sdk/go

go 1.24.0
