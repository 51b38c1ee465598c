package rest

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"assay/server/crm"
)

// Right is a set of things a principal may do besides reading.
type Right uint8

// The rights.
const (
	RightWrite    Right = 1 << iota // change clients, import
	RightExport                     // take the base away as a file
	RightRules                      // declare rules, fields, dictionaries, webhooks; upload modules
	RightMetrics                    // read /metrics
	RightOverride                   // write what enforcing rules refuse, with a reason

	AllRights = RightWrite | RightExport | RightRules | RightMetrics | RightOverride
)

// String names the right, or the rights.
func (r Right) String() string {
	names := ""
	for i, name := range []string{"write", "export", "rules", "metrics", "override"} {
		if r&(1<<i) == 0 {
			continue
		}
		if names != "" {
			names += ", "
		}
		names += name
	}
	return names
}

// Principal is who asks.
type Principal struct {
	Name   string // in events and as the owner of idempotency keys
	Scope  crm.Scope
	Rights Right
}

// TokenChecker knows the tokens. Check must take the same time for any wrong token.
type TokenChecker interface {
	Check(ctx context.Context, token string) (Principal, bool)
}

// OneToken returns a checker that knows one token.
func OneToken(token string, p Principal) TokenChecker {
	return oneToken{digest: sha256.Sum256([]byte(token)), principal: p}
}

type oneToken struct {
	digest    [sha256.Size]byte
	principal Principal
}

// Check compares digests, so that neither the token's length nor its beginning shows in the time.
func (t oneToken) Check(_ context.Context, token string) (Principal, bool) {
	digest := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(digest[:], t.digest[:]) != 1 {
		return Principal{}, false
	}
	return t.principal, true
}
