// Package rules is what users declare: the manifests Rule, Field,
// Dictionary and Webhook, as types, as strict YAML or JSON, and as conditions that say how
// far a declared object has come.
//
// It promises that
//   - [Parse] accepts a manifest only when every key, type and value in it is
//     known and fits; otherwise it lists every problem with line, column and
//     path, not the first one only;
//   - what Parse accepted has its defaults filled in, so nobody downstream
//     asks what an empty mode or severity means;
//   - [EncodeJSON] writes the same bytes for the same object, [YAML] makes YAML of them,
//     and Parse reads either back as the same object;
//   - no input makes it panic, and time and memory are bounded: 1 MiB, 64
//     levels, 100,000 values after aliases are expanded.
//
// CEL expressions are text here. Package rules/cel checks their types and
// compiles them; package server/engine puts the two together. Whether a module,
// a check or a field that a manifest names exists is known to the server alone.
package rules
