// Package builtin holds the rules that a new base starts with: the five usual
// complaints about a client base.
//
// A rule is a folder with three files. rule.yaml is its manifest, written as
// any user would write it. <name>.wasm is the module that rules/cel makes of
// it; go generate writes it and a test compares. cases.yaml are examples,
// run through that module by the tests: a list of
//
//   - name: what the case shows
//     client: {…}             # as the API shows it; fields may be left out
//     raw: true               # the client is as typed: placeholders are emptied first
//     now: 2027-01-31T09:00:00Z  # time of evaluation, where it matters
//     findings:               # all of them; none when left out
//   - {path: "contacts[0].jobTitle", rowId: c1, message: {en: …}}
//
// The rules have no privilege. The server loads them on its first start by the
// way of any upload; after that they can be changed, replaced or deleted like any other.
//
// To add a rule, add a folder, name it below, and run go generate.
package builtin
