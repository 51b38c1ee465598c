package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestTablesReadAsPlainText(t *testing.T) {
	var out bytes.Buffer
	table{title: "T", about: "About.", header: []string{"", "how", "ns"}, rows: [][]string{{"Größe", "a", "7 ±0 %"}, {"b", "longer", "1234 ±0 %"}, {"c"}}}.write(&out)
	const want = `
## T

About.

|       | how    |        ns |
|-------|--------|----------:|
| Größe | a      |    7 ±0 % |
| b     | longer | 1234 ±0 % |
| c     |        |           |
`
	if out.String() != want {
		t.Errorf("got%swant%s", out.String(), want)
	}
}

func TestParagraphsAreWrapped(t *testing.T) {
	var out bytes.Buffer
	wrap(&out, "- ", strings.Repeat("größe ", 25))
	want := "-" + strings.Repeat(" größe", 19) + "\n " + strings.Repeat(" größe", 6) + "\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestSpreadIsHalfOfWhatLiesBetweenTheQuartiles(t *testing.T) {
	median, spread := summary([]time.Duration{50, 10, 20, 40, 30})
	if median != 30 || spread != 1./3 {
		t.Errorf("median %d, spread %v", median, spread)
	}
}
