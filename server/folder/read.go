package folder

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"assay/rules"
	"assay/server/crm"
	"assay/server/reconcile"
)

// declaration is an object as a file declares it.
type declaration struct {
	rules.Placed
	file string
}

func (d *declaration) ref() reconcile.Ref {
	return reconcile.Ref{Kind: d.ResourceKind(), Name: d.Meta().Name}
}

// contents is what the files of the folder say.
type contents struct {
	declared map[reconcile.Ref]*declaration
	twice    map[reconcile.Ref][]*declaration // by more than one file; none of them counts
	broken   map[string][]Fault               // files that cannot be read, or are no manifests
}

// read reads what a look saw: the very texts, whatever happens to the files meanwhile.
func (k *Keeper) read(seen listing) *contents {
	c := &contents{declared: map[reconcile.Ref]*declaration{}, twice: map[reconcile.Ref][]*declaration{}, broken: map[string][]Fault{}}
	for _, file := range slices.Sorted(maps.Keys(seen)) {
		if file == "" || k.files.modules[file] {
			continue
		}
		was, ok := k.files.known[file]
		if !ok {
			c.broken[file] = []Fault{{File: file, Message: seen[file]}}
			continue
		}
		found, err := rules.ParsePlaced(was.text, rules.ParseOptions{ModulePaths: true})
		if err != nil {
			c.broken[file] = fileFaults(file, err)
		}
		for _, o := range found {
			c.add(&declaration{o, file})
		}
	}
	return c
}

func (c *contents) add(d *declaration) {
	ref := d.ref()
	if first := c.declared[ref]; first != nil {
		c.twice[ref] = append(c.twice[ref], first)
		delete(c.declared, ref)
	}
	if c.twice[ref] != nil {
		c.twice[ref] = append(c.twice[ref], d)
		return
	}
	c.declared[ref] = d
}

// names reports whether a file declares the object, well or not.
func (c *contents) names(ref reconcile.Ref) bool {
	return c.declared[ref] != nil || c.twice[ref] != nil
}

// inOrder returns the declarations, what rules speak of before the rules.
func (c *contents) inOrder() []*declaration {
	list := slices.Collect(maps.Values(c.declared))
	slices.SortFunc(list, func(a, b *declaration) int { return compareRefs(a.ref(), b.ref()) })
	return list
}

// modulePaths returns the paths of the modules' files that the manifests name.
func (c *contents) modulePaths() map[string]bool {
	paths := map[string]bool{}
	for _, d := range c.declared {
		if m := d.modulePath(); m != "" && filepath.IsLocal(m) {
			paths[besides(d.file, m)] = true
		}
	}
	return paths
}

// modulePath is the file that the declaration names in place of a module's digest, "" for none.
func (d *declaration) modulePath() string {
	if rule, ok := d.Object.(*rules.Rule); ok && rule.Spec.Module != nil {
		return rule.Spec.Module.Path
	}
	return ""
}

// withModule returns the object to apply: where a module is named by its path, with the
// digest of the module, which is stored then.
func (k *Keeper) withModule(ctx context.Context, d *declaration) (rules.Object, error) {
	file := d.modulePath()
	if file == "" {
		return d.Object, nil
	}
	refused := func(code, format string, args ...any) error {
		return &crm.InvalidError{Problems: []crm.Problem{{Field: "spec.module.path", Code: code, Message: fmt.Sprintf(format, args...)}}}
	}
	if !filepath.IsLocal(file) {
		return nil, refused("invalid_path", "%s is not in the folder of the manifest; put the module beside it", file)
	}
	name := besides(d.file, file)
	wasm, err := k.files.read(name, maxModule)
	if err != nil {
		return nil, refused("unreadable", "read the module %s: %v", file, err)
	}
	digest := digestOf(wasm)
	if _, err := k.Objects.Module(ctx, digest); errors.Is(err, crm.ErrNotFound) {
		_, err = k.Objects.AddModule(ctx, "folder", wasm, false)
		if err != nil {
			return nil, inModule(file, err)
		}
	} else if err != nil {
		return nil, err
	}
	rule := *d.Object.(*rules.Rule)
	module := *rule.Spec.Module
	module.Path, module.Digest = "", digest
	rule.Spec.Module = &module
	return &rule, nil
}

// inModule puts what is wrong with a module at the place that names it.
func inModule(file string, err error) error {
	var invalid *crm.InvalidError
	if errors.As(err, &invalid) {
		for i := range invalid.Problems {
			invalid.Problems[i].Field, invalid.Problems[i].Message = "spec.module.path", file+": "+invalid.Problems[i].Message
		}
	}
	return err
}

// compareRefs puts dictionaries before fields and fields before all that speaks of them.
func compareRefs(a, b reconcile.Ref) int {
	if n := rank(a.Kind) - rank(b.Kind); n != 0 {
		return n
	}
	if a.Name < b.Name {
		return -1
	}
	return 1
}

func rank(kind string) int {
	switch kind {
	case rules.KindDictionary:
		return 0
	case rules.KindField:
		return 1
	case rules.KindWebhook: // which may name rules
		return 3
	}
	return 2
}
