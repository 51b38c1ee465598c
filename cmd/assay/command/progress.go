package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"assay/server/api"
)

// countingReader counts the bytes that were sent.
type countingReader struct {
	io.Reader
	sent func(n int)
}

// Read implements io.Reader.
func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.sent(n)
	return n, err
}

// progress shows how far an import is: a bar on a terminal, a line now and then elsewhere.
type progress struct {
	to    io.Writer
	width int                                 // of the terminal, 0 for none
	share func(at api.ImportProgress) float64 // how much is done, 0 to 1; 0 when unknown
	words string                              // with places for the two counts
	now   func() time.Time

	began time.Time
	shown time.Time
	drawn bool
}

func newProgress(to io.Writer, width int, share func(api.ImportProgress) float64) *progress {
	p := &progress{to: to, width: width, share: share, words: "%s read, %s stored", now: time.Now}
	p.began = p.now()
	if width == 0 {
		p.shown = p.began // a short import leaves no lines
	}
	return p
}

// How often progress is shown.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
)

// report shows what the server has reported, unless it did so a moment ago.
func (p *progress) report(at api.ImportProgress) {
	every := lineEvery
	if p.width > 0 {
		every = barEvery
	}
	if now := p.now(); now.Sub(p.shown) >= every {
		p.shown = now
		p.show(at, now.Sub(p.began))
	}
}

func (p *progress) show(at api.ImportProgress, elapsed time.Duration) {
	rate := int64(float64(at.Line) / max(elapsed.Seconds(), 0.001))
	text := fmt.Sprintf(p.words+", %s/s", grouped(at.Line), grouped(at.Stored), grouped(rate))
	share := min(1, p.share(at))
	if share > 0 {
		left := time.Duration(float64(elapsed) * (1 - share) / share)
		text += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	if p.width == 0 {
		fmt.Fprintln(p.to, text)
		return
	}
	p.drawn = true
	fmt.Fprintf(p.to, "\r%s\x1b[K", fit(bar(share)+text, p.width-1))
}

// bar draws how much is done; when that is not known there is nothing to draw.
func bar(share float64) string {
	if share <= 0 {
		return ""
	}
	const cells = 30
	full := int(share * cells)
	return fmt.Sprintf("[%s%s] %3d%%  ", strings.Repeat("█", full), strings.Repeat("·", cells-full), int(share*100))
}

func fit(s string, width int) string {
	if runes := []rune(s); len(runes) > width && width > 0 {
		return string(runes[:width])
	}
	return s
}

// done clears the bar away.
func (p *progress) done() {
	if p.drawn {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
