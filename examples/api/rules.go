package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
)

const rule = "/api/v1/rules/company-email"

// applyRule applies a rule and watches it until the whole base is judged.
func applyRule(ctx context.Context, s server) error {
	manifest, err := os.Open("company-email.yaml")
	if err != nil {
		return err
	}
	defer manifest.Close()
	if err := s.ask(ctx, request{method: "PUT", path: rule, header: map[string]string{"Content-Type": "application/yaml"}, body: manifest}, nil); err != nil {
		return err
	}
	changes, err := s.stream(ctx, "/api/v1/rules", url.Values{"watch": {"true"}})
	if err != nil {
		return err
	}
	for text, err := range changes {
		if err != nil {
			return err
		}
		var change struct {
			Object struct {
				Metadata struct{ Name string }
				Status   struct {
					Findings   int
					Conditions []struct{ Type, Status, Message string }
				}
			}
		}
		if err := json.Unmarshal(text, &change); err != nil {
			return err
		}
		for _, c := range change.Object.Status.Conditions {
			if change.Object.Metadata.Name == "company-email" && c.Type == "Current" && c.Status == "True" {
				fmt.Printf("applied: %s, %d findings\n", c.Message, change.Object.Status.Findings)
				return nil
			}
		}
	}
	return errors.New("the server ended the watch")
}

// fixFindings gives our client what the new rule misses, and waits until the stream of events says that its finding is closed.
func fixFindings(ctx context.Context, s server) error {
	found := 0
	for _, err := range s.pages(ctx, "/api/v1/reports/quality", url.Values{"rule": {"company-email"}, "limit": {"10"}}) {
		if err != nil {
			return err
		}
		found++
	}
	fmt.Printf("listed: %d clients without an e-mail address\n", found)
	ctx, leave := context.WithCancel(ctx)
	defer leave() // ends the stream
	var log struct{ Last int64 }
	if err := s.ask(ctx, request{method: "GET", path: "/api/v1/events", query: url.Values{"limit": {"1"}}}, &log); err != nil {
		return err
	}
	events, err := s.stream(ctx, "/api/v1/events", url.Values{"after": {strconv.FormatInt(log.Last, 10)}})
	if err != nil {
		return err
	}
	w, err := change(ctx, s, func(c client) (client, error) { // a list is replaced whole: what stays is sent, too
		return client{Channels: append(c.Channels, channel{"email", "office@kalyna.example"})}, nil
	})
	if err != nil {
		return err
	}
	w.print("fixed")
	for text, err := range events {
		if err != nil {
			return err
		}
		var event struct {
			Type, Rule string
			Client     int64
		}
		if err := json.Unmarshal(text, &event); err != nil {
			return err
		}
		fmt.Println("heard:", event.Type, event.Rule)
		if event.Client == w.Client.ID && event.Type == "finding.closed" {
			return nil
		}
	}
	return errors.New("the server ended the stream")
}
