package rest

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"assay/rules/schema"
	"assay/server/api"
)

func (s *Server) schemaRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodGet, api.PathSchema, "getManifestSchema", tagRules, "Get the JSON Schema of a manifest",
			"For editors: draft-07, `"+strings.Join(schema.Names(), ".json`, `")+".json`; `manifest.json` is for all kinds. The same as `assay schema` prints."),
			open: true, answers: []answer{{status: 200, describe: "The schema.", media: api.MediaSchema, of: map[string]any{}}},
			codes: []string{api.CodeNotFound}, handle: getManifestSchema},
	}
}

func getManifestSchema(x *exchange) error {
	name, isJSON := strings.CutSuffix(x.c.Params("schema"), ".json")
	text, ok := schema.Of(name)
	if !ok || !isJSON || name != strings.ToLower(name) {
		return refuse(api.CodeNotFound, "schema_not_found", "name", shorten(x.c.Params("schema")), "known", strings.Join(schema.Names(), ".json, ")+".json")
	}
	return x.bytes(fiber.StatusOK, api.MediaSchema, text)
}
