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
	width int   // of the terminal, 0 for none
	size  int64 // of the file in bytes, 0 when unknown
	now   func() time.Time

	began  time.Time
	shown  time.Time
	last   api.ImportProgress
	drawn  bool
	offset int64 // bytes sent, as of the last report
}

func newProgress(to io.Writer, width int, size int64) *progress {
	p := &progress{to: to, width: width, size: size, now: time.Now}
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

// report shows what the server has reported, unless it did so a moment ago. sent is
// how many bytes of the file have left.
func (p *progress) report(at api.ImportProgress, sent int64) {
	p.last, p.offset = at, sent
	every := lineEvery
	if p.width > 0 {
		every = barEvery
	}
	if now := p.now(); now.Sub(p.shown) >= every {
		p.shown = now
		p.show(now)
	}
}

func (p *progress) show(now time.Time) {
	elapsed := now.Sub(p.began)
	rate := int64(float64(p.last.Line) / max(elapsed.Seconds(), 0.001))
	text := fmt.Sprintf("%s stored, %s/s", grouped(p.last.Stored), grouped(rate))
	share := 0.0
	if p.size > 0 && p.offset > 0 {
		share = min(1, float64(p.offset)/float64(p.size))
		left := time.Duration(float64(elapsed) * (1 - share) / share)
		text += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	if p.width == 0 {
		fmt.Fprintln(p.to, text)
		return
	}
	p.drawn = true
	fmt.Fprintf(p.to, "\r%s\x1b[K", fit(bar(share, p.size > 0)+text, p.width-1))
}

// bar draws how much of the file is sent; without a size there is nothing to draw.
func bar(share float64, known bool) string {
	if !known {
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
