// Command api walks through the API of Assay with nothing but net/http, as a program of yours would: it keeps a client
// right by its external id whatever others change meanwhile, imports a file, applies a rule and waits for it, reads all
// findings page by page, and hears over a stream how they close as clients are fixed.
//
//	assay serve --data base          # in another terminal; prints where the token is
//	ASSAY_SERVER=http://127.0.0.1:8080 ASSAY_TOKEN=$(cat base/admin-token) go run .
//
// api.go is what to copy: requests, errors, pages and streams. main.go is the walk; what it prints on a new base stands in main.txt.
package main
