package storetest

import (
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

func testJobs(t *testing.T, s *suite) {
	s.open(Options{})
	clients := func(list ...store.JobClient) []store.JobClient { return list }
	of := func(id string, after int64, limit int) []store.JobClient {
		s.t.Helper()
		list, err := s.JobClients(ctx, id, after, limit)
		s.must(err)
		return list
	}
	s.must(s.PutJob(ctx, store.Job{ID: "b", Data: []byte("one")}, nil))
	s.must(s.PutJob(ctx, store.Job{ID: "a", Data: []byte("two")}, clients(store.JobClient{Client: 300, Data: []byte("z")}, store.JobClient{Client: 2, Data: []byte("y")})))
	s.must(s.PutJob(ctx, store.Job{ID: "a", Data: []byte("three")}, clients(store.JobClient{Client: 2, Data: []byte("x")}, store.JobClient{Client: 70, Data: []byte("w")})))
	all := clients(store.JobClient{Client: 2, Data: []byte("x")}, store.JobClient{Client: 70, Data: []byte("w")}, store.JobClient{Client: 300, Data: []byte("z")})
	for range 2 {
		list, err := s.Jobs(ctx)
		s.must(err)
		s.equal("jobs", list, []store.Job{{ID: "a", Data: []byte("three")}, {ID: "b", Data: []byte("one")}})
		one, err := s.Job(ctx, "b")
		s.must(err)
		s.equal("job", one, list[1])
		s.equal("clients", of("a", 0, 10), all)
		s.equal("clients after one", of("a", 2, 10), all[1:])
		s.equal("some clients", of("a", 0, 2), all[:2])
		s.equal("clients after the last", len(of("a", 300, 10)), 0)
		s.equal("no clients", len(of("b", 0, 10)), 0)
		s.reopen()
	}
	_, err := s.Job(ctx, "c")
	s.wantError(err, crm.ErrNotFound)
	_, err = s.JobClients(ctx, "c", 0, 10)
	s.wantError(err, crm.ErrNotFound)
	s.wantError(s.DeleteJob(ctx, "c"), crm.ErrNotFound)
	s.must(s.DeleteJob(ctx, "a"))
	_, err = s.JobClients(ctx, "a", 0, 10)
	s.wantError(err, crm.ErrNotFound)
	s.must(s.PutJob(ctx, store.Job{ID: "a", Data: []byte("new")}, nil))
	s.equal("clients of a job that came back", len(of("a", 0, 10)), 0)
	s.wantRefusal("a job without an id", s.PutJob(ctx, store.Job{Data: []byte("x")}, nil))
	s.wantRefusal("a client without a number", s.PutJob(ctx, store.Job{ID: "d"}, clients(store.JobClient{})))
	_, err = s.Job(ctx, "d")
	s.wantError(err, crm.ErrNotFound)
}
