package main

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
)

// constantsOf returns the integers that files of package abi declare as constants. The generator does not import the
// package: it must run when a generated file of it is broken.
func constantsOf(dir string, names ...string) (map[string]constant.Value, error) {
	positions := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		parsed, err := parser.ParseFile(positions, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	lenient := types.Config{Error: func(error) {}, IgnoreFuncBodies: true}
	pkg, _ := lenient.Check("abi", positions, files, nil)
	values := map[string]constant.Value{}
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Val().Kind() == constant.Int {
			values[name] = c.Val()
		}
	}
	return values, nil
}
