// Package intake is the walk of one write: decode and validate, canonicalise,
// evaluate, commit.
//
// Input is always a JSON document in the wire form of a client. Creating
// applies it to an empty client, PATCH and merging imports apply it to the
// stored one by the rules of JSON merge patch (RFC 7396), PUT to an empty one
// that keeps what is the server's. Every reason to refuse a document is
// listed, not the first.
//
// Evaluation happens before the write transaction, never inside it. A write
// that loses a race (another write of the client, a change of the rule set) is
// walked again from the stored card; what is answered is on disk.
package intake
