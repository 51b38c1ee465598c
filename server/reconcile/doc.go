// Package reconcile keeps the declared resources (rules, fields, dictionaries,
// webhooks, modules) and makes the running rule set equal to them.
//
// Applying an object validates, compiles and tries it first; only what works
// is stored, becomes the rule set in force, and has the stored base judged
// anew. When a change is refused, or its compilation fails, what ran before
// goes on running. Everything a client sees of a resource, its status
// included, comes from here.
package reconcile
