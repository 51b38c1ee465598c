package rest

import (
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
)

func (s *Server) folderRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodGet, api.PathFolder, "getFolder", tagRules, "Get the rules folder",
			"How the folder that the server keeps its objects equal to (`assay serve --rules`) stands, with what is wrong in it: files that cannot be read and objects that were refused. "+
				"What their files declare shows the same in the condition `Synced`."),
			answers: []answer{{status: 200, describe: "How it stands.", of: api.Folder{}, example: exampleFolder}}, handle: getFolder},
	}
}

var exampleFolder = object{"folder": "/etc/assay/rules", "readAt": "2026-11-21T09:30:00Z", "objects": 12, "faults": []any{
	object{"file": "sales/vip.yaml", "line": 6, "column": 12, "kind": "Rule", "name": "vip-email", "field": "spec.require", "message": "undefined field 'nme'"}}}

func getFolder(x *exchange) error {
	answer := api.Folder{Faults: []api.FolderFault{}}
	if x.Folder != nil {
		state := x.Folder()
		answer.Folder, answer.ReadAt, answer.Objects = state.Dir, crm.TimeOf(state.ReadAt), state.Objects
		for _, f := range state.Faults {
			answer.Faults = append(answer.Faults, api.FolderFault{File: f.File, Line: f.Line, Column: f.Column,
				Kind: api.Kind(f.Object.Kind), Name: f.Object.Name, Field: f.Field, Message: f.Message})
		}
	}
	return x.json(fiber.StatusOK, answer)
}
