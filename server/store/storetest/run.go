package storetest

import (
	"testing"
	"time"

	"assay/server/store"
)

// Options are what a test asks of the base it opens.
type Options struct {
	Now        func() time.Time // the adapter's clock; nil: any
	EventsKept int64            // events of the log to keep; 0: any large number
}

// Opener opens the base at one place: an empty one at first, and the same again
// after it was closed.
type Opener func(t testing.TB) store.Store

// Run runs the suite. place finds room for a base that nothing else uses.
func Run(t *testing.T, place func(t testing.TB, o Options) Opener) {
	tests := []struct {
		name string
		run  func(*testing.T, *suite)
	}{
		{"Create", testCreate},
		{"Update", testUpdate},
		{"Delete", testDelete},
		{"RefusedAlone", testRefusedAlone},
		{"RevisionConflict", testRevisionConflict},
		{"GenerationConflict", testGenerationConflict},
		{"ExternalID", testExternalID},
		{"Idempotency", testIdempotency},
		{"IdempotencyExpires", testIdempotencyExpires},
		{"BadChanges", testBadChanges},
		{"OwnMemory", testOwnMemory},
		{"GroupCommit", testGroupCommit},
		{"OneMoment", testOneMoment},
		{"Since", testSince},
		{"ResultEvents", testResultEvents},
		{"ResultForms", testResultForms},
		{"ManyResults", testManyResults},
		{"Facets", testFacets},
		{"ManyFacetValues", testManyFacetValues},
		{"SegmentsAndRules", testSegmentsAndRules},
		{"Match", testMatch},
		{"Spent", testSpent},
		{"Sorts", testSorts},
		{"StablePages", testStablePages},
		{"Cursors", testCursors},
		{"BadQueries", testBadQueries},
		{"Cancelled", testCancelled},
		{"Quality", testQuality},
		{"QualityPages", testQualityPages},
		{"QualityParts", testQualityParts},
		{"QualityPending", testQualityPending},
		{"EmptyBase", testEmptyBase},
		{"Scope", testScope},
		{"Objects", testObjects},
		{"Revisions", testRevisions},
		{"RevisionsKept", testRevisionsKept},
		{"Modules", testModules},
		{"MadeModules", testMadeModules},
		{"Effects", testEffects},
		{"Jobs", testJobs},
		{"Outbox", testOutbox},
		{"Overrides", testOverrides},
		{"Hidden", testHidden},
		{"Review", testReview},
		{"ReviewOfOneMoment", testReviewOfOneMoment},
		{"Sample", testSample},
		{"Sweep", testSweep},
		{"SweepAndWrites", testSweepAndWrites},
		{"SweepGeneration", testSweepGeneration},
		{"PendingSince", testPendingSince},
		{"BadSweeps", testBadSweeps},
		{"Unjudged", testUnjudged},
		{"UnjudgedAndSweeps", testUnjudgedAndSweeps},
		{"Life", testLife},
		{"Waived", testWaived},
		{"Selectors", testSelectors},
		{"ExpireLives", testExpireLives},
		{"LifeScope", testLifeScope},
		{"LongHistory", testLongHistory},
		{"Breakdown", testBreakdown},
		{"Snapshots", testSnapshots},
		{"Events", testEvents},
		{"EventScope", testEventScope},
		{"EventsGone", testEventsGone},
		{"WaitEvents", testWaitEvents},
		{"Reopen", testReopen},
		{"Closed", testClosed},
		{"Model", testModel},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, &suite{t: t, test: t, place: place})
		})
	}
}
