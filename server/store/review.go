package store

import (
	"context"

	"assay/server/crm"
)

// Reviewer looks at the whole base without changing it: what a rule that is not in force is tried on.
type Reviewer interface {
	// Review calls visit with every client of the scope and what a rule has said
	// of it, all of one moment, some clients at a time and from several goroutines
	// at once; visit must not keep the cards. An error of visit, ErrSpent among
	// them, ends the review and is returned. It tells how many clients the scope has.
	Review(ctx context.Context, scope crm.Scope, rule string, visit func([]Reviewed) error) (clients int64, err error)

	// Sample returns the cards of up to n clients from all over the base, by id;
	// from the same base the same.
	Sample(ctx context.Context, of SampleOf, n int) ([][]byte, error)
}

// Reviewed is one client and what the rule has said of it.
type Reviewed struct {
	ID     int64
	Card   []byte
	Result *crm.Result // nil: nothing
}

// SampleOf says which clients a sample is taken of. The zero SampleOf is all of them.
type SampleOf struct {
	Rule   string // those of whom this rule has said something
	Failed bool   // … or rather those that it could not judge
}
