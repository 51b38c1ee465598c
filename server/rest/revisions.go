package rest

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
)

// revisionRoutes are the routes of the history of a kind's objects.
func revisionRoutes(kind api.Kind, one string, object, applied answer) []*route {
	name := strings.ToLower(one)
	back := object
	back.headers = applied.headers
	created := back
	created.status, created.describe = 201, "It had been deleted, and is there again; the "+name+" with its status."
	return []*route{
		{op: operation(fiber.MethodGet, kind.Path()+api.PathRevisions, "list"+one+"Revisions", tagRules, "The history of a "+name,
			"The last 20 versions of its labels, annotations and spec, the newest first: when, by whom, and what was done (`applied`, `rolled back to 3`, `deleted`). It outlives a deletion."),
			answers: []answer{{status: 200, describe: "The versions.", of: api.List[api.Revision]{}, example: map[string]any{"items": []any{exampleRevision}}}},
			codes:   []string{api.CodeNotFound},
			handle: func(x *exchange) error {
				kept, err := x.Reconciler.Revisions(x.ctx, string(kind), x.c.Params("name"))
				if err != nil {
					return err
				}
				return x.json(fiber.StatusOK, list(kept, ""))
			}},
		{op: operation(fiber.MethodGet, kind.Path()+api.PathRevision, "get"+one+"Revision", tagRules, "One version of a "+name, "What was declared then."),
			answers: []answer{{status: 200, describe: "The version.", of: api.Revision{}, example: exampleRevision}}, codes: []string{api.CodeNotFound},
			handle: func(x *exchange) error {
				number, err := x.revision()
				if err != nil {
					return err
				}
				kept, err := x.Reconciler.Revision(x.ctx, string(kind), x.c.Params("name"), number)
				if err != nil {
					return err
				}
				return x.json(fiber.StatusOK, kept)
			}},
		{op: operation(fiber.MethodDelete, kind.Path()+api.PathRevision, "delete"+one+"Revision", tagRules, "Forget a version of a "+name,
			"It can no longer be gone back to, and a module that it named can be deleted. The newest version stays."),
			params: []param{dryRunParam}, right: RightRules, answers: []answer{{status: 204, describe: "Forgotten."}}, codes: []string{api.CodeNotFound, api.CodeInvalid},
			handle: func(x *exchange) error {
				number, err := x.revision()
				if err != nil {
					return err
				}
				if err := x.Reconciler.DropRevision(x.ctx, x.who.Name, string(kind), x.c.Params("name"), number, x.flag("dryRun")); err != nil {
					return err
				}
				x.c.Status(fiber.StatusNoContent)
				return nil
			}},
		{op: operation(fiber.MethodPost, kind.Path()+api.PathRollback, "rollback"+one, tagRules, "Go back to an earlier version of a "+name,
			"Applies an earlier version anew, by the same way as any other: it is validated, compiled and tried, and refused when it fits no longer. It becomes the newest version. A deleted "+name+" comes back so."),
			params:  []param{{name: "revision", kind: countParam, describe: "Its number; without it, the version before the current one, or the last before a deletion."}, previewParam, versionParam},
			headers: []param{ifVersionHeader}, right: RightRules, answers: []answer{back, created}, codes: []string{api.CodeNotFound, api.CodeInUse, api.CodeStaleRevision, api.CodeInvalid, api.CodeNoSpace},
			handle: func(x *exchange) error {
				number, _ := strconv.ParseInt(x.query.Get("revision"), 10, 64) // readQuery has checked it
				version, err := x.objectVersion()
				if err != nil {
					return err
				}
				applied, err := x.Reconciler.Rollback(x.ctx, x.who.Name, string(kind), x.c.Params("name"), version, number, x.flag("dryRun"))
				if err != nil {
					return err
				}
				return x.applied(applied)
			}},
	}
}

// revision reads the number of a version from the address.
func (x *exchange) revision() (int64, error) {
	number, err := strconv.ParseInt(x.c.Params("revision"), 10, 64)
	if err != nil {
		return 0, crm.ErrNotFound
	}
	return number, nil
}
