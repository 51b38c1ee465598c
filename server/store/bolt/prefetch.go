package bolt

import "os"

// prefetch reads a file from its beginning to its end, so that it is in the
// system's page cache, and returns a function that stops it. Opening visits
// every page twice, bbolt to find the free ones and we to index the cards, and
// bbolt maps files with advice against reading ahead: where the file is not in
// the cache, since the machine has just started, each page is waited for by
// itself. A base of a million clients, 1.4 GB, took 31 s to open so. A check
// visits them so, too.
func prefetch(path string) (stop func()) {
	stopped, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		f, err := os.Open(path)
		if err != nil {
			return // there is none yet, or opening it says what is wrong
		}
		defer f.Close()
		window := make([]byte, 1<<20)
		for {
			select {
			case <-stopped:
				return
			default:
			}
			if n, err := f.Read(window); n == 0 || err != nil {
				return
			}
		}
	}()
	return func() {
		close(stopped)
		<-done
	}
}
