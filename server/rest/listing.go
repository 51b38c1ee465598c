package rest

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"assay/rules"
	"assay/server/api"
	"assay/server/crm"
	"assay/server/reconcile"
)

// objectListParams are the parameters of a list of declared objects.
var objectListParams = []param{
	text("labelSelector", "Chooses by labels: a=b, a!=b, a in (x,y), a notin (x,y), a, !a, with commas between them.", "set=default"),
	limitQuery, afterQuery,
	{name: "watch", kind: flagParam, describe: "Answer with the changes as they happen."},
	text("resourceVersion", "Of a list or a change: a watch tells of what came after it. Without it: of all there is first.", nil),
}

func listRoute(kind api.Kind, many, what string, example any) *route {
	few := strings.ToLower(many)
	return &route{op: operation(fiber.MethodGet, kind.Path(), "list"+many, tagRules, "List or watch "+few, what+" By name. "+
		"With `watch=true` the answer goes on with a message a change, `{\"type\", \"resourceVersion\", \"object\"}`: "+
		"`ADDED`, `MODIFIED` (what was declared, or its status: conditions and a few steps of a sweep), `DELETED`, and from time to time `BOOKMARK`, which says only how far it is; the first one "+
		"says that all there was has been told. It is text/event-stream, or application/x-ndjson when that is asked for."),
		params: objectListParams, headers: []param{text("Last-Event-ID", "The resourceVersion of the last message of a watch that was received.", nil)},
		codes: []string{api.CodeBadCursor, api.CodeGone, api.CodeTooMany},
		answers: []answer{{status: 200, describe: "The " + few + " with their status.", of: objectPage{}, example: map[string]any{"items": []any{example}, "resourceVersion": "1795254300000017"}},
			{status: 200, describe: "The changes.", media: api.MediaEventStream}, {status: 200, describe: "The changes.", media: api.MediaNDJSON}},
		handle: func(x *exchange) error {
			which, err := x.labelSelector()
			if err != nil {
				return err
			}
			if x.flag("watch") {
				return watchObjects(x, kind, which)
			}
			return listObjects(x, kind, which)
		}}
}

// objectPage stands for api.ObjectList in the document.
type objectPage struct {
	api.List[anyObject]
	ResourceVersion string `json:"resourceVersion" doc:"A watch from it tells of every change since."`
}

func listObjects(x *exchange, kind api.Kind, which rules.Selector) error {
	if x.query.Get("resourceVersion") != "" {
		return &refusal{code: api.CodeBadParameter, problems: []crm.Problem{reason("resourceVersion", "watch_missing")}}
	}
	listed, err := x.Reconciler.List(x.ctx, string(kind), which)
	if err != nil {
		return err
	}
	page, err := cut(x, listed.Objects, objectName)
	if err != nil {
		return err
	}
	return x.json(fiber.StatusOK, api.ObjectList{List: page, ResourceVersion: strconv.FormatInt(listed.Version, 10)})
}

// labelSelector reads which objects are asked for.
func (x *exchange) labelSelector() (rules.Selector, error) {
	s, err := rules.ParseSelector(x.query.Get("labelSelector"))
	var bad *rules.SelectorError
	if errors.As(err, &bad) {
		found := "∅"
		if bad.Found != "" {
			found = shorten(bad.Found)
		}
		return s, &refusal{code: api.CodeBadParameter, problems: []crm.Problem{reason("labelSelector", "label_selector", "at", strconv.Itoa(bad.At), "found", found)}}
	}
	return s, err
}

// watchVersion reads where a watch begins.
func (x *exchange) watchVersion() (int64, error) {
	words := strings.TrimSpace(x.c.Get("Last-Event-ID"))
	if words == "" {
		words = x.query.Get("resourceVersion")
	}
	if words == "" {
		return reconcile.FromNow, nil
	}
	version, err := strconv.ParseInt(words, 10, 64)
	if err != nil || version < 0 {
		return 0, &refusal{code: api.CodeBadParameter, problems: []crm.Problem{reason("resourceVersion", "resource_version", "value", shorten(words))}}
	}
	return version, nil
}
