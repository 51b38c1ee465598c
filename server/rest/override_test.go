package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/rest"
)

// clerks are known by their rights.
type clerks struct{}

func (clerks) Check(_ context.Context, token string) (rest.Principal, bool) {
	p := rest.Principal{Name: token, Scope: crm.Everything, Rights: rest.AllRights &^ rest.RightOverride}
	return p, true
}

func TestToOverrideRulesIsARightOfItsOwn(t *testing.T) {
	s := serve(t, func(c *rest.Config) { c.Tokens = clerks{} })
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/api/v1/clients", "{}"}, {"PUT", "/api/v1/clients?externalId=x", "{}"}, {"PUT", "/api/v1/clients/1", "{}"}, {"PATCH", "/api/v1/clients/1", "{}"},
		{"POST", "/api/v1/clients/1/contacts", "{}"}, {"POST", "/api/v1/imports?format=csv", "name\n"},
	} {
		for _, reason := range []string{"why", ""} {
			p := problem(t, s.ask(test.method, test.path, test.body, "Assay-Override", reason, "Accept-Language", "ru"))
			said, _ := json.Marshal(p)
			if p.Status != http.StatusForbidden || !strings.Contains(string(said), "нужно право override") {
				t.Errorf("%s %s: %s", test.method, test.path, said)
			}
		}
	}
}
