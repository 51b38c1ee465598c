module assay/sdk/go/conformance

go 1.24.0

require assay/sdk/go v0.0.0

replace assay/sdk/go => ../
