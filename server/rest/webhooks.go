package rest

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"assay/server/api"
	"assay/server/webhook"
)

// Webhooks sends events to the URLs that are declared. Nothing of it is in a
// scope: hooks are the administrator's.
type Webhooks interface {
	DeadLetters(name string) ([]webhook.DeadLetter, error)
	Replay(ctx context.Context, name, id string) (int, error)
	Discard(ctx context.Context, name, id string) (int, error)
	Ping(ctx context.Context, name string) (*webhook.Ping, error)
	Resume(ctx context.Context, name string) error
	Figures() []webhook.Figures
}

const tagWebhooks = "Webhooks"

func (s *Server) webhookRoutes() []*route {
	counted := func(describe string) []answer {
		return []answer{{status: 200, describe: describe, of: api.Letters{}, example: api.Letters{Letters: 1}}}
	}
	hooked := func(method, path, id, summary, describe string, answers []answer, handle func(*exchange) error) *route {
		return &route{op: operation(method, path, id, tagWebhooks, summary, describe), right: RightRules, whole: true, codes: []string{api.CodeNotFound}, answers: answers, handle: handle}
	}
	letters := hooked(fiber.MethodGet, api.PathDeadLetters, "listDeadLetters", "List dead letters",
		"The events that a webhook gave up after about a day, oldest first, a page at a time. At most 1,000 are kept; when they are that many, others are tried on.",
		[]answer{{status: 200, describe: "A page of dead letters.", of: api.List[api.DeadLetter]{}, example: object{"items": []any{exampleDeadLetter}}}}, listDeadLetters)
	letters.params, letters.codes = pageParams, append(letters.codes, api.CodeBadCursor)
	return []*route{
		letters,
		hooked(fiber.MethodPost, api.PathDeadLetter+"/replay", "replayDeadLetter", "Replay a dead letter", "Has the event sent anew, under the id it had, before younger events of its client.",
			counted("How many are sent anew."), movesLetters(Webhooks.Replay)),
		hooked(fiber.MethodPost, api.PathReplay, "replayDeadLetters", "Replay all dead letters", "Has all events that were given up sent anew.",
			counted("How many are sent anew."), movesLetters(Webhooks.Replay)),
		hooked(fiber.MethodDelete, api.PathDeadLetter, "deleteDeadLetter", "Delete a dead letter", "Throws the event away; it is never sent.",
			counted("How many were thrown away."), movesLetters(Webhooks.Discard)),
		hooked(fiber.MethodDelete, api.PathDeadLetters, "deleteDeadLetters", "Delete all dead letters", "Throws all events that were given up away; they are never sent.",
			counted("How many were thrown away."), movesLetters(Webhooks.Discard)),
		hooked(fiber.MethodPost, api.PathPing, "pingWebhook", "Send a test event", "Sends `webhook.ping` once, signed as any event, whether the webhook is suspended or not, and says how it went.",
			[]answer{{status: 200, describe: "How it went; a receiver that refused it is an answer too.", of: api.Ping{}, example: api.Ping{ID: "msg_ping_0f8c", Delivered: true, Code: 204, Millis: 38}}}, pingWebhook),
		hooked(fiber.MethodPost, api.PathResume, "resumeWebhook", "Go on with a webhook", "Lets a webhook whose receiver answered 410 go on where it stopped, and begins to count anew the events that were missed and those the filter failed on.",
			[]answer{{status: 204, describe: "It goes on."}}, resumeWebhook),
	}
}

func listDeadLetters(x *exchange) error {
	letters, err := x.Webhooks.DeadLetters(x.c.Params("name"))
	if err != nil {
		return err
	}
	return paged(x, letters, func(l webhook.DeadLetter) string { return fmt.Sprintf("%019d", l.Seq) })
}

// movesLetters returns a handler that does something with one dead letter, or
// with all where the address names none.
func movesLetters(do func(Webhooks, context.Context, string, string) (int, error)) func(*exchange) error {
	return func(x *exchange) error {
		n, err := do(x.Webhooks, x.ctx, x.c.Params("name"), x.c.Params("letter"))
		if err != nil {
			return err
		}
		return x.json(fiber.StatusOK, api.Letters{Letters: n})
	}
}

func pingWebhook(x *exchange) error {
	p, err := x.Webhooks.Ping(x.ctx, x.c.Params("name"))
	if err != nil {
		return err
	}
	return x.json(fiber.StatusOK, p)
}

func resumeWebhook(x *exchange) error {
	if err := x.Webhooks.Resume(x.ctx, x.c.Params("name")); err != nil {
		return err
	}
	x.c.Status(fiber.StatusNoContent)
	return nil
}

var exampleDeadLetter = object{"id": "msg_8d3f1a2b4c5d_5121_mf2k9q0", "seq": 5121, "type": "finding.opened", "at": "2026-03-09T11:40:00Z", "client": 1042, "rule": "tax-id",
	"attempts": 11, "firstAttemptAt": "2026-03-09T11:40:01Z", "lastAttemptAt": "2026-03-10T11:20:00Z", "lastError": "the receiver answered 500 Internal Server Error", "lastCode": 500}

// webhookCollector reads the figures of the webhooks when they are asked for.
type webhookCollector struct{ server *Server }

var (
	hookDeliveredDesc = figure("assay_webhook_deliveries_total", "Events that a receiver took.", "webhook")
	hookFailuresDesc  = figure("assay_webhook_failures_total", "Attempts to send an event that failed.", "webhook")
	hookPendingDesc   = figure("assay_webhook_pending", "Events that wait to be sent, or sent again.", "webhook")
	hookDeadDesc      = figure("assay_webhook_dead_letters", "Events that were given up.", "webhook")
	hookMissedDesc    = figure("assay_webhook_missed", "Events that were no longer in the log when it was their turn, since the webhook was resumed last.", "webhook")
	hookCursorDesc    = figure("assay_webhook_cursor", "Number of the event up to which the log was gone through.", "webhook")
)

// Describe implements prometheus.Collector.
func (w *webhookCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{hookDeliveredDesc, hookFailuresDesc, hookPendingDesc, hookDeadDesc, hookMissedDesc, hookCursorDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (w *webhookCollector) Collect(ch chan<- prometheus.Metric) {
	for _, f := range w.server.Webhooks.Figures() {
		ch <- prometheus.MustNewConstMetric(hookDeliveredDesc, prometheus.CounterValue, float64(f.Delivered), f.Name)
		ch <- prometheus.MustNewConstMetric(hookFailuresDesc, prometheus.CounterValue, float64(f.Failures), f.Name)
		gauge(ch, hookPendingDesc, f.Pending, f.Name)
		gauge(ch, hookDeadDesc, f.DeadLetters, f.Name)
		gauge(ch, hookMissedDesc, f.Missed, f.Name)
		gauge(ch, hookCursorDesc, f.Cursor, f.Name)
	}
}
