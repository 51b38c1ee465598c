package abi

// Determinism says whether a check judges cards the same whatever it judged before, as far as a trial
// can tell: a module may wait until the trial is over.
type Determinism struct {
	Deterministic bool   // the results are the same in another order, cut and instance
	FuelExact     bool   // the fuel spent is, too
	Reason        string // what differed first, "" for nothing
}
