package intake

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"assay/server/crm"
)

// AddRow appends a row to a list of a client: channels, addresses, contacts,
// requisites or contracts.
func (in *Intake) AddRow(ctx context.Context, id int64, list string, rq Request) (*Answer, error) {
	return in.editRow(ctx, id, list, "", rq, func(l rowList, d *reader, _ int) { l.add(d) }, func(c, old *crm.Client) []crm.Problem {
		if rowListOf(c, list).size() > rowListOf(old, list).size() {
			return nil
		}
		return []crm.Problem{problemOf("", "required", "row")}
	})
}

// PatchRow applies a JSON merge patch to one row.
func (in *Intake) PatchRow(ctx context.Context, id int64, list, row string, rq Request) (*Answer, error) {
	return in.editRow(ctx, id, list, row, rq, func(l rowList, d *reader, at int) { l.patch(d, at) }, nil)
}

// DeleteRow removes one row; the request needs no document.
func (in *Intake) DeleteRow(ctx context.Context, id int64, list, row string, rq Request) (*Answer, error) {
	rq.Doc = []byte("{}")
	return in.editRow(ctx, id, list, row, rq, func(l rowList, d *reader, at int) {
		d.object(func(string) {})
		l.remove(at)
	}, nil)
}

func (in *Intake) editRow(ctx context.Context, id int64, list, row string, rq Request, edit func(l rowList, d *reader, at int), check func(c, old *crm.Client) []crm.Problem) (*Answer, error) {
	load := in.byID(rq, id)
	return in.walk(ctx, rq, write{
		target: fmt.Sprintf("client %d %s %s", id, list, row),
		load: func(ctx context.Context) (*stored, error) {
			old, err := load(ctx)
			if err != nil {
				return nil, err
			}
			l := rowListOf(old.client, list)
			if l == nil {
				return nil, fmt.Errorf("a client has no list %q: %w", list, crm.ErrNotFound)
			}
			if row != "" && l.index(row) < 0 {
				return nil, &NoRowError{Client: id, List: list, Row: row}
			}
			return old, nil
		},
		edit: func(d *reader, c, _ *crm.Client) {
			l := rowListOf(c, list)
			edit(l, d, l.index(row))
		},
		check: check,
	})
}

// rowList edits one list of rows, whatever the rows are.
type rowList interface {
	size() int
	index(id string) int // -1 when there is no such row
	add(d *reader)
	patch(d *reader, at int)
	remove(at int)
}

func rowListOf(c *crm.Client, name string) rowList {
	switch name {
	case "channels":
		return &typedRows[crm.Channel]{&c.Channels, channelID, channelFields}
	case "addresses":
		return &typedRows[crm.Address]{&c.Addresses, func(r *crm.Address) *string { return &r.ID }, addressFields}
	case "contacts":
		return &typedRows[crm.Contact]{&c.Contacts, contactID, contactFields}
	case "requisites":
		return &typedRows[crm.Requisite]{&c.Requisites, func(r *crm.Requisite) *string { return &r.ID }, requisiteFields}
	case "contracts":
		return &typedRows[crm.Contract]{&c.Contracts, func(r *crm.Contract) *string { return &r.ID }, contractFields}
	}
	return nil
}

type typedRows[R any] struct {
	list    *[]R
	id      func(*R) *string
	members fields[R]
}

func (t *typedRows[R]) size() int { return len(*t.list) }

func (t *typedRows[R]) index(id string) int {
	return slices.IndexFunc(*t.list, func(r R) bool { return *t.id(&r) == id })
}

func (t *typedRows[R]) add(d *reader) {
	var row R
	readObject(d, &row, t.members)
	if len(*t.list) >= maxRows {
		d.problemAt("", "too_many", "rows", "most", strconv.Itoa(maxRows))
		return
	}
	*t.id(&row) = ""
	*t.list = append(*t.list, row)
}

func (t *typedRows[R]) patch(d *reader, at int) {
	row := &(*t.list)[at]
	id := *t.id(row)
	readObject(d, row, t.members)
	*t.id(row) = id
}

func (t *typedRows[R]) remove(at int) { *t.list = slices.Delete(*t.list, at, at+1) }
