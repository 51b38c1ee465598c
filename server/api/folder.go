package api

import (
	"context"

	"assay/server/crm"
)

// Folder is how the server's folder of rules stands.
type Folder struct {
	Folder  string        `json:"folder" doc:"The folder on the server; empty when it keeps none."`
	ReadAt  crm.Time      `json:"readAt,omitzero" doc:"When it was last read."`
	Objects int           `json:"objects" doc:"That its files declare."`
	Faults  []FolderFault `json:"faults" doc:"What keeps it from being in force as it stands."`
}

// FolderFault is one thing in the folder that keeps something from being as it is declared.
type FolderFault struct {
	File    string `json:"file" doc:"Path in the folder; empty for the folder itself."`
	Line    int    `json:"line,omitempty" doc:"From 1; absent when it is the whole file."`
	Column  int    `json:"column,omitempty" doc:"From 1, in characters."`
	Kind    Kind   `json:"kind,omitempty" doc:"Of the object that is not in force; absent when the file cannot be read."`
	Name    string `json:"name,omitempty" doc:"Its name."`
	Field   string `json:"field,omitempty" doc:"Such as spec.require."`
	Message string `json:"message" doc:"What is wrong and what to do."`
}

// RulesFolder returns how the server's folder of rules stands.
func (c *Client) RulesFolder(ctx context.Context) (*Folder, error) {
	return get[Folder](ctx, c, PathFolder, nil)
}
