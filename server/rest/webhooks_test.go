package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/webhook"
)

// hooks knows one hook, "crm", with two dead letters.
type hooks struct{}

var letters = []webhook.DeadLetter{
	{ID: "msg_a_1_x", Seq: 1, Type: crm.EventFindingOpened, Client: 7, Rule: "tax-id", Attempts: 11, LastAttemptAt: time.Unix(1_700_000_000, 0), LastError: "refused", LastCode: 500},
	{ID: "msg_a_12_x", Seq: 12, Type: crm.EventClientDeleted, Client: 8, Attempts: 11, LastError: "no answer"},
}

func (hooks) known(name string) error {
	if name != "crm" {
		return fmt.Errorf("webhook %s: %w", name, crm.ErrNotFound)
	}
	return nil
}

func (h hooks) DeadLetters(name string) ([]webhook.DeadLetter, error) { return letters, h.known(name) }

func (h hooks) Replay(_ context.Context, name, id string) (int, error) {
	if id == "" {
		return len(letters), h.known(name)
	}
	for _, l := range letters {
		if l.ID == id {
			return 1, h.known(name)
		}
	}
	return 0, crm.ErrNotFound
}

func (h hooks) Discard(ctx context.Context, name, id string) (int, error) {
	return h.Replay(ctx, name, id)
}

func (h hooks) Ping(_ context.Context, name string) (*webhook.Ping, error) {
	return &webhook.Ping{ID: "msg_ping_1", Code: 500, Error: "the receiver answered 500"}, h.known(name)
}

func (h hooks) Resume(_ context.Context, name string) error { return h.known(name) }

func (hooks) Figures() []webhook.Figures {
	return []webhook.Figures{{Name: "crm", Delivered: 5, Failures: 4, Pending: 3, DeadLetters: 2, Missed: 1, Cursor: 99}}
}

func TestDeadLettersAreListedReplayedAndDiscarded(t *testing.T) {
	s := serve(t, nil)
	c := s.caller()
	list, err := c.DeadLetters(t.Context(), "crm")
	if err != nil || len(list.Items) != 2 || list.Items[0].LastCode != 500 || list.Items[1].ID != "msg_a_12_x" {
		t.Fatalf("%+v %v", list, err)
	}
	page := text(t, s.ask("GET", "/api/v1/webhooks/crm/deadletters?limit=1", ""))
	if !strings.Contains(page, "msg_a_1_x") || strings.Contains(page, "msg_a_12_x") || !strings.Contains(page, `"next"`) {
		t.Errorf("a page: %s", page)
	}
	for what, call := range map[string]func(context.Context, string, string) (*api.Letters, error){"replay": c.Replay, "discard": c.Discard} {
		one, err := call(t.Context(), "crm", "msg_a_12_x")
		if err != nil || one.Letters != 1 {
			t.Errorf("%s one: %+v %v", what, one, err)
		}
		all, err := call(t.Context(), "crm", "")
		if err != nil || all.Letters != 2 {
			t.Errorf("%s all: %+v %v", what, all, err)
		}
		if _, err := call(t.Context(), "crm", "msg_none"); err == nil || !strings.Contains(err.Error(), "webhook crm has no dead letter msg_none") {
			t.Errorf("%s an unknown letter: %v", what, err)
		}
		if _, err := call(t.Context(), "nope", ""); err == nil || !strings.Contains(err.Error(), "there is no webhook nope") {
			t.Errorf("%s letters of an unknown hook: %v", what, err)
		}
	}
	if err := c.Resume(t.Context(), "crm"); err != nil {
		t.Error(err)
	}
	if err := c.Resume(t.Context(), "nope"); err == nil {
		t.Error("an unknown hook was resumed")
	}
	ping, err := c.Ping(t.Context(), "crm")
	if err != nil || ping.Delivered || ping.Code != 500 {
		t.Errorf("ping: %+v %v", ping, err)
	}
}

// Webhooks see every client and their URLs are often secret: readers do not see them.
func TestWebhooksAreTheAdministrators(t *testing.T) {
	s := serve(t, nil)
	for _, call := range []string{"GET /webhooks", "GET /webhooks/crm", "PUT /webhooks/crm", "DELETE /webhooks/crm", "GET /webhooks/crm/deadletters", "POST /webhooks/crm/ping", "POST /webhooks/crm/resume",
		"POST /webhooks/crm/replay", "POST /webhooks/crm/deadletters/x/replay", "DELETE /webhooks/crm/deadletters", "DELETE /webhooks/crm/deadletters/x"} {
		method, path, _ := strings.Cut(call, " ")
		if resp := s.ask(method, "/api/v1"+path, "", "Authorization", "Bearer reader"); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s by a reader: %s", call, resp.Status)
		}
	}
}

func TestMetricsOfWebhooks(t *testing.T) {
	s := serve(t, nil)
	figures := text(t, s.ask("GET", "/metrics", ""))
	for _, want := range []string{`assay_webhook_deliveries_total{webhook="crm"} 5`, `assay_webhook_failures_total{webhook="crm"} 4`, `assay_webhook_pending{webhook="crm"} 3`,
		`assay_webhook_dead_letters{webhook="crm"} 2`, `assay_webhook_missed{webhook="crm"} 1`, `assay_webhook_cursor{webhook="crm"} 99`} {
		if !strings.Contains(figures, want) {
			t.Errorf("%s is not among the figures", want)
		}
	}
}
