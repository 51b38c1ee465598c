package rest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"assay/server/api"
	"assay/server/crm"
)

const introduction = "Assay keeps a company's client base in good order: it stores clients, runs WebAssembly rules over every one of them, " +
	"and shows what is wrong and how the base divides into segments.\n\n" +
	"Send `Authorization: Bearer <token>`; the administrator's token is in the file `admin-token` of the data folder. " +
	"Lists are `{\"items\":[…],\"next\":\"…\"}`: `next` is the `after` of the next page and absent at the end. " +
	"Refusals are problem+json with a `code` that programs decide on and every reason in `errors`. " +
	"Messages follow Accept-Language: en, ru, uk."

// document is the OpenAPI document in the making.
type document struct {
	config   huma.Config
	registry huma.Registry
}

func newDocument(version string) *document {
	registry := huma.NewMapRegistry(refPrefix, schemaName)
	for of, as := range map[any]any{
		crm.Time{}: timeShape{}, crm.Date{}: dateShape{}, crm.Money(0): moneyShape{}, crm.Value{}: valueShape{}, &json.RawMessage{}: anyShape{},
	} {
		registry.RegisterTypeAlias(reflect.Indirect(reflect.ValueOf(of)).Type(), reflect.TypeOf(as))
	}
	config := huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Assay", Version: version, Description: introduction},
		Tags: []*huma.Tag{
			{Name: tagClients, Description: "Clients, and the rows of their lists."},
			{Name: tagTransfer, Description: "Whole bases as files."},
			{Name: tagReports, Description: "What is wrong, and how the base divides."},
			{Name: tagRules, Description: "What is declared, in manifests."},
			{Name: tagWebhooks, Description: "What became of events that are sent."},
			{Name: tagModules, Description: "WebAssembly modules that rules run."},
			{Name: tagEvents, Description: "The log of changes."},
			{Name: tagOperators, Description: "For who runs the server."},
		},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token": {Type: "http", Scheme: "bearer", Description: "The administrator's token is in the file admin-token of the data folder."},
		}},
	}}
	config.AllowAdditionalPropertiesByDefault = true // answers grow
	return &document{registry: registry, config: config}
}

// schemaName names the schema of a type: lists after their items, and the reasons
// of a problem apart from the problem.
func schemaName(t reflect.Type, hint string) string {
	switch t {
	case reflect.TypeFor[crm.Problem]():
		return "Reason"
	case reflect.TypeFor[anyObject]():
		return "Object"
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if items, ok := strings.CutPrefix(name, "List"); ok {
		return strings.TrimPrefix(items, "Any") + "List"
	}
	return name
}

// add describes a route.
func (d *document) add(doc *huma.OpenAPI, r *route) {
	op := &r.op
	op.Parameters = d.parameters(r)
	if !r.open {
		op.Security = []map[string][]string{{"token": {}}}
	}
	if r.body != nil {
		op.RequestBody = d.requestBody(r.body)
	}
	op.Responses = map[string]*huma.Response{}
	for _, a := range r.answers {
		d.addAnswer(op.Responses, a)
	}
	for _, code := range r.allCodes() {
		d.addRefusal(op.Responses, code)
	}
	doc.AddOperation(op)
}

// allCodes are the codes that a route may refuse with.
func (r *route) allCodes() []string {
	codes := append([]string{api.CodeBadParameter, api.CodeInternal}, r.codes...)
	if !r.open {
		codes = append(codes, api.CodeUnauthorized, api.CodeUnavailable)
	}
	if r.right != 0 {
		codes = append(codes, api.CodeForbidden)
	}
	if r.body != nil {
		codes = append(codes, api.CodeTimeout, api.CodeUnsupportedEncoding)
	}
	if r.body != nil && r.body.max > 0 {
		codes = append(codes, api.CodeTooLarge)
	}
	if r.body != nil && len(r.body.media) > 0 {
		codes = append(codes, api.CodeUnsupportedMedia)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// pathParams describes the parts of paths.
var pathParams = map[string]param{
	"id":     text("id", "The client's number.", "1042"),
	"row":    text("row", "The row's id.", "c7"),
	"name":   text("name", "The object's name.", "contact-job-title"),
	"letter": text("letter", "The dead letter's id.", "msg_8d3f1a2b4c5d_5121_mf2k9q0"),
	"digest": text("digest", "sha256:<hex> of the module's bytes.", exampleDigest),
	"schema": text("schema", "The file of the schema.", "manifest.json"),

	"revision": text("revision", "The number of a version.", 3),
	"finding":  text("finding", "The finding's id.", "1042:contact-job-title:contact-job-title:c7"),
	"waiver":   text("waiver", "The waiver's id.", "1042:tax-id"),
}

func (d *document) parameters(r *route) []*huma.Param {
	var out []*huma.Param
	for part := range strings.SplitSeq(r.op.Path, "/") {
		if name := strings.Trim(part, "{}"); name != part {
			p := d.parameter(pathParams[name], "path")
			p.Required = true
			switch name {
			case "id":
				p.Schema, p.Example = &huma.Schema{Type: huma.TypeInteger, Format: "int64"}, 1042
			case "revision":
				p.Schema = &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
			}
			out = append(out, p)
		}
	}
	for _, p := range r.params {
		out = append(out, d.parameter(p, "query"))
	}
	for _, p := range r.headers {
		out = append(out, d.parameter(p, "header"))
	}
	return out
}

func (d *document) parameter(p param, in string) *huma.Param {
	schema := &huma.Schema{Type: huma.TypeString}
	for _, v := range p.enum {
		schema.Enum = append(schema.Enum, v)
	}
	switch p.kind {
	case flagParam:
		schema = &huma.Schema{Type: huma.TypeBoolean, Default: false}
	case countParam:
		schema = &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: pointer(0.0)}
	case limitParam:
		schema = &huma.Schema{Type: huma.TypeInteger, Minimum: pointer(1.0), Maximum: pointer(float64(api.MaxLimit)), Default: api.DefaultLimit}
	case textParam:
	}
	out := &huma.Param{Name: p.name, In: in, Description: p.describe, Required: p.required, Schema: schema, Example: p.example}
	if p.many {
		out.Schema, out.Explode = &huma.Schema{Type: huma.TypeArray, Items: schema}, pointer(true)
		if p.example != nil {
			out.Example = []any{p.example}
		}
	}
	return out
}

func pointer[T any](v T) *T { return &v }

func (d *document) requestBody(b *body) *huma.RequestBody {
	out := &huma.RequestBody{Description: b.describe, Required: true, Content: map[string]*huma.MediaType{}}
	media := b.media
	if len(media) == 0 {
		media = []string{"application/octet-stream", api.MediaNDJSON, api.MediaCSV, api.MediaXLSX, api.MediaVCard}
	}
	for _, m := range media {
		out.Content[m] = &huma.MediaType{Schema: b.schema(d), Example: b.example}
	}
	if b.max > 0 {
		out.Description += fmt.Sprintf(" At most %d MiB.", b.max>>20)
	}
	return out
}

func (d *document) addAnswer(responses map[string]*huma.Response, a answer) {
	status := strconv.Itoa(a.status)
	resp := responses[status]
	if resp == nil {
		resp = &huma.Response{Description: a.describe}
		responses[status] = resp
	}
	for name, describe := range a.headers {
		if resp.Headers == nil {
			resp.Headers = map[string]*huma.Param{}
		}
		resp.Headers[name] = &huma.Param{Description: describe, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	media := a.media
	if media == "" && a.of != nil {
		media = api.MediaJSON
	}
	if media == "" {
		return
	}
	if resp.Content == nil {
		resp.Content = map[string]*huma.MediaType{}
	}
	content := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}, Example: a.example}
	if a.of != nil {
		content.Schema = d.registry.Schema(reflect.TypeOf(a.of), true, "")
	}
	resp.Content[media] = content
}

// addRefusal adds a code to the response of its status.
func (d *document) addRefusal(responses map[string]*huma.Response, code string) {
	c := api.CodeOf(code)
	status := strconv.Itoa(c.Status)
	resp := responses[status]
	if resp == nil {
		resp = &huma.Response{Content: map[string]*huma.MediaType{api.MediaProblem: {
			Schema: d.registry.Schema(reflect.TypeFor[api.Problem](), true, ""), Examples: map[string]*huma.Example{},
		}}}
		responses[status] = resp
	}
	if resp.Description != "" {
		resp.Description += " · "
	}
	resp.Description += fmt.Sprintf("`%s` %s", c.Name, c.En)
	resp.Content[api.MediaProblem].Examples[c.Name] = &huma.Example{Ref: "#/components/examples/" + c.Name}
}

// marshal finishes the document and writes it.
func (d *document) marshal(doc *huma.OpenAPI) ([]byte, error) {
	describeSchemas(d.registry.Map())
	doc.Extensions = map[string]any{"x-error-codes": errorTable()}
	doc.Components.Examples = map[string]*huma.Example{}
	for _, c := range api.Codes {
		doc.Components.Examples[c.Name] = &huma.Example{Summary: c.En, Value: api.NewProblem(c.Name, "en", "")}
	}
	return json.Marshal(doc)
}

// errorTable is the table of codes as the document carries it.
func errorTable() []map[string]any {
	var rows []map[string]any
	for _, c := range api.Codes {
		rows = append(rows, map[string]any{"code": c.Name, "status": c.Status, "title": map[string]string{"en": c.En, "ru": c.Ru, "uk": c.Uk}})
	}
	return rows
}
