package server

import (
	"context"
	"net/netip"

	"assay/server/crm"
	"assay/server/webhook"
)

// newWebhooks returns what sends events, which asks the rooms that are opened after it.
func (s *Server) newWebhooks() *webhook.Dispatcher {
	c := s.config
	return webhook.New(webhook.Config{Store: s.store, Allow: c.WebhookAllow, Version: c.Version, Logger: c.Logger, Now: c.Now, After: c.After,
		Holds: func(ctx context.Context, filter string, card []byte) (bool, string, error) {
			return s.reconciler.Holds(ctx, filter, card)
		},
		Findings: func(client int64, results []crm.Result, language string) []crm.FindingView {
			return s.reporter.Findings(client, results, language)
		},
		Segments: func(results []crm.Result, language string) []crm.SegmentView {
			return s.reporter.ClientSegments(results, language)
		}})
}

// WebhookAddresses reads the addresses and ranges of Config.WebhookAllow.
func WebhookAddresses(texts []string) ([]netip.Prefix, error) { return webhook.ParseAllowed(texts) }
