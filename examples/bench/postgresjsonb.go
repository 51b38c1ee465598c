package main

import (
	"context"
	"path/filepath"
	"runtime"

	"github.com/jackc/pgx/v5"
)

// openJSONB loads documents into a column of jsonb.
func openJSONB(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
	p, err := startPostgres(ctx, filepath.Join(b.dir, "postgres-jsonb"))
	if err != nil {
		return nil, err
	}
	documents, err := b.documents()
	if err != nil {
		return p, err
	}
	if err := p.fillDocuments(ctx, "client", documents[:len(cards)]); err != nil {
		return p, err
	}
	p.counting = `select
		count(*) filter (where ` + jsonbUnreachable + `),
		coalesce(sum(jsonb_array_length(jsonb_path_query_array(doc, '$.contacts[*] ? (!exists(@.jobTitle))'))), 0),
		count(*) filter (where ` + jsonbAlone + `),
		count(*) filter (where ` + jsonbUnmanaged + `),
		count(*) filter (where ` + jsonbUntaxed + `)
		from client`
	p.telling = jsonbTelling
	return p, p.warm(ctx, "client")
}

// fillDocuments makes a table of documents and loads it over as many connections as there are processors.
func (p *postgres) fillDocuments(ctx context.Context, table string, documents [][]byte) error {
	if _, err := p.conn.Exec(ctx, "create table "+table+" (doc jsonb not null) with (toast_tuple_target = 8160)"); err != nil {
		return err
	}
	_, err := shared(runtime.GOMAXPROCS(0), len(documents), func(from, to int) (counts, error) {
		return counts{}, p.copyDocuments(ctx, table, documents[from:to])
	})
	return err
}

func (p *postgres) copyDocuments(ctx context.Context, table string, documents [][]byte) error {
	conn, err := pgx.ConnectConfig(ctx, p.conn.Config())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.CopyFrom(ctx, pgx.Identifier{table}, []string{"doc"}, pgx.CopyFromSlice(len(documents), func(i int) ([]any, error) { return []any{documents[i]}, nil }))
	return err
}

// The checks over documents, the fastest of the forms that were tried: whether a member is there (?) takes half of what looking at it takes (->),
// jsonpath less than jsonb_array_elements. Rows of up to a page stay in it as they are: a document that was compressed is unpacked again for each check.
const (
	jsonbUnreachable = `not doc @? '$.channels[*].value' and not doc @? '$.contacts[*].channels[*].value'`
	jsonbUntitled    = `select (doc->>'id')::bigint, 1, place - 1 from client, jsonb_array_elements(doc->'contacts') with ordinality as c(contact, place) where not contact ? 'jobTitle'`
	jsonbAlone       = `not doc ? 'contacts' and doc->>'kind' = 'company'`
	jsonbUnmanaged   = `not doc ? 'manager'`
	jsonbUntaxed     = `not doc ? 'taxId' and doc->>'kind' in ('company', 'soleTrader')`

	jsonbTelling = `select (doc->>'id')::bigint, 0, -1 from client where ` + jsonbUnreachable + `
		union all ` + jsonbUntitled + `
		union all select (doc->>'id')::bigint, 2, -1 from client where ` + jsonbAlone + `
		union all select (doc->>'id')::bigint, 3, -1 from client where ` + jsonbUnmanaged + `
		union all select (doc->>'id')::bigint, 4, -1 from client where ` + jsonbUntaxed
)

// warm settles a table and reads it into the server's buffers, which a table of their size would not enter by being read.
func (p *postgres) warm(ctx context.Context, table string) error {
	for _, text := range []string{"vacuum analyze " + table, "create extension if not exists pg_prewarm", "select pg_prewarm('" + table + "')"} {
		if _, err := p.conn.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
