// Package api is the wire of Assay: the routes, the envelopes that the domain
// types of package crm travel in, the one table of error codes, and Client, the
// typed Go caller that the command line uses and programs may use.
//
// It promises that what is here follows the wire contract and stays: fields are
// added, never renamed. It holds no behaviour of the server and imports nothing
// but the standard library and package crm.
package api
