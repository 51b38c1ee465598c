package rest

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/intake"
)

// clientWrite is a write of one client by its number.
type clientWrite func(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error)

// rowKinds are the lists of a client whose rows have routes of their own.
var rowKinds = []struct {
	list string // in the path and on the client
	name string // of one row, for ids and sentences
	row  any
}{
	{"channels", "Channel", crm.Channel{}},
	{"addresses", "Address", crm.Address{}},
	{"contacts", "Contact", crm.Contact{}},
	{"requisites", "Requisite", crm.Requisite{}},
	{"contracts", "Contract", crm.Contract{}},
}

func (s *Server) rowRoutes() []*route {
	var all []*route
	for _, k := range rowKinds {
		list, low := k.list, strings.ToLower(k.name)
		rows := strings.Replace(api.PathRows, "{list}", list, 1)
		row := strings.Replace(api.PathRow, "{list}", list, 1)
		document := func(describe string) *body {
			return &body{media: []string{api.MediaJSON, "application/merge-patch+json", "text/json"}, max: api.MaxDocument, timeout: documentTimeout,
				schema: func(d *document) *huma.Schema { return d.input(k.row) }, example: rowExamples[list], describe: describe}
		}
		codes := append([]string{api.CodeNotFound}, writeCodes...)
		all = append(all,
			&route{op: operation(fiber.MethodPost, rows, "add"+k.name, tagClients, "Add to "+list, "Adds a row without resending the list. The row's id is the server's."),
				params: []param{dryRunParam}, headers: []param{ifMatchHeader, keyHeader, overrideHeader}, body: document("The " + low + "."), right: RightWrite, codes: append([]string{api.CodeIdempotencyReuse}, codes...),
				answers: []answer{writeAnswer(201, "The client with the new row. With a repeated Idempotency-Key: the client that the first request gave it to, as it is now."), writeAnswer(200, "With dryRun: as it would be stored.")},
				handle: func(x *exchange) error {
					return x.addTo(func(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error) {
						r.IdempotencyKey = x.c.Get(keyHeader.name)
						return x.Intake.AddRow(ctx, id, list, r)
					})
				}},
			&route{op: operation(fiber.MethodPatch, row, "patch"+k.name, tagClients, "Change one of "+list, "JSON merge patch of one row."),
				params: []param{dryRunParam}, headers: []param{ifMatchHeader, overrideHeader}, body: document("What changes in the " + low + "."), right: RightWrite, codes: codes,
				answers: []answer{writeAnswer(200, "The client with the changed row.")},
				handle: func(x *exchange) error {
					return x.writeTo(func(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error) {
						return x.Intake.PatchRow(ctx, id, list, x.c.Params("row"), r)
					})
				}},
			&route{op: operation(fiber.MethodDelete, row, "delete"+k.name, tagClients, "Delete one of "+list, "Removes one row."),
				params: []param{dryRunParam}, headers: []param{ifMatchHeader, overrideHeader}, right: RightWrite, codes: codes,
				answers: []answer{writeAnswer(200, "The client without the row.")},
				handle: func(x *exchange) error {
					return x.writeTo(func(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error) {
						return x.Intake.DeleteRow(ctx, id, list, x.c.Params("row"), r)
					})
				}},
		)
	}
	return all
}
