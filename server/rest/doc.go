// Package rest serves the wire contract over HTTP: Fiber routes described once
// and published as OpenAPI 3.1 by huma.
//
// Each route is declared with its parameters, bodies, rights and error codes; the
// declaration is what checks a request and what the document shows, so the two
// cannot differ. A request is known by its principal before anything else of it is
// read, and every refusal is problem+json with a code from the table of package
// api, in the reader's language.
//
// Bodies are read as streams within the route's limit; a body that was not read to
// its end closes the connection, so that its rest is never taken for a request.
// Long answers (exports, progress, events) are produced while they are sent, with
// no store call open for a slow reader.
//
// The package decides nothing about clients or rules: it decodes, asks the rooms
// behind it, and encodes.
package rest
