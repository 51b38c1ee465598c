package rest

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/reconcile"
)

const (
	tagModules    = "Modules"
	moduleTimeout = 2 * time.Minute // for 32 MiB
)

func (s *Server) moduleRoutes() []*route {
	one := answer{status: 200, describe: "A dry run: the module, in its own words.", of: api.Module{}, example: exampleModule}
	created := one
	created.status, created.describe = 201, "The module, in its own words."
	return []*route{
		{op: operation(fiber.MethodPost, api.PathModules, "addModule", tagModules, "Upload a module",
			"Takes a WebAssembly module, compiles it and asks it to describe its checks. It is kept under the SHA-256 of its bytes; rules name it by that digest. Its checks judge made-up clients in several orders: `deterministic` is false when the order made a difference, `reason` says where, or why they could not be tried."),
			body:   &body{media: []string{api.MediaWasm, "application/octet-stream"}, max: api.MaxModule, timeout: moduleTimeout, schema: anyBytes, describe: "The WebAssembly module."},
			params: []param{dryRunParam},
			right:  RightRules, codes: []string{api.CodeMalformed, api.CodeInvalid, api.CodeNoSpace}, answers: []answer{one, created}, handle: addModule},
		{op: operation(fiber.MethodGet, api.PathModules, "listModules", tagModules, "List modules", "All modules with their checks and the rules that run them; those of the default rules too. By digest, a page at a time."),
			params: pageParams, codes: []string{api.CodeBadCursor},
			answers: []answer{{status: 200, describe: "A page of modules.", of: api.List[api.Module]{}, example: map[string]any{"items": []any{exampleModule}}}}, handle: listModules},
		{op: operation(fiber.MethodGet, api.PathModule, "getModule", tagModules, "Get or download a module",
			"The module as a resource: its checks, what the trial at its upload showed, the rules that run it and those that name it in a version that is kept. With `Accept: application/wasm`: its bytes."),
			answers: []answer{{status: 200, describe: "The module.", of: anyObject{}, example: exampleModuleResource}, {status: 200, describe: "Its bytes.", media: api.MediaWasm}}, codes: []string{api.CodeNotFound}, handle: getModule},
		{op: operation(fiber.MethodDelete, api.PathModule, "deleteModule", tagModules, "Delete a module", "Removes a module that no rule runs and no kept revision of a rule names."),
			params: []param{dryRunParam}, right: RightRules, answers: []answer{{status: 204, describe: "Deleted."}}, codes: []string{api.CodeNotFound, api.CodeInUse}, handle: deleteModule},
	}
}

func addModule(x *exchange) error {
	wasm, err := x.readBody()
	if err != nil {
		return err
	}
	if len(wasm) == 0 {
		return refuse(api.CodeMalformed, "module_empty")
	}
	m, err := x.Reconciler.AddModule(x.ctx, x.who.Name, wasm, x.flag("dryRun"))
	if err != nil {
		return err
	}
	x.c.Set(fiber.HeaderLocation, api.PathModules+"/"+m.Digest)
	if x.flag("dryRun") {
		return x.json(fiber.StatusOK, m)
	}
	return x.json(fiber.StatusCreated, m)
}

func listModules(x *exchange) error {
	modules, err := x.Reconciler.Modules(x.ctx)
	if err != nil {
		return err
	}
	return paged(x, modules, func(m reconcile.ModuleInfo) string { return m.Digest })
}

func getModule(x *exchange) error {
	x.c.Set(fiber.HeaderVary, fiber.HeaderAccept) // two answers of one address
	if !x.accepts(api.MediaWasm) {
		module, err := x.Reconciler.ModuleResource(x.ctx, x.c.Params("digest"))
		if err != nil {
			return err
		}
		return x.json(fiber.StatusOK, module)
	}
	wasm, err := x.Reconciler.Module(x.ctx, x.c.Params("digest"))
	if err != nil {
		return err
	}
	x.c.Set(fiber.HeaderCacheControl, "private, max-age=31536000, immutable") // the address is the content's digest
	return x.bytes(fiber.StatusOK, api.MediaWasm, wasm)
}

func deleteModule(x *exchange) error {
	if err := x.Reconciler.DeleteModule(x.ctx, x.who.Name, x.c.Params("digest"), x.flag("dryRun")); err != nil {
		return err
	}
	x.c.Status(fiber.StatusNoContent)
	return nil
}
