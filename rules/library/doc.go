// Package library holds ready rules that users enable by name, with settings of their own:
//
//	apiVersion: assay/v1
//	kind: Rule
//	metadata: {name: verified-in-90-days}
//	spec: {library: stale-verification, settings: {days: 90}}
//
// A rule of the library is a folder with two files. rule.yaml has its title in every language, the JSON Schema
// of its settings, and the spec of a Quality rule:
//
//	title: {en: …, ru: …, uk: …}
//	settings:                      # type object, additionalProperties false
//	  properties:
//	    days: {type: integer, minimum: 1, maximum: 36500, default: 180, title: …, titles: {ru: …, uk: …}}
//	spec:
//	  require: now - client.verifiedAt <= days(settings.days)
//	  path: verifiedAt
//	  message: {en: "Not verified for {{ settings.days }} days", ru: …, uk: …}
//
// In its expressions, settings.<name> is the value that the user gave, or the default; what is absent reads as
// the default of its type (of a date 1970-01-01), and has(settings.<name>) tells. A setting is of type boolean,
// integer, number, string or a list of strings. One of the format client-field, client-text, client-number or
// client-date is the name of a field of the client, region or fields.gln: client[settings.<name>] is that field,
// client[?settings.<name>] its optional value, and `path: settings.<name>` leads to it.
//
// Expand makes of a user's rule the rule to compile; settings take their places in the parsed expressions (see
// cel.Setting), never in a text, so that no setting can be read as an expression. That settings fit the schema
// is checked before, by the server's engine.
//
// cases.yaml are examples as of any rule (rules.ParseCases), with the settings they are for. The tests run them
// through the compiled modules.
package library
