package cel

import (
	"strings"

	"cel.dev/cel-go/common/types"
)

// walkPath follows a path through the schema and returns what it leads to, the zero member for a
// property. It reports the first name that is not there, and then is not ok.
func (w *compilation) walkPath(path string) (m member, ok bool) {
	object := clientType
	for _, step := range strings.Split(path, ".") {
		name, index, indexed := strings.Cut(step, "[")
		m, ok = w.env.schema[object][name]
		switch {
		case object == "":
			w.report("path", "%q: %q is inside a value that has no parts", path, step)
			return m, false
		case !ok:
			w.report("path", "%q: there is no %q%s", path, name, suggestion(name, w.env.schema.names(object)))
			return m, false
		case indexed && !strings.HasSuffix(index, "]"):
			w.report("path", "%q: %q is not closed", path, "[")
			return m, false
		case indexed && m.celType.Kind() != types.ListKind:
			w.report("path", "%q: %s is not a list", path, name)
			return m, false
		case m.kind == memberMap:
			return member{}, true // any property
		}
		object = ""
		switch t := m.celType; t.Kind() {
		case types.StructKind:
			object = t.TypeName()
		case types.ListKind:
			if elem := t.Parameters()[0]; elem.Kind() == types.StructKind {
				object = elem.TypeName()
			}
		}
	}
	if strings.HasSuffix(path, "]") { // an element
		m.celType = m.celType.Parameters()[0]
	}
	return m, true
}
