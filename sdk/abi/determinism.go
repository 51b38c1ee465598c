package abi

// Determinism says whether a check judges cards the same whatever it judged before, as far as a trial
// can tell: a module may wait until the trial is over.
type Determinism struct {
	Deterministic bool   // the results are the same in another order, cut and instance
	FuelExact     bool   // the fuel spent is, too
	Undecided     bool   // neither: the trial was over before it could tell
	Failed        bool   // undecided, for the check failed on every client
	TooDear       bool   // undecided, for a client's fuel was not enough: after some others or, when all Failed, for the first
	Reason        string // what differed first or why it is undecided, "" for nothing
}
