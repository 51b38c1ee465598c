package intake

import (
	"fmt"

	"assay/server/crm"
)

// StaleError is a write whose IfMatch is not the client's revision.
type StaleError struct {
	Client   int64 // 0 when there is no client yet
	Revision int64 // that the client has
	Wanted   int64 // that the writer saw
}

// Error says which revision the client has.
func (e *StaleError) Error() string {
	if e.Client == 0 {
		return fmt.Sprintf("there is no client yet that could be at revision %d", e.Wanted)
	}
	return fmt.Sprintf("client %d is at revision %d, not %d", e.Client, e.Revision, e.Wanted)
}

// Unwrap returns crm.ErrRevisionConflict.
func (e *StaleError) Unwrap() error { return crm.ErrRevisionConflict }

// NoRowError is a write of a row that the client does not have.
type NoRowError struct {
	Client    int64
	List, Row string
}

// Error says which row is missing.
func (e *NoRowError) Error() string {
	return fmt.Sprintf("client %d has no row %q in %s", e.Client, e.Row, e.List)
}

// Unwrap returns crm.ErrNotFound.
func (e *NoRowError) Unwrap() error { return crm.ErrNotFound }
