package rest

import (
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/intake"
)

// writeCodes are what every write of a client may refuse with.
var writeCodes = []string{
	api.CodeMalformed, api.CodeDuplicateExternalID, api.CodeConflict, api.CodeStaleRevision,
	api.CodeInvalid, api.CodeRefusedByRules, api.CodeNoSpace,
}

const (
	tagClients = "Clients"
	noteWrite  = " What a rule in mode Enforce finds, and did not find in the client as it was, refuses the write: all of it is listed in `findings`. Unknown fields, wrong types and values outside a closed list are refused together, each with its place. `id`, `revision`, `activity`, `completeness` and the times are the server's and are ignored."
)

var (
	ifMatchHeader = text(fiber.HeaderIfMatch, `The revision the client must still have, as its ETag says: "7".`, `"7"`)
	keyHeader     = text("Idempotency-Key", "Any text up to 255 bytes. A repeated request with the same key answers with the first one's client for 24 hours.", "order-1881")
	etagHeader    = map[string]string{fiber.HeaderETag: `The client's revision in quotes; send it back in If-Match.`}
)

func clientDocument(describe string) *body {
	return &body{media: []string{api.MediaJSON, "application/merge-patch+json", "text/json"}, max: api.MaxDocument, timeout: documentTimeout,
		schema: func(d *document) *huma.Schema { return d.input(crm.Client{}) }, example: exampleInput, describe: describe}
}

func writeAnswer(status int, describe string) answer {
	return answer{status: status, describe: describe, of: api.WriteAnswer{}, headers: etagHeader, example: exampleWriteAnswer}
}

// createdAnswer is a new client's, with its address.
func createdAnswer(describe string) answer {
	a := writeAnswer(fiber.StatusCreated, describe)
	a.headers = map[string]string{fiber.HeaderETag: etagHeader[fiber.HeaderETag], fiber.HeaderLocation: "The client's address."}
	return a
}

func (s *Server) clientRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodGet, api.PathClients, "listClients", tagClients, "List clients",
			"Clients by condition, a page at a time. All conditions must hold. Pages are stable while the base changes: a client that stays as it is appears exactly once. "+
				"A page that `filter` keeps waiting for over a second ends early, says so in `partial` and `scanned`, and may be empty: `next` goes on from there. Ordered by anything but `id`, the first page needs every client "+
				"that matches; a filter that is not done with them after 10 seconds is refused (`filter_too_slow`). Clients on which the filter fails are left out and counted in `failed`, the first with its reason in `failure`."),
			params: append(selection(), sortQuery, explainParam, limitQuery, afterQuery), codes: []string{api.CodeBadCursor, api.CodeInvalid, api.CodeFilterTooSlow},
			answers: []answer{{status: 200, describe: "A page of clients.", of: api.ClientPage{}, example: map[string]any{"items": []any{exampleClient}, "next": "AAAAAAAABBI"}}},
			handle:  listClients},
		{op: operation(fiber.MethodPost, api.PathClients, "createClient", tagClients, "Create a client",
			"Stores a new client, judged by the rules."+noteWrite),
			params: []param{dryRunParam}, headers: []param{keyHeader, overrideHeader}, body: clientDocument("The client."), right: RightWrite,
			codes:   append([]string{api.CodeIdempotencyReuse}, writeCodes...),
			answers: []answer{createdAnswer("The client as stored, and its findings. With a repeated Idempotency-Key: the client that the first request created."), writeAnswer(200, "With dryRun: as it would be stored.")},
			handle:  createClient},
		{op: operation(fiber.MethodPut, api.PathClients, "upsertClient", tagClients, "Create or replace by external id",
			"Replaces the client with that external id, or creates it."+noteWrite),
			params: []param{{name: "externalId", describe: "The client's id in your own system.", example: "1c-000123", required: true}, dryRunParam}, headers: []param{ifMatchHeader, overrideHeader},
			body: clientDocument("The whole client: what is left out is cleared."), right: RightWrite, codes: writeCodes,
			answers: []answer{writeAnswer(200, "Replaced."), createdAnswer("Created.")}, handle: upsertClient},
		{op: operation(fiber.MethodGet, api.PathClient, "getClient", tagClients, "Get a client", "One client by its number."),
			answers: []answer{{status: 200, describe: "The client.", of: crm.Client{}, headers: etagHeader, example: exampleClient}}, codes: []string{api.CodeNotFound}, handle: getClient},
		{op: operation(fiber.MethodPut, api.PathClient, "replaceClient", tagClients, "Replace a client",
			"Makes the client what the document says; what is left out is cleared."+noteWrite),
			params: []param{dryRunParam}, headers: []param{ifMatchHeader, overrideHeader}, body: clientDocument("The whole client."), right: RightWrite,
			codes: append([]string{api.CodeNotFound}, writeCodes...), answers: []answer{writeAnswer(200, "Replaced.")}, handle: replaceClient},
		{op: operation(fiber.MethodPatch, api.PathClient, "patchClient", tagClients, "Change a client",
			"JSON merge patch (RFC 7396): fields that are left out stay, null clears. Lists are replaced whole; a row sent with its `id` keeps it."+noteWrite),
			params: []param{dryRunParam}, headers: []param{ifMatchHeader, overrideHeader}, body: clientDocument("What changes."), right: RightWrite,
			codes: append([]string{api.CodeNotFound}, writeCodes...), answers: []answer{writeAnswer(200, "Changed, or equal to what it was.")}, handle: patchClient},
		{op: operation(fiber.MethodDelete, api.PathClient, "deleteClient", tagClients, "Delete a client",
			"Removes the client with its findings and labels. Its number is not given again."),
			params: []param{dryRunParam}, headers: []param{ifMatchHeader}, right: RightWrite,
			codes: []string{api.CodeNotFound, api.CodeConflict, api.CodeStaleRevision, api.CodeNoSpace}, answers: []answer{{status: 204, describe: "Deleted."}}, handle: deleteClient},
		{op: operation(fiber.MethodGet, api.PathClientFindings, "listClientFindings", tagClients, "List a client's findings",
			"What the rules find wrong with the client, in the reader's language, a page at a time. Waived findings are among them, with `waived` true."),
			params:  append([]param{waivedParam}, pageParams...),
			answers: []answer{{status: 200, describe: "A page of its findings.", of: api.List[crm.FindingView]{}, example: map[string]any{"items": []any{exampleFinding}}}},
			codes:   []string{api.CodeNotFound, api.CodeBadCursor}, handle: clientFindings},
		{op: operation(fiber.MethodGet, api.PathClientSegments, "listClientSegments", tagClients, "List a client's segments",
			"The labels that the segmentation rules give the client. By rule, a page at a time."),
			params:  pageParams,
			answers: []answer{{status: 200, describe: "A page of its labels.", of: api.List[crm.SegmentView]{}, example: map[string]any{"items": []any{exampleSegment}}}},
			codes:   []string{api.CodeNotFound, api.CodeBadCursor}, handle: clientSegments},
	}
}

// request reads what a write brings.
func (x *exchange) request() (intake.Request, error) {
	r := intake.Request{Scope: x.who.Scope, By: x.who.Name, DryRun: x.flag("dryRun")}
	var err error
	if r.IfMatch, err = x.ifMatch(); err != nil {
		return r, err
	}
	if r.Override, err = x.override(); err != nil {
		return r, err
	}
	if x.route.body == nil {
		return r, nil
	}
	if r.Doc, err = x.readBody(); err != nil {
		return r, err
	}
	if len(r.Doc) == 0 {
		return r, refuse(api.CodeMalformed, "body_empty")
	}
	return r, nil
}

// written answers a write of a client. A repeated creation is answered as the first.
func (x *exchange) written(a *intake.Answer, err error) error {
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if a.Created && !x.flag("dryRun") {
		status = fiber.StatusCreated
		x.c.Set(fiber.HeaderLocation, api.PathClients+"/"+strconv.FormatInt(a.Client.ID, 10))
	}
	return x.client(status, a)
}

// client answers a write with the client as it is now.
func (x *exchange) client(status int, a *intake.Answer) error {
	x.etag(a.Client)
	findings := x.Report.Findings(a.Client.ID, a.Results, x.language())
	if findings == nil {
		findings = []crm.FindingView{}
	}
	return x.json(status, api.WriteAnswer{Client: a.Client, Findings: findings})
}

func (x *exchange) etag(c *crm.Client) {
	x.c.Set(fiber.HeaderETag, `"`+strconv.FormatInt(c.Revision, 10)+`"`)
}

func createClient(x *exchange) error {
	r, err := x.request()
	if err != nil {
		return err
	}
	r.IdempotencyKey = x.c.Get(keyHeader.name)
	return x.written(x.Intake.Create(x.ctx, r))
}

func upsertClient(x *exchange) error {
	r, err := x.request()
	if err != nil {
		return err
	}
	return x.written(x.Intake.Upsert(x.ctx, x.query.Get("externalId"), r))
}

func replaceClient(x *exchange) error { return x.writeTo(x.Intake.Replace) }

func patchClient(x *exchange) error { return x.writeTo(x.Intake.Patch) }

// writeTo answers a write of the client that the path names.
func (x *exchange) writeTo(write clientWrite) error { return x.writeWith(write, fiber.StatusOK) }

// addTo answers an addition to the client that the path names.
func (x *exchange) addTo(write clientWrite) error {
	if x.flag("dryRun") {
		return x.writeWith(write, fiber.StatusOK)
	}
	return x.writeWith(write, fiber.StatusCreated)
}

func (x *exchange) writeWith(write clientWrite, status int) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	r, err := x.request()
	if err != nil {
		return err
	}
	a, err := write(x.ctx, id, r)
	if err != nil {
		return err
	}
	return x.client(status, a)
}

func deleteClient(x *exchange) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	r, err := x.request()
	if err != nil {
		return err
	}
	if err := x.Intake.Delete(x.ctx, id, r); err != nil {
		return err
	}
	x.c.Status(fiber.StatusNoContent)
	return nil
}

func getClient(x *exchange) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	stored, err := x.Store.Client(x.ctx, x.who.Scope, id)
	if err != nil {
		return err
	}
	c, err := crm.DecodeCard(stored.Card)
	if err != nil {
		return err
	}
	x.etag(c)
	return x.json(fiber.StatusOK, c)
}

func clientFindings(x *exchange) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	stored, err := x.Store.Client(x.ctx, x.who.Scope, id)
	if err != nil {
		return err
	}
	findings := x.Report.Findings(id, stored.Results, x.language())
	if x.query.Has("waived") {
		findings = slices.DeleteFunc(findings, func(f crm.FindingView) bool { return f.Waived != x.flag("waived") })
	}
	return pagedByPlace(x, findings)
}

func clientSegments(x *exchange) error {
	id, err := x.clientID()
	if err != nil {
		return err
	}
	stored, err := x.Store.Client(x.ctx, x.who.Scope, id)
	if err != nil {
		return err
	}
	return paged(x, x.Report.ClientSegments(stored.Results, x.language()), func(s crm.SegmentView) string { return segmentKey(s.Rule, s.Label) })
}

// list is a page whose items are never null.
func list[T any](items []T, next string) api.List[T] {
	if items == nil {
		items = []T{}
	}
	return api.List[T]{Items: items, Next: next}
}
