package engine

import (
	"sync/atomic"
	"time"
)

// stats are a rule's figures as they are counted.
type stats struct {
	evaluated  atomic.Int64
	findings   atomic.Int64
	errors     atomic.Int64
	nanos      atomic.Int64
	memory     atomic.Int64
	failedFuel atomic.Int64
	fuel       fuelCounts
	last       atomic.Pointer[LastError]
	running    atomic.Int32
}

// How a rule ran.
const (
	neverRunning = iota
	apartRunning
	fusedRunning
)

// ran notes how the rule ran.
func (s *stats) ran(how int32) {
	if s.running.Load() != how {
		s.running.Store(how)
	}
}

// LastError is the newest failure of a rule on a record.
type LastError struct {
	At   time.Time
	Text string
}

// Stats are a rule's figures since it was compiled.
type Stats struct {
	Evaluated  int64         // records judged, errors included
	Findings   int64         // that came of them, each time a record was judged
	Errors     int64         // records it could not judge
	Time       time.Duration // spent in evaluations, by all processors
	MemoryPeak int64         // bytes, the most one instance of its module had
	Fuel       Fuel
	FailedFuel int64 // units spent on records it could not judge
	Last       *LastError
	RanIn      string // the last time: "fused" with other rules in one module, "apart" in its own; "" when it has not run
}

// Stats returns the rule's figures since it was compiled.
func (r *Rule) Stats() Stats {
	s := &r.stats
	return Stats{Evaluated: s.evaluated.Load(), Findings: s.findings.Load(), Errors: s.errors.Load(), Time: time.Duration(s.nanos.Load()),
		MemoryPeak: s.memory.Load(), Fuel: s.fuel.read(), FailedFuel: s.failedFuel.Load(), Last: s.last.Load(),
		RanIn: [...]string{neverRunning: "", apartRunning: "apart", fusedRunning: "fused"}[s.running.Load()]}
}
