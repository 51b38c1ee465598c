// Package schema holds JSON Schemas of the manifests, by which editors complete
// and check them while they are written: one for each kind, and one for all.
//
// They are generated from the types of package rules: descriptions are their doc
// comments, enums their constants, defaults what SetDefaults fills in. What
// [rules.Parse] refuses for its structure (keys, types, what must and what cannot
// stand together) the schemas refuse too. They know nothing of CEL, nor of what is
// declared on a server.
//
// They are draft-07, which every editor reads, and have no references.
package schema
