// Package crm is Assay's domain: clients and what is known about them,
// findings, segments and events. It holds types and their invariants, knows no
// storage and no transport, and imports nothing but the standard library and
// the card layout of sdk/abi.
package crm
