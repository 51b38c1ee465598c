package store

import "context"

// Outboxes keep what webhooks have still to deliver, and could not. What an
// outbox holds is the business of whoever delivers; a store keeps the bytes.
type Outboxes interface {
	// Outbox returns what a hook keeps; a hook that has kept nothing yet has an
	// empty one.
	Outbox(ctx context.Context, hook string) (Outbox, error)
	// Outboxes returns the names of the hooks that keep something, in order.
	Outboxes(ctx context.Context) ([]string, error)
	// SaveOutbox makes a change of an outbox durable, all of it or nothing.
	SaveOutbox(ctx context.Context, hook string, c OutboxChange) error
	// DropOutbox forgets all that a hook keeps; nothing happens when it keeps nothing.
	DropOutbox(ctx context.Context, hook string) error
}

// Outbox is what a hook keeps between restarts.
type Outbox struct {
	State   []byte   // how far it has come; nil for a hook that has kept nothing yet
	Letters []Letter // by Seq
}

// Letter is an event that a hook took out of the log and has not delivered.
type Letter struct {
	Seq  int64 // of the event; above 0
	Data []byte
}

// OutboxChange changes an outbox. A letter of a Seq that is there replaces it;
// removing one that is not there changes nothing. No Seq may be in both.
type OutboxChange struct {
	State  []byte // nil: stays as it is
	Put    []Letter
	Remove []int64
}
