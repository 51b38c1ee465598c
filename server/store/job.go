package store

import "context"

// Job is a piece of work over many clients: what is known of it, in its maker's
// own words.
type Job struct {
	ID   string
	Data []byte
}

// JobClient is what a job did to one client, or is about to do.
type JobClient struct {
	Client int64
	Data   []byte
}

// Jobs keeps pieces of work over many clients, so that they survive the process.
type Jobs interface {
	// PutJob stores a job and what it says of these clients, in place of what was
	// there, in one transaction.
	PutJob(ctx context.Context, j Job, clients []JobClient) error
	// Job returns one job, or ErrNotFound; Jobs all of them, by id.
	Job(ctx context.Context, id string) (Job, error)
	Jobs(ctx context.Context) ([]Job, error)
	// JobClients returns up to limit clients of a job with numbers greater than after, by number.
	JobClients(ctx context.Context, id string, after int64, limit int) ([]JobClient, error)
	// DeleteJob removes a job with what it says of clients, or returns ErrNotFound.
	DeleteJob(ctx context.Context, id string) error
}
