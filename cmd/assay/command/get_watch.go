package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"assay/server/api"
)

// watchObjects shows the objects of a kind, or the one of that name, and then every
// change of them until it is interrupted.
func (a *app) watchObjects(ctx context.Context, c *api.Client, l *listing, name string) error {
	if name != "" {
		if _, err := c.Object(ctx, l.kind, name); err != nil {
			return err
		}
	}
	for {
		w := &watched{app: a, listing: l, name: name, shown: map[string][]string{}}
		err := c.WatchObjects(ctx, l.kind, api.WatchOptions{Selector: l.selector}, w.change)
		var p *api.Problem
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &p) && p.Code == api.CodeGone:
			fmt.Fprintln(a.Stderr, "the server no longer knows what changed since; here is all there is")
		default:
			return err
		}
	}
}

// watched is a list that is shown once it is whole, and then goes on.
type watched struct {
	*app
	*listing
	name string

	objects []json.RawMessage // of the list, until it is whole
	whole   bool
	table   *table
	shown   map[string][]string // the last row of each
}

// row shows how an object is now, unless a table would show nothing new.
func (w *watched) row(name string, cells []string) {
	if !slices.Equal(w.shown[name], cells) {
		w.shown[name] = cells
		w.table.follow(cells...)
	}
}

// change takes note of a change, or shows it.
func (w *watched) change(c api.ObjectChange) error {
	if c.Type == api.ChangeBookmark {
		if w.whole {
			return nil
		}
		w.whole = true
		return w.list()
	}
	var d declared
	if err := json.Unmarshal(c.Object, &d); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if w.name != "" && d.Metadata.Name != w.name {
		return nil
	}
	switch {
	case w.out == outJSON:
		e := json.NewEncoder(w.Stdout)
		e.SetEscapeHTML(false)
		return e.Encode(c)
	case w.out == outYAML:
		fmt.Fprintln(w.Stdout, "---")
		_, err := w.out.structured(w.Stdout, c.Object)
		return err
	case w.out == outName:
		fmt.Fprintln(w.Stdout, refOf(w.kind, d.Metadata.Name))
	case w.whole:
		w.row(d.Metadata.Name, w.cells(&d, c.Type))
	default:
		w.objects = append(w.objects, c.Object)
	}
	return nil
}

// cells is a row for the table; what is gone says so in place of its state.
func (w *watched) cells(d *declared, change string) []string {
	wide := w.out == outWide
	cells := d.cells(w.kind, wide)
	if change == api.ChangeDeleted {
		if at := slices.Index(objectColumns(w.kind, wide), stateColumn); at >= 0 {
			cells[at] = "Gone"
		}
	}
	return cells
}

// list shows what was there at the beginning.
func (w *watched) list() error {
	if w.out != outTable && w.out != outWide {
		return nil
	}
	columns := objectColumns(w.kind, w.out == outWide)
	if at := slices.Index(columns, stateColumn); at >= 0 {
		columns[at] = fmt.Sprintf("%-*s", len("Sweeping 100%, 10m0s left"), stateColumn) // states that come later fit in
	}
	w.table = w.newTable(columns...)
	for _, object := range w.objects {
		var d declared
		if err := json.Unmarshal(object, &d); err != nil {
			return fmt.Errorf("read the server's answer: %w", err)
		}
		cells := w.cells(&d, api.ChangeAdded)
		w.shown[d.Metadata.Name] = slices.Clone(cells) // the table cuts its own
		w.table.row(cells...)
	}
	return w.table.flush()
}
