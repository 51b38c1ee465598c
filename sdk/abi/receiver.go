package abi

import "time"

// Receiver takes what an evaluation of a batch gives. Functions that are nil are not called. check
// and card are indices of the evaluation's checks and of the batch's cards.
type Receiver struct {
	// Results takes a card's results, or the fault that kept the check from judging it, check by check and in
	// the cards' order, each card at most once; cards without results are left out. Results have passed CheckResults
	// and are valid during the call only.
	Results func(check, card int, results []byte, fault error)
	// Spent takes the units of fuel a check spent on a card, before its results: of every
	// card that the check was called on, once. Of a card that trapped it is the spend up to there, of one over
	// budget the budget.
	Spent func(check, card int, fuel int64)
	// Memory takes, when a check is done with the batch, the most memory that an instance had, in bytes.
	Memory func(check int, bytes int64)
	// Wrote takes, of a card that is the only one of its batch, how many bytes of the module's memory are others after it
	// than before, what is zero where memory has grown and what the host writes not counted. Telling it takes a copy of the
	// memory. Commands are not measured.
	Wrote func(check, card int, bytes int64)
	// Took takes then the time that the check took, restarts of the module included. Telling it costs two looks
	// at the clock.
	Took func(check int, time time.Duration)
}
