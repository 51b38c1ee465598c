// Package sdk holds what rules are written with, as files: the templates of rule projects, the sources of
// the SDKs for Go, Rust, AssemblyScript and C, and pages to read. `assay rule new` makes projects of them, which
// build without a network.
//
// The SDKs themselves are in the folders go, rust, assemblyscript and c; abi is the definition that
// they share with the server.
package sdk
