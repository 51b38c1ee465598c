module assay/examples/rules/go-licence

go 1.24.0

require assay/sdk/go v0.0.0

replace assay/sdk/go => ../../../sdk/go
