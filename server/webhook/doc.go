// Package webhook sends events of the log to the URLs that people declared.
//
// It promises that
//   - every event that a hook asks for is sent at least once, over restarts and
//     crashes, or is listed: as a dead letter when it was given up after about a
//     day, or in the count of those that the log no longer had;
//   - the events of one client are sent in the order they happened, each after
//     the one before was taken or given up; clients do not wait for one another;
//   - what is sent is signed as the Standard Webhooks specification says, and an
//     event has the same webhook-id each time;
//   - it connects to no address that is not public, whatever names resolve to,
//     but for those the operator allows, and follows no redirect;
//   - memory and concurrency are bounded: a receiver that takes nothing makes a
//     hook stop reading the log, and costs the others nothing.
//
// It does not order events between clients, and it does not send one exactly
// once: receivers forget what they have seen by webhook-id.
//
// A hook reads the log into a window of letters. A letter that fails is stored,
// with those behind it of the same client, so that the cursor may pass them; what
// succeeds at once is never written. WEBHOOKS.md is for those who receive.
package webhook
