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

// gauge is a line that says how far something is: one that is drawn over on a
// terminal, a new one now and then elsewhere.
type gauge struct {
	to    io.Writer
	width int // of the terminal, 0 for none
	now   func() time.Time

	began time.Time
	shown time.Time
	drawn bool
}

func newGauge(to io.Writer, width int) gauge {
	g := gauge{to: to, width: width, now: time.Now}
	g.began = g.now()
	if width == 0 {
		g.shown = g.began // what is over soon leaves no lines
	}
	return g
}

// How often progress is shown.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
)

// due reports whether it is time to show something, and takes note that it is shown now.
func (g *gauge) due() bool {
	every := lineEvery
	if g.width > 0 {
		every = barEvery
	}
	now := g.now()
	if now.Sub(g.shown) < every {
		return false
	}
	g.shown = now
	return true
}

// draw shows a text with how much is done before it, 0 to 1; 0 is not known.
func (g *gauge) draw(share float64, text string) {
	if g.width == 0 {
		fmt.Fprintln(g.to, text)
		return
	}
	g.drawn = true
	fmt.Fprintf(g.to, "\r%s\x1b[K", fit(bar(share)+text, g.width-1))
}

// done takes the line away from a terminal.
func (g *gauge) done() {
	if g.drawn {
		fmt.Fprint(g.to, "\r\x1b[K")
		g.drawn = false
	}
}

// progress shows how far an import is.
type progress struct {
	gauge
	share func(at api.ImportProgress) float64 // how much is done, 0 to 1; 0 when unknown
	words string                              // with places for the two counts
}

func newProgress(to io.Writer, width int, share func(api.ImportProgress) float64) *progress {
	return &progress{newGauge(to, width), share, "%s read, %s stored"}
}

// report shows what the server has reported, unless it did so a moment ago.
func (p *progress) report(at api.ImportProgress) {
	if p.due() {
		p.show(at, p.shown.Sub(p.began))
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
	p.draw(share, text)
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
