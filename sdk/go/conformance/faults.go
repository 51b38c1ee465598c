package main

import (
	"strings"

	"assay/sdk/go"
)

type faultsSettings struct {
	Fault string `json:"fault" enum:"trap,loop,depth,memory,code,utf8,rows,log" default:"trap"`
}

func faults(s *faultsSettings, _ assay.Client, report *assay.Report) {
	switch s.Fault {
	case "trap":
		panic("this card is cursed")
	case "loop":
		//lint:ignore SA5002 that it never ends is the fault
		for {
		}
	case "depth":
		depth = deeper(0)
	case "memory":
		for {
			kept = append(kept, make([]byte, 1<<16))
		}
	case "code":
		report.Finding("")
	case "utf8":
		report.Finding("utf8").Param("x", "\xff")
	case "rows":
		for range 1001 {
			report.Finding("rows")
		}
	case "log":
		assay.Log(strings.Repeat("l", 10_000))
		report.Finding("logged").Path("name")
	}
}

var (
	kept  [][]byte // memory that is not given back
	depth int
)

// deeper never comes back. Go copies its stack to let it grow, of which the fuel ends before the stack does.
//
//lint:ignore SA5007 that it never comes back is the fault
func deeper(n int) int { return deeper(n+1) + depth }
