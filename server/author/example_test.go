package author_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"assay/server/author"
)

// A rule is tried on its cases.
func Example() {
	ctx := context.Background()
	cache, err := os.MkdirTemp("", "assay-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(cache)
	p, err := author.Open(ctx, "../../rules/builtin/main-manager", author.Options{CacheDir: cache})
	if err != nil {
		panic(err)
	}
	defer p.Close(ctx)
	outcomes, err := p.Try(ctx, time.Now(), p.Cases[:2])
	if err != nil {
		panic(err)
	}
	for _, o := range outcomes {
		fmt.Printf("%s: %d findings, passed %v\n", o.Title(), len(o.Verdict.Findings), o.Passed())
	}
	// Output:
	// a company nobody answers for: 1 findings, passed true
	// everybody needs a manager, a sole trader too: 1 findings, passed true
}
