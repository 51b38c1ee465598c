// Package project makes and builds rule projects: folders in which somebody writes a rule, with an assay.yaml that
// names the language and the module.
//
// Create writes a new one from the templates of package sdk, with the pages that its author needs. Open reads
// assay.yaml, of a folder or of the nearest one above it. Build finds the language's compiler, runs it so that the
// same sources give the same bytes in any folder, has the host of modules (server/wasm) look at what came of it, puts the module's description into it,
// and writes it. CEL has no compiler and no module: Build compiles the rules of rule.yaml.
//
// It promises that nothing is half done: a project is there with all its files or not at all, and a module that was built before
// stays until the new one is whole. Nothing is fetched from a network: what is missing is named, with what to install.
//
// What it does not do: run rules, which package author does, and talk to a server.
package project
