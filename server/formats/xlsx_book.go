package formats

import (
	"encoding/xml"
	"io"
	"path"
	"strings"
)

// readBook finds the worksheets, visible ones first, in the order of their tabs.
func (w *workbook) readBook() error {
	name, err := w.bookName()
	if err != nil {
		return err
	}
	targets, err := w.relations(name, "/worksheet")
	if err != nil {
		return err
	}
	var hidden []string
	found, err := w.walk(name, func(e xml.StartElement) {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			w.is1904 = v == "1" || v == "true"
		case "sheet":
			part := targets[relationID(e)]
			if part == "" { // a chart or macro sheet
				return
			}
			if state := attr(e, "state"); state == "hidden" || state == "veryHidden" {
				hidden = append(hidden, part)
				return
			}
			w.sheets = append(w.sheets, part)
		}
	})
	if err != nil {
		return err
	}
	if !found {
		return fileError("wrong_format", "the archive holds no XLSX workbook: save the table as .xlsx (not .ods, .xlsb or .zip)")
	}
	w.sheets = append(w.sheets, hidden...)
	if w.stylesPart, err = w.related(name, "/styles"); err != nil {
		return err
	}
	w.stringsPart, err = w.related(name, "/sharedStrings")
	return err
}

// relationID returns r:id, which must not be taken for another id attribute.
func relationID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

func (w *workbook) bookName() (string, error) {
	name, err := w.related("", "/officeDocument")
	if name == "" {
		name = "xl/workbook.xml"
	}
	return name, err
}

// related returns the one part that a part refers to with a type of relation, "" for none.
func (w *workbook) related(part, kind string) (string, error) {
	targets, err := w.relations(part, kind)
	for _, id := range sortedKeys(targets) {
		return targets[id], err
	}
	return "", err
}

// relations returns the parts that a part refers to with a type of relation, by id.
func (w *workbook) relations(part, kind string) (map[string]string, error) {
	dir, base := path.Split(part)
	targets := map[string]string{}
	_, err := w.walk(dir+"_rels/"+base+".rels", func(e xml.StartElement) {
		if e.Name.Local != "Relationship" || !strings.HasSuffix(attr(e, "Type"), kind) {
			return
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		targets[attr(e, "Id")] = strings.TrimPrefix(target, "/")
	})
	return targets, err
}

// walk calls visit for every element of a small part and reports whether there is one.
func (w *workbook) walk(name string, visit func(xml.StartElement)) (bool, error) {
	r, _, err := w.openPart(name, maxSmallPart)
	if err != nil || r == nil {
		return false, err
	}
	defer func() { _ = r.Close() }()
	tokens := newXMLWalker(r)
	for {
		token, err := tokens.next()
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return true, damaged(name, err)
		}
		if e, ok := token.(xml.StartElement); ok {
			visit(e)
		}
	}
}
