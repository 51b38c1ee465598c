package intake

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"assay/server/crm"
	"assay/server/formats"
)

const (
	chunkRecords = 1024    // records of one commit, at most
	chunkBytes   = 4 << 20 // bytes of their documents, at most
	maxErrors    = 1000    // errors listed in a summary
)

// ImportRequest is one file of clients.
type ImportRequest struct {
	Scope   crm.Scope
	By      string
	Format  string // ndjson | csv | xlsx | vcard
	Key     string // "externalId": a record with the external id of a client changes that client
	Mode    string // merge: what a record does not say stays; replace: the record is the whole client
	Unknown string // field | error: what becomes of columns that are no field
	DryRun  bool
	// Override is why records are stored whatever enforcing rules say; "" lets them refuse some.
	Override string
	Body     io.Reader
	// Progress is told after each commit up to which line the file is stored
	// and how many records that made, by a dry run what would be; nil for nobody.
	Progress func(line, stored int64)
}

// ImportSummary says what became of the records; the four counts add up to
// their number.
type ImportSummary struct {
	Created   int64               `json:"created"`
	Updated   int64               `json:"updated"`
	Unchanged int64               `json:"unchanged"`
	Failed    int64               `json:"failed"`
	Errors    []formats.LineError `json:"errors"` // of the first failed records, in the file's order
}

// Import stores the clients of a file, a chunk at a time: what Progress has
// reported is on disk. A record that cannot be taken fails alone. A second
// record of one file for the same client fails, for nobody could say which of
// the two is right. With an error, too, the summary counts what was committed
// before it.
func (in *Intake) Import(ctx context.Context, rq ImportRequest) (*ImportSummary, error) {
	if err := rq.check(); err != nil {
		return nil, err
	}
	file, err := formats.NewReader(rq.Body, in.formatOptions(rq))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	job := &importJob{in: in, rq: rq, touched: roaring.New(), summary: &ImportSummary{Errors: []formats.LineError{}}}
	if rq.DryRun {
		job.announced = map[string]bool{}
	}
	return job.summary, job.run(ctx, file)
}

func (rq *ImportRequest) check() error {
	var problems []crm.Problem
	one := func(field, value string, allowed ...string) {
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		problems = append(problems, crm.Problem{Field: field, Code: "unknown_value",
			Message: fmt.Sprintf("%s=%q is not known: give %s", field, clip(value), allowed[0]) + orOthers(allowed[1:])})
	}
	one("key", rq.Key, "externalId", "")
	one("mode", rq.Mode, "merge", "replace")
	problems = append(problems, checkOverride(rq.Override)...)
	if len(problems) > 0 {
		return &crm.InvalidError{Problems: problems}
	}
	return nil
}

func orOthers(values []string) (s string) {
	for _, v := range values {
		if v == "" {
			v = "nothing"
		}
		s += " or " + v
	}
	return s
}

func (in *Intake) formatOptions(rq ImportRequest) formats.Options {
	set := in.Current()
	return formats.Options{Format: rq.Format, Unknown: rq.Unknown, Merge: rq.Mode == "merge",
		Declared: set.Fields, Labels: set.FieldLabels, Location: in.Zone, TempDir: in.TempDir}
}

// importJob is one import on its way. Chunks are read by one goroutine, walked
// by several, and committed in the file's order by the one that called Import.
type importJob struct {
	in        *Intake
	rq        ImportRequest
	summary   *ImportSummary
	touched   *roaring.Bitmap // clients that a record of this file was for
	announced map[string]bool // external ids a dry run would have created
}

// chunk is a run of records that are committed together.
type chunk struct {
	records []*record
	size    int
	done    chan error // receives once, when the records are walked
}

func (j *importJob) run(ctx context.Context, file *formats.Reader) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ordered := make(chan *chunk, runtime.GOMAXPROCS(0)) // bounds the chunks in flight
	work := make(chan *chunk)
	readErr := make(chan error, 1)
	go func() { readErr <- readChunks(ctx, file, ordered, work) }()
	var workers sync.WaitGroup
	for range cap(ordered) {
		workers.Go(func() {
			for c := range work {
				c.done <- j.walk(ctx, c)
			}
		})
	}
	err := j.commitAll(ctx, ordered)
	stop(err)
	for range ordered { // let the reader see the end
	}
	workers.Wait()
	if unread := <-readErr; err == nil {
		return unread
	}
	return err
}

// commitAll commits the chunks in order; after an error it stops.
func (j *importJob) commitAll(ctx context.Context, ordered <-chan *chunk) error {
	for c := range ordered {
		if err := <-c.done; err != nil {
			return err
		}
		if err := j.commit(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// readChunks cuts the file into chunks and hands each to the committer, which
// takes them in this order, and to the workers. It says why it did not come to
// the end of the file: a part of a file must not pass for the whole.
func readChunks(ctx context.Context, file *formats.Reader, ordered, work chan<- *chunk) error {
	defer close(work)
	defer close(ordered)
	for {
		c, err := readChunk(file)
		if len(c.records) > 0 {
			select {
			case ordered <- c:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			work <- c
		}
		if err == io.EOF {
			return nil
		}
		if err = cmp.Or(err, context.Cause(ctx)); err != nil {
			return err
		}
	}
}

func readChunk(file *formats.Reader) (*chunk, error) {
	c := &chunk{done: make(chan error, 1)}
	for len(c.records) < chunkRecords && c.size < chunkBytes {
		rec, err := file.Next()
		if err != nil {
			return c, err
		}
		r := &record{line: rec.Line, errs: rec.Errs}
		if len(rec.Errs) == 0 {
			r.doc = string(rec.Doc)
		}
		c.records = append(c.records, r)
		c.size += len(rec.Doc)
	}
	return c, nil
}
