package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// words is what the source of package rules says of its types.
type words struct {
	comments map[string]string     // by type, or type and field with a dot between
	values   map[string][]constant // by type
	shapes   map[string]func(*jsonschema.Schema)
	used     map[string]bool // shapes
}

// constant is a constant of a named string type.
type constant struct{ value, comment string }

// readSource reads the comments and the constants of the package in a folder.
func readSource(dir string) (*words, error) {
	w := &words{comments: map[string]string{}, values: map[string][]constant{}, shapes: shapes, used: map[string]bool{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range parsed.Decls {
			g, ok := d.(*ast.GenDecl)
			switch {
			case ok && g.Tok == token.CONST:
				w.addConstants(g)
			case ok && g.Tok == token.TYPE:
				w.addTypes(g)
			}
		}
	}
	return w, nil
}

func (w *words) addTypes(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		s := spec.(*ast.TypeSpec)
		w.comments[s.Name.Name] = plain(g.Doc.Text())
		if of, ok := s.Type.(*ast.StructType); ok {
			for _, f := range of.Fields.List {
				for _, name := range f.Names {
					w.comments[s.Name.Name+"."+name.Name] = plain(cmp.Or(f.Doc.Text(), f.Comment.Text()))
				}
			}
		}
	}
}

func (w *words) addConstants(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		s := spec.(*ast.ValueSpec)
		named, ok := s.Type.(*ast.Ident)
		if !ok || len(s.Values) != 1 {
			continue
		}
		if text, ok := s.Values[0].(*ast.BasicLit); ok && text.Kind == token.STRING {
			if value, err := strconv.Unquote(text.Value); err == nil {
				w.values[named.Name] = append(w.values[named.Name], constant{value, plain(s.Comment.Text())})
			}
		}
	}
}

// comment returns the comment of a type's field, or else of the field's type.
func (w *words) comment(t reflect.Type, f reflect.StructField) string {
	of := f.Type
	for of.Name() == "" && (of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map) {
		of = of.Elem()
	}
	return cmp.Or(w.comments[t.Name()+"."+f.Name], w.comments[of.Name()])
}

// unused returns the shapes that fitted nothing.
func (w *words) unused() (names []string) {
	for name := range w.shapes {
		if !w.used[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

var docLink = regexp.MustCompile(`\[\*?([A-Za-z][A-Za-z.]*)\]`)

// plain makes one paragraph of a doc comment, without its links.
func plain(comment string) string {
	return docLink.ReplaceAllString(strings.Join(strings.Fields(comment), " "), "$1")
}
