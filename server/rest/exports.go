package rest

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/formats"
	"assay/server/store"
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
	q, err := x.selected()
	if err != nil {
		return err
	}
	if q.Rules, err = x.rules(); err != nil {
		return err
	}
	q.Limit = api.MaxLimit
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
		if err := later.export(ctx, buffered, format, q); err != nil {
			return err
		}
		return buffered.Flush()
	})
}

func (x *exchange) export(ctx context.Context, w io.Writer, format string, q store.Query) error {
	file, err := formats.NewWriter(w, format)
	if err != nil {
		return err
	}
	for {
		page, err := x.Store.Clients(ctx, x.who.Scope, q)
		if err != nil {
			return fmt.Errorf("read clients after %q: %w", q.After, err)
		}
		for _, card := range page.Cards {
			c, err := crm.DecodeCard(card)
			if err != nil {
				return err
			}
			if err := file.Write(c); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return file.Close()
		}
		q.After = page.Next
	}
}
