// Package cases tries rules on their examples (rules.Case): Card makes the card of an example's client, Compare says
// how what a rule says of it differs from what the example expects.
//
// It compares what people will read: messages rendered with the texts of the module or the manifest, severities with
// that of the rule where a finding has none of its own.
package cases
