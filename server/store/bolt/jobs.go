package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	berrors "go.etcd.io/bbolt/errors"

	"assay/server/crm"
	"assay/server/store"
)

// PutJob stores a job and what it says of clients; see store.Jobs.
func (s *Store) PutJob(ctx context.Context, j store.Job, clients []store.JobClient) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if j.ID == "" || len(j.ID) > maxObjectName {
		return fmt.Errorf("a job needs an id of 1 to %d bytes, not %d", maxObjectName, len(j.ID))
	}
	for _, c := range clients {
		if c.Client <= 0 || c.Client > maxID {
			return fmt.Errorf("job %s: there can be no client %d", j.ID, c.Client)
		}
	}
	return s.submit(ctx, 1+len(clients), func(w *writer) error {
		w.put(w.tx.Bucket(bucketJobs), []byte(j.ID), j.Data)
		of, err := w.tx.Bucket(bucketJobClients).CreateBucketIfNotExists([]byte(j.ID))
		if err != nil {
			return fmt.Errorf("keep the clients of job %s: %w", j.ID, err)
		}
		for _, c := range clients {
			w.put(of, key(c.Client), c.Data)
		}
		return nil
	})
}

// Job returns one job.
func (s *Store) Job(ctx context.Context, id string) (j store.Job, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		data := snap.tx.Bucket(bucketJobs).Get([]byte(id))
		if data == nil {
			return fmt.Errorf("job %q: %w", id, crm.ErrNotFound)
		}
		j = store.Job{ID: id, Data: bytes.Clone(data)}
		return nil
	})
	return j, err
}

// Jobs returns all jobs, by id.
func (s *Store) Jobs(ctx context.Context) (list []store.Job, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		return snap.tx.Bucket(bucketJobs).ForEach(func(id, data []byte) error {
			list = append(list, store.Job{ID: string(id), Data: bytes.Clone(data)})
			return nil
		})
	})
	return list, err
}

// JobClients returns what a job says of clients, by number.
func (s *Store) JobClients(ctx context.Context, id string, after int64, limit int) (list []store.JobClient, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		of := snap.tx.Bucket(bucketJobClients).Bucket([]byte(id))
		if of == nil {
			return fmt.Errorf("job %q: %w", id, crm.ErrNotFound)
		}
		c := of.Cursor()
		for k, data := c.Seek(key(max(after, 0) + 1)); k != nil && len(list) < limit; k, data = c.Next() {
			list = append(list, store.JobClient{Client: number(k), Data: bytes.Clone(data)})
		}
		return nil
	})
	return list, err
}

// DeleteJob removes a job.
func (s *Store) DeleteJob(ctx context.Context, id string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return s.submit(ctx, 1, func(w *writer) error {
		jobs := w.tx.Bucket(bucketJobs)
		if jobs.Get([]byte(id)) == nil {
			return fmt.Errorf("job %q: %w", id, crm.ErrNotFound)
		}
		w.remove(jobs, []byte(id))
		if err := w.tx.Bucket(bucketJobClients).DeleteBucket([]byte(id)); err != nil && !errors.Is(err, berrors.ErrBucketNotFound) {
			return fmt.Errorf("forget the clients of job %s: %w", id, err)
		}
		return nil
	})
}
