package rest

import (
	"github.com/gofiber/fiber/v2"

	"assay/rules/library"
	"assay/server/api"
)

func (s *Server) libraryRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodGet, api.PathLibrary, "listLibrary", tagRules, "List the library",
			"The ready rules that a Rule enables with `spec.library` and `spec.settings`: what each finds, and the JSON Schema of its settings with their defaults. By name, a page at a time."),
			params: pageParams, codes: []string{api.CodeBadCursor},
			answers: []answer{{status: 200, describe: "A page of ready rules.", of: api.List[api.LibraryRule]{}, example: object{"items": []any{exampleLibraryRule}}}}, handle: listLibrary},
	}
}

func listLibrary(x *exchange) error {
	var list []api.LibraryRule
	for _, e := range library.All() {
		list = append(list, api.LibraryRule{Name: e.Name, Title: e.Title, Severity: string(e.Spec.Severity), Path: e.Spec.Path,
			Settings: e.Settings, Message: e.Spec.Message})
	}
	return paged(x, list, func(r api.LibraryRule) string { return r.Name })
}
