package folder

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/crm"
	"assay/server/reconcile"
)

// Fault is one thing in the folder that keeps something from being as it is declared.
type Fault struct {
	File         string // path in the folder; "" for the folder itself
	Line, Column int    // from 1; 0 when it is the file
	Object       reconcile.Ref
	Field        string // such as spec.require
	Message      string
}

// String returns "sales/vip.yaml: line 6, column 12: spec.require: …".
func (f Fault) String() string {
	var parts []string
	if f.File != "" {
		parts = append(parts, f.File)
	}
	if f.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d, column %d", f.Line, f.Column))
	}
	if f.Field != "" {
		parts = append(parts, f.Field)
	}
	return strings.Join(append(parts, f.Message), ": ")
}

// fileFaults is what is wrong with a file that holds no manifests.
func fileFaults(file string, err error) (list []Fault) {
	var bad *rules.ParseError
	if !errors.As(err, &bad) {
		return []Fault{{File: file, Message: err.Error()}}
	}
	for _, p := range bad.Problems {
		list = append(list, Fault{File: file, Line: p.Line, Column: p.Column, Field: p.Path, Message: p.Message})
	}
	return list
}

// faults is why an object was refused.
func (d *declaration) faults(err error) (list []Fault) {
	var invalid *crm.InvalidError
	if !errors.As(err, &invalid) {
		line, column := d.Place("")
		return []Fault{{File: d.file, Line: line, Column: column, Object: d.ref(), Message: err.Error()}}
	}
	for _, p := range invalid.Problems {
		line, column := d.Place(p.Field)
		list = append(list, Fault{File: d.file, Line: line, Column: column, Object: d.ref(), Field: p.Field, Message: p.Message})
	}
	return list
}

// maxShown is how many faults a condition speaks of.
const maxShown = 3

// sentence puts faults into one message.
func sentence(list []Fault) string {
	var parts []string
	for _, f := range list[:min(len(list), maxShown)] {
		parts = append(parts, f.String())
	}
	if more := len(list) - maxShown; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

func sortFaults(list []Fault) {
	slices.SortStableFunc(list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
