package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
)

func main() {
	log.SetFlags(0)
	s := server{os.Getenv("ASSAY_SERVER"), os.Getenv("ASSAY_TOKEN")}
	if s.url == "" || s.token == "" {
		log.Fatal("set ASSAY_SERVER to the address of a server, such as http://127.0.0.1:8080, and ASSAY_TOKEN to a token of it")
	}
	if err := walk(context.Background(), s); err != nil {
		log.Fatal(err)
	}
}

func walk(ctx context.Context, s server) error {
	for _, step := range []func(context.Context, server) error{wrongClient, keepClient, importFile, applyRule, fixFindings, cleanUp} {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// wrongClient shows what a client that cannot be stored gives. With dryRun nothing is stored in any case.
func wrongClient(ctx context.Context, s server) error {
	err := s.ask(ctx, request{method: "POST", path: "/api/v1/clients", query: url.Values{"dryRun": {"true"}},
		body: map[string]any{"kind": "firm", "birthday": "1990-02-30"}}, nil)
	var refused *problem
	if !errors.As(err, &refused) || refused.Status != http.StatusUnprocessableEntity {
		return fmt.Errorf("a wrong client is answered with %v", err)
	}
	fmt.Println("refused:", refused.Code)
	for _, e := range refused.Errors {
		fmt.Printf("    %s (%s): %s\n", e.Field, e.Code, e.Message)
	}
	return nil
}

// importFile stores what can be stored and prints what cannot.
func importFile(ctx context.Context, s server) error {
	file, err := os.Open("../clients/messy.csv")
	if err != nil {
		return err
	}
	defer file.Close()
	var done struct {
		Created, Updated, Unchanged, Failed int
		Errors                              []struct {
			Line                 int
			Field, Code, Message string
		}
	}
	query := url.Values{"format": {"csv"}, "key": {"externalId"}, "unknown": {"field"}} // columns that Assay does not know become custom fields
	if err := s.ask(ctx, request{method: "POST", path: "/api/v1/imports", query: query, body: file}, &done); err != nil {
		return err
	}
	fmt.Printf("imported: %d created, %d failed\n", done.Created, done.Failed)
	for _, e := range done.Errors[:min(3, len(done.Errors))] {
		fmt.Printf("    line %d: %s\n", e.Line, e.Message)
	}
	return nil
}

// cleanUp removes what the walk made, but for the imported clients.
func cleanUp(ctx context.Context, s server) error {
	c, err := byOwnID(ctx, s)
	if err != nil {
		return err
	}
	return errors.Join(s.ask(ctx, request{method: "DELETE", path: rule}, nil),
		s.ask(ctx, request{method: "DELETE", path: fmt.Sprintf("/api/v1/clients/%d", c.ID)}, nil))
}
