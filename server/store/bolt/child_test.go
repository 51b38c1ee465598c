//go:build unix

package bolt_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

// Some tests need a process of their own: they run this test binary again with
// childVariable set to what it shall do and directoryVariable to where.
const (
	childVariable     = "ASSAY_BOLT_CHILD"
	directoryVariable = "ASSAY_BOLT_DIRECTORY"
)

// childMain does what a child is for; it returns false in the test process itself.
func childMain() bool {
	work := map[string]func(dir string) error{"write": writeUntilKilled, "fill": fillSmallDisk}[os.Getenv(childVariable)]
	if work == nil {
		return false
	}
	if err := work(os.Getenv(directoryVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

func child(work, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+work, directoryVariable+"="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// acknowledged is one line of a writing child: what the store said is on disk.
type acknowledged struct {
	ID, Revision int64
	Deleted      bool
}

// writeUntilKilled writes from eight goroutines and prints every acknowledgement.
func writeUntilKilled(dir string) error {
	s, err := bolt.Open(context.Background(), bolt.Config{Dir: dir, MapSize: mapSize})
	if err != nil {
		return err
	}
	var printing sync.Mutex
	out := json.NewEncoder(os.Stdout)
	failed := make(chan error)
	for range 8 {
		go func() {
			w := crashWriter{s: s, say: func(a acknowledged) error {
				printing.Lock()
				defer printing.Unlock()
				return out.Encode(a)
			}}
			for {
				if err := w.step(); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// crashWriter creates, changes and deletes clients of its own.
type crashWriter struct {
	s    *bolt.Store
	say  func(acknowledged) error
	mine []acknowledged
}

func (w *crashWriter) step() error {
	if len(w.mine) < 3 || rand.Intn(2) == 0 {
		return w.create(1 + rand.Intn(20))
	}
	i := rand.Intn(len(w.mine))
	c := w.mine[i]
	change := store.Change{ID: c.ID, Expect: c.Revision, Generation: 1}
	if deletable(c.ID) {
		change.Delete = true
		w.mine = append(w.mine[:i], w.mine[i+1:]...)
	} else {
		change.Card, change.Results = crashCard(fmt.Sprint("revision ", c.Revision+1))
		w.mine[i].Revision++
	}
	outcomes, err := w.s.Commit(context.Background(), crm.Everything, []store.Change{change})
	if err := errors.Join(err, errorOf(outcomes)); err != nil {
		return err
	}
	return w.say(acknowledged{c.ID, outcomes[0].Revision, change.Delete})
}

func (w *crashWriter) create(n int) error {
	changes := make([]store.Change, n)
	for i := range changes {
		changes[i].Card, changes[i].Results = crashCard("revision 1")
		changes[i].Generation = 1
	}
	outcomes, err := w.s.Commit(context.Background(), crm.Everything, changes)
	if err := errors.Join(err, errorOf(outcomes)); err != nil {
		return err
	}
	for _, out := range outcomes {
		w.mine = append(w.mine, acknowledged{ID: out.ID, Revision: 1})
		if err := w.say(acknowledged{ID: out.ID, Revision: 1}); err != nil {
			return err
		}
	}
	return nil
}

// deletable clients are deleted instead of being changed, so that the parent
// knows of which clients an unacknowledged delete may be under way.
func deletable(id int64) bool { return id%5 == 0 }

func crashCard(name string) ([]byte, []crm.Result) {
	b, err := crm.EncodeCard(nil, &crm.Client{Name: name, Manager: name})
	if err != nil {
		panic(err)
	}
	return b, []crm.Result{{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r", RowID: name}}}}
}

func errorOf(outcomes []store.Outcome) error {
	for _, out := range outcomes {
		if out.Err != nil {
			return out.Err
		}
	}
	return nil
}

// TestKilled kills a writing process again and again. What it had said to be
// stored must be there, nothing by halves, and the next process goes on.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	seed := rand.Int63()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewSource(seed))
	said := map[int64]acknowledged{}
	for range 5 {
		killAfter(t, child("write", dir), 1+random.Intn(800), said)
		s := open(t, dir)
		checkSaid(t, s, said)
		if err := s.Check(ctx); err != nil {
			t.Fatalf("after %d acknowledgements: %v", len(said), err)
		}
		closeStore(t, s)
	}
}

// killAfter kills a child after it has acknowledged so much and takes down all
// that it has said.
func killAfter(t *testing.T, cmd *exec.Cmd, n int, said map[int64]acknowledged) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a acknowledged
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			break // the line was cut off by the kill
		}
		if a.Deleted || !said[a.ID].Deleted && a.Revision > said[a.ID].Revision { // lines may overtake one another
			said[a.ID] = a
		}
		if n--; n == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); n > 0 {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

func checkSaid(t *testing.T, s *bolt.Store, said map[int64]acknowledged) {
	t.Helper()
	for id, a := range said {
		stored, err := s.Client(ctx, crm.Everything, id)
		if errors.Is(err, crm.ErrNotFound) && (a.Deleted || deletable(id)) {
			continue
		}
		if err != nil || a.Deleted {
			t.Fatalf("client %d, acknowledged as %+v: %v", id, a, err)
		}
		c, err := abi.Open(stored.Card)
		if err != nil {
			t.Fatal(err)
		}
		want := "revision " + strconv.FormatInt(c.Revision(), 10)
		if c.Revision() < a.Revision || c.Name() != want || len(stored.Results) != 1 || stored.Results[0].Findings[0].RowID != want {
			t.Fatalf("client %d, acknowledged at revision %d, is at %d with name %q and results %+v",
				id, a.Revision, c.Revision(), c.Name(), stored.Results)
		}
	}
}

// TestNoSpace runs a process whose files must not grow beyond a limit.
func TestNoSpace(t *testing.T) {
	dir := t.TempDir()
	if out, err := child("fill", dir).Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if info, err := os.Stat(filepath.Join(dir, bolt.FileName)); err != nil || info.Size() == 0 {
		t.Fatal(err)
	}
	s := open(t, dir)
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
}

// fillSmallDisk writes until there is no space left, goes on reading, and writes
// again when there is space.
func fillSmallDisk(dir string) error {
	signal.Ignore(syscall.SIGXFSZ) // growing beyond the limit is to be an error
	s, err := bolt.Open(ctx, bolt.Config{Dir: dir, MapSize: mapSize})
	if err != nil {
		return err
	}
	defer s.Close()
	stored, err := 0, error(nil)
	if err := setFileLimit(40 << 20); err != nil {
		return err
	}
	for range 200 {
		if err = writeThousand(s); err != nil {
			break
		}
		stored += 1000
	}
	if !errors.Is(err, crm.ErrNoSpace) {
		return fmt.Errorf("after %d clients: got error %w, want no space", stored, err)
	}
	for range 3 {
		if err := writeThousand(s); !errors.Is(err, crm.ErrNoSpace) {
			return fmt.Errorf("again: got error %w, want no space", err)
		}
		if err := isWhole(s, stored); err != nil {
			return fmt.Errorf("with no space left: %w", err)
		}
	}
	if err := setFileLimit(400 << 20); err != nil {
		return err
	}
	if err := writeThousand(s); err != nil {
		return fmt.Errorf("with space again: %w", err)
	}
	return isWhole(s, stored+1000)
}

func setFileLimit(bytes uint64) error {
	limit := syscall.Rlimit{}
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = bytes
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

func writeThousand(s *bolt.Store) error {
	changes := make([]store.Change, 1000)
	for i := range changes {
		changes[i].Card, changes[i].Results = crashCard("revision 1")
		changes[i].Generation = 1
	}
	outcomes, err := s.Commit(ctx, crm.Everything, changes)
	return errors.Join(err, errorOf(outcomes))
}

func isWhole(s *bolt.Store, clients int) error {
	report, err := s.Quality(ctx, crm.Everything, store.QualityQuery{Report: []string{"r"}})
	if err == nil && (report.Clients != int64(clients) || report.Violating != int64(clients)) {
		err = fmt.Errorf("%d clients, %d with findings, want %d", report.Clients, report.Violating, clients)
	}
	last, errLast := s.LastEvent(ctx)
	if errLast == nil && last != int64(2*clients) {
		errLast = fmt.Errorf("%d events, want %d", last, 2*clients)
	}
	return errors.Join(err, errLast, s.Check(ctx))
}

// everySecond matches every second card it sees.
type everySecond struct{}

func (everySecond) Match(_ context.Context, cards [][]byte, matched []bool) error {
	for i := range matched {
		matched[i] = i%2 == 0
	}
	return nil
}
