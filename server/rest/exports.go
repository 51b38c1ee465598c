package rest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"assay/server/api"
	"assay/server/formats"
)

// exportMedia are the media types of the formats an export can have.
var exportMedia = map[string]string{
	formats.NDJSON: api.MediaNDJSON,
	formats.CSV:    api.MediaCSV + "; charset=utf-8",
	formats.XLSX:   api.MediaXLSX,
}

// exportClients sends the clients that are selected. The base is read a page at a
// time, between which no store call is open, however slow the reader is.
func exportClients(x *exchange) error {
	q, err := x.selected(pageBudget)
	if err != nil {
		return err
	}
	if q.Rules, err = x.rules(); err != nil {
		return err
	}
	q.Limit = api.MaxLimit
	fields, err := x.fieldNames()
	if err != nil {
		return err
	}
	release, err := x.place(x.exports)
	if err != nil {
		return err
	}
	format := x.query.Get("format")
	x.c.Set("Content-Disposition", `attachment; filename="clients.`+format+`"`)
	later := x.detached()
	ctx, cancel := context.WithCancel(x.ctx)
	return x.stream(ctx, cancel, exportMedia[format], func(ctx context.Context, w io.Writer) error {
		defer release()
		buffered := bufio.NewWriterSize(w, 64<<10)
		if err := later.export(ctx, buffered, format, fields, q); err != nil {
			return err
		}
		return buffered.Flush()
	})
}

// fieldNames are the declared custom fields, which get a column each.
func (x *exchange) fieldNames() ([]string, error) {
	objects, err := x.Store.Objects(x.ctx, string(api.KindField))
	if err != nil {
		return nil, fmt.Errorf("list fields: %w", err)
	}
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = o.Name
	}
	return names, nil
}

func (x *exchange) export(ctx context.Context, w io.Writer, format string, fields []string, q chosen) error {
	file, err := formats.NewWriter(w, format, formats.WriteOptions{Fields: fields})
	if err != nil {
		return err
	}
	if err := x.exportPages(ctx, file, q); err != nil {
		return errors.Join(err, file.Close()) // releases its temporary files
	}
	return file.Close()
}

func (x *exchange) exportPages(ctx context.Context, file formats.Writer, q chosen) error {
	for {
		page, err := x.Store.Clients(ctx, x.who.Scope, q.Query)
		if err != nil {
			return fmt.Errorf("read clients after %q: %w", q.After, err)
		}
		clients, err := decodeCards(page.Cards)
		if err != nil {
			return err
		}
		for _, c := range clients {
			if err := file.Write(c); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
		if !page.Partial {
			continue
		}
		if q.filter, err = x.filter(pageBudget); err != nil {
			return err
		}
		q.Match = x.matcher(q.filter)
	}
}
