package crm

// QualityTrend is what the base was like, day by day.
type QualityTrend struct {
	Items []QualityDay `json:"items"` // by day
	Gaps  []DayRange   `json:"gaps"`  // days of which nothing is known, after the first that is: the server was off
}

// QualityDay is what the base was like on one day.
type QualityDay struct {
	Date Date `json:"date"` // in the company's time zone
	At   Time `json:"at"`   // when it was counted
	QualityCounts
	Pending int64                    `json:"pending"` // clients some rule had still to judge then: the counts are not whole
	Groups  map[string]QualityCounts `json:"groups,omitempty"`
}

// QualityCounts is how many clients there are and how many have findings.
type QualityCounts struct {
	Clients   int64   `json:"clients"`
	Violating int64   `json:"violating"`          // with open findings
	Findings  int64   `json:"findings,omitempty"` // of a rule
	Score     float64 `json:"score"`              // share of clients without findings that lower it
}

// DayRange is the days from one to another, both included.
type DayRange struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}
