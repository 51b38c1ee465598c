package rest

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/reconcile"
)

const tagRules = "Rules, fields, dictionaries and webhooks"

var previewParam = param{name: "dryRun", kind: flagParam, describe: "Do everything but store. Of a Quality rule, and of a field that somebody must have, " +
	"`status.preview` of the answer says what the rule would find in the stored base: `rule`, `clients` in the base, `judged` of them (fewer when 10 seconds were not enough; the counts are of these), " +
	"`violating` clients with `findings`, `failed` clients that it could not judge, and the first `failure`."}

// objectKinds are the kinds of declared objects as the document speaks of them.
var objectKinds = []struct {
	kind           api.Kind
	one, many      string
	what           string
	deleted        string
	example        any
	exampleApplied any
}{
	{api.KindRule, "Rule", "Rules", "A rule judges every client: a Quality rule finds what is wrong, a Segmentation rule gives a label.",
		"Its findings are closed and its labels go.", exampleRule, exampleRuleStatus},
	{api.KindField, "Field", "Fields", "A field declares a custom field of clients: its type, its title, and who must have it.",
		"Stored values stay, but rules can no longer name the field.", exampleField, exampleField},
	{api.KindDictionary, "Dictionary", "Dictionaries", "A dictionary closes the vocabulary of a field: values outside it are refused.",
		"Any value is accepted again.", exampleDictionary, exampleDictionary},
	{api.KindWebhook, "Webhook", "Webhooks", "A webhook has events sent to a URL, signed by the Standard Webhooks specification. The secret and the values of headers are written and never shown: the answer to a webhook that is created without a secret has the one that was made, this once.",
		"What it has still to send, and its dead letters, are forgotten.", exampleWebhook, exampleWebhookStatus},
}

func (s *Server) objectRoutes() []*route {
	var all []*route
	for _, k := range objectKinds {
		kind, one := k.kind, strings.ToLower(k.one)
		single, first := kind.Path()+"/{name}", len(all)
		replaces := "It is validated, compiled and tried before it replaces what runs; the stored base is then judged anew. "
		if kind == api.KindWebhook {
			replaces = "It is validated, and its filter compiled, before it replaces what is in force; what waits to be sent stays. "
		}
		object := answer{status: 200, describe: "The " + one + " with its status.", of: anyObject{}, example: k.exampleApplied, headers: map[string]string{fiber.HeaderETag: "`metadata.resourceVersion`, for If-Match."}}
		applied := object
		applied.headers = map[string]string{api.HeaderApplied: "configured or unchanged"}
		created := object
		created.status, created.describe, created.headers = 201, "Created; the "+one+" with its status.", map[string]string{api.HeaderApplied: "created"}
		all = append(all, listRoute(k.kind, k.many, k.what, k.exampleApplied))
		all = append(all, revisionRoutes(k.kind, k.one, object, applied)...)
		all = append(all,
			&route{op: operation(fiber.MethodGet, single, "get"+k.one, tagRules, "Get a "+one, "The "+one+" as declared, with its status."),
				answers: []answer{object}, codes: []string{api.CodeNotFound},
				handle: func(x *exchange) error {
					object, err := x.Reconciler.Get(x.ctx, string(kind), x.c.Params("name"))
					if err != nil {
						return err
					}
					return x.object(fiber.StatusOK, object)
				}},
			&route{op: operation(fiber.MethodPut, single, "apply"+k.one, tagRules, "Apply a "+one,
				"Declares the "+one+": creates it, or makes it what the manifest says. "+replaces+
					"`status` in the manifest is ignored; `metadata.resourceVersion`, when given, must be the current one."),
				params: []param{previewParam, versionParam}, headers: []param{ifVersionHeader}, right: RightRules,
				body: &body{max: api.MaxManifest, timeout: documentTimeout, schema: anything, example: k.example, describe: "The manifest, JSON or YAML.",
					media: []string{api.MediaJSON, api.MediaYAML, "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain", "application/octet-stream"}},
				codes:   []string{api.CodeMalformed, api.CodeInUse, api.CodeManaged, api.CodeStaleRevision, api.CodeInvalid, api.CodeNoSpace},
				answers: []answer{applied, created},
				handle:  func(x *exchange) error { return x.apply(kind) }},
			&route{op: operation(fiber.MethodDelete, single, "delete"+k.one, tagRules, "Delete a "+one, "Removes the "+one+". "+k.deleted),
				params: []param{dryRunParam, versionParam}, headers: []param{ifVersionHeader}, right: RightRules, answers: []answer{{status: 204, describe: "Deleted."}},
				codes:  []string{api.CodeNotFound, api.CodeInUse, api.CodeManaged, api.CodeStaleRevision, api.CodeNoSpace},
				handle: func(x *exchange) error { return x.deleteObject(kind) }},
		)
		for _, r := range all[first:] {
			if kind == api.KindWebhook {
				r.right, r.whole = RightRules, true // to read, too: the URL is often a secret of its own, and what is sent is of all clients
			}
		}
	}
	return all
}

// anyObject stands for a declared object in the document; its fields are the manifest's.
type anyObject struct {
	APIVersion string         `json:"apiVersion" doc:"assay/v1"`
	Kind       string         `json:"kind" enum:"Rule,Field,Dictionary,Webhook,Module"`
	Metadata   map[string]any `json:"metadata" doc:"name, labels, generation, resourceVersion and times."`
	Spec       map[string]any `json:"spec" doc:"What was declared."`
	Status     map[string]any `json:"status,omitempty" doc:"What became of it: conditions, progress of the sweep, counts."`
}

func anything(*document) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

func (x *exchange) apply(kind api.Kind) error {
	manifest, err := x.readBody()
	if err != nil {
		return err
	}
	if len(manifest) == 0 {
		return refuse(api.CodeMalformed, "manifest_empty")
	}
	version, err := x.objectVersion()
	if err != nil {
		return err
	}
	applied, err := x.Reconciler.Apply(x.ctx, x.who.Name, string(kind), x.c.Params("name"), version, manifest, x.flag("dryRun"))
	if err != nil {
		return err
	}
	return x.applied(applied)
}

// applied answers with an object that was declared and says what became of it.
func (x *exchange) applied(applied *reconcile.Applied) error {
	status, outcome := fiber.StatusOK, api.AppliedUnchanged
	switch {
	case applied.Created:
		outcome = api.AppliedCreated
		if !x.flag("dryRun") {
			status = fiber.StatusCreated
		}
	case applied.Changed:
		outcome = api.AppliedConfigured
	}
	x.c.Set(api.HeaderApplied, outcome)
	return x.object(status, applied.Object)
}

// object answers with a declared object and its version as its ETag.
func (x *exchange) object(status int, object json.RawMessage) error {
	if version := objectMeta(object).ResourceVersion; version != "" {
		x.c.Set(fiber.HeaderETag, `"`+version+`"`)
	}
	return x.json(status, object)
}

var (
	versionParam    = text("resourceVersion", "`metadata.resourceVersion` that the object must still have.", "17")
	ifVersionHeader = text(fiber.HeaderIfMatch, "The same, as a header.", `"17"`)
)

func (x *exchange) deleteObject(kind api.Kind) error {
	version, err := x.objectVersion()
	if err != nil {
		return err
	}
	if err := x.Reconciler.Delete(x.ctx, x.who.Name, string(kind), x.c.Params("name"), version, x.flag("dryRun")); err != nil {
		return err
	}
	x.c.Status(fiber.StatusNoContent)
	return nil
}

// objectVersion reads the version that an object must still have, "" for any.
func (x *exchange) objectVersion() (string, error) {
	asked := x.query.Get("resourceVersion")
	tag := strings.TrimSpace(x.c.Get(fiber.HeaderIfMatch))
	if tag == "*" {
		tag = ""
	}
	tag = strings.Trim(strings.TrimPrefix(tag, "W/"), `"`)
	if tag != "" && asked != "" && tag != asked {
		return "", &refusal{code: api.CodeBadParameter, problems: []crm.Problem{reason("resourceVersion", "versions_differ", "value", shorten(asked), "header", shorten(tag))}}
	}
	return cmp.Or(asked, tag), nil
}
