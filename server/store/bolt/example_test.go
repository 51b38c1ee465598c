package bolt_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "assay-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	base, err := bolt.Open(ctx, bolt.Config{Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	defer base.Close()

	card, err := crm.EncodeCard(nil, &crm.Client{Kind: "company", Name: "Ромашка"})
	if err != nil {
		log.Fatal(err)
	}
	generation, err := base.Generation(ctx)
	if err != nil {
		log.Fatal(err)
	}
	outcomes, err := base.Commit(ctx, crm.Everything, []store.Change{{
		Card: card, Generation: generation,
		Results: []crm.Result{{Rule: "tax-id", Findings: []crm.Finding{{Code: "tax-id", Path: "taxId"}}}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("client", outcomes[0].ID, "at revision", outcomes[0].Revision)

	report, err := base.Quality(ctx, crm.Everything, store.QualityQuery{
		Query: store.Query{Limit: 50}, Report: []string{"tax-id"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Violating, "of", report.Clients, "clients have findings")
	// Output:
	// client 1 at revision 1
	// 1 of 1 clients have findings
}
