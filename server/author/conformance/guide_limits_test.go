package conformance_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/sdk/abi"
)

// The limits that sdk/README.md names are those that are in force.
func TestTheLimitsOfTheGuide(t *testing.T) {
	said := guideSection(t, "Limits")
	for row, figures := range map[string][]string{
		"fuel, a client and check":  {grouped(abi.DefaultFuel) + " units", "up to " + grouped(abi.MaxFuel)},
		"fuel of a start":           {grouped(abi.StartFuel) + " units", "first read " + grouped(abi.CommandFuel)},
		"memory of an instance":     {bytesOf(abi.MaxMemory)},
		"findings, measures":        {grouped(abi.MaxResultRows) + " rows", bytesOf(abi.MaxResultsBytes)},
		"a code, label":             {fmt.Sprint(abi.MaxIdentBytes, " bytes"), fmt.Sprint("message ", abi.MaxNameBytes)},
		"all texts, settings":       {bytesOf(abi.MaxDescriptionBytes), fmt.Sprint(abi.MaxChecks, " checks")},
		"settings of a rule":        {bytesOf(abi.MaxSettingsBytes)},
		"what a check logs":         {bytesOf(abi.MaxLogBytes)},
		"a pattern of `matches`":    {bytesOf(abi.MaxPatternBytes)},
		"a line of a stdio program": {bytesOf(abi.MaxLine)},
		"a client |":                {bytesOf(abi.MaxCard)},
		"a module |":                {bytesOf(abi.MaxModuleBytes)},
	} {
		_, line, found := strings.Cut(said, "\n| "+row)
		line, _, _ = strings.Cut(line, "\n")
		for _, figure := range figures {
			if !found || !strings.Contains(line, figure) {
				t.Errorf("%s says of %s %q, which is %s", guide, row, line, figure)
			}
		}
	}
}

// grouped is a number with commas between its thousands.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

// bytesOf is a size in KiB or MiB.
func bytesOf(n int) string {
	if n >= 1<<20 {
		return fmt.Sprint(n>>20, " MiB")
	}
	return fmt.Sprint(n>>10, " KiB")
}
