package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The report over tables: clients, and a row for each finding. The primary key of findings serves the page and the number of clients that have any,
// the other index the figures by rule; both are read without the table.
const (
	postgresReport = `create table client (id bigint primary key, name text not null, manager text not null);
		create table finding (client bigint not null, rule smallint not null, "row" text not null, path text not null, message text not null)`
	postgresReportIndexes = `alter table finding add primary key (client, rule, "row"); create index on finding (rule, client)`
	sqliteReport          = `create table client (id integer primary key, name text not null, manager text not null);
		create table finding (client int not null, rule int not null, "row" text not null, path text not null, message text not null, primary key (client, rule, "row")) without rowid`
	sqliteReportIndexes = `create index finding_by_rule on finding (rule, client); analyze`

	countClients = `select count(*) from client`

	// The same figures, each in the form that its database reads off the index in its order: grouping clients first takes PostgreSQL's figures by rule
	// four times as long, and of distinct under a group SQLite keeps a table.
	postgresViolating = `select count(*) from (select distinct client from finding) f`
	sqliteViolating   = `select count(distinct client) from finding`
	postgresByRule    = `select rule, count(distinct client), count(*) from finding group by rule order by rule`
	sqliteByRule      = `with r(rule) as (values (0), (1), (2), (3), (4))
		select rule, (select count(distinct client) from finding where rule = r.rule), (select count(*) from finding where rule = r.rule) from r`

	firstPage = `select c.id, c.name, c.manager, f.rule, f."row", f.path, f.message
		from (select distinct client from finding order by client limit 50) p join client c on c.id = p.client join finding f on f.client = p.client
		order by f.client, f.rule, f."row"`
)

// pager gives the report as it is now, or its first page without the figures.
type pager func(ctx context.Context, figures bool) (*page, error)

// rowsOf is what both databases' drivers give.
type rowsOf interface {
	Next() bool
	Scan(into ...any) error
	Err() error
}

func (p *page) readRules(rows rowsOf) error {
	for rows.Next() {
		var c check
		var r pageRule
		if err := rows.Scan(&c, &r.Clients, &r.Findings); err != nil {
			return err
		}
		r.Name = c.String()
		p.Rules = append(p.Rules, r)
	}
	return rows.Err()
}

func (p *page) readItems(rows rowsOf) error {
	for rows.Next() {
		var id int64
		var name, manager string
		var c check
		var f pageFinding
		if err := rows.Scan(&id, &name, &manager, &c, &f.Row, &f.Path, &f.Message); err != nil {
			return err
		}
		f.Rule = c.String()
		p.add(id, name, manager, f)
	}
	return rows.Err()
}

// reportDSN has plans follow the indexes: what they give in order is neither hashed nor sorted again, of which PostgreSQL thinks too well here
// (14 ms in place of 23 for the clients with findings among 200,000).
func (p *postgres) reportDSN() string {
	return "host=" + p.dir + " user=bench dbname=postgres enable_hashagg=off enable_sort=off"
}

// postgresPager reads all of it in one exchange and of one moment.
func postgresPager(pool *pgxpool.Pool) pager {
	return func(ctx context.Context, figures bool) (*page, error) {
		p := new(page)
		b := new(pgx.Batch)
		if figures {
			b.Queue(countClients).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Clients) })
			b.Queue(postgresViolating).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Violating) })
			b.Queue(postgresByRule).Query(func(rows pgx.Rows) error { return p.readRules(rows) })
		}
		b.Queue(firstPage).Query(func(rows pgx.Rows) error { return p.readItems(rows) })
		err := pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error { return tx.SendBatch(ctx, b).Close() })
		return p, err
	}
}

// sqlitePager reads all of it of one moment, by statements that were prepared for the connection.
func sqlitePager(db *sql.DB) pager {
	return func(ctx context.Context, figures bool) (*page, error) {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return nil, err
		}
		defer tx.Rollback()
		p := new(page)
		if figures {
			if err := p.countSQLite(ctx, tx); err != nil {
				return nil, err
			}
		}
		items, err := tx.QueryContext(ctx, firstPage)
		if err != nil {
			return nil, err
		}
		defer items.Close()
		return p, p.readItems(items)
	}
}

func (p *page) countSQLite(ctx context.Context, tx *sql.Tx) error {
	err := errors.Join(tx.QueryRowContext(ctx, countClients).Scan(&p.Clients), tx.QueryRowContext(ctx, sqliteViolating).Scan(&p.Violating))
	if err != nil {
		return err
	}
	byRule, err := tx.QueryContext(ctx, sqliteByRule)
	if err != nil {
		return err
	}
	defer byRule.Close()
	return p.readRules(byRule)
}

// fillReport loads records by COPY, builds the indexes and settles the tables.
func (p *postgres) fillReport(ctx context.Context, records []record) error {
	if _, err := p.conn.Exec(ctx, postgresReport); err != nil {
		return err
	}
	next := 0
	_, err := p.conn.CopyFrom(ctx, pgx.Identifier{"client"}, []string{"id", "name", "manager"}, pgx.CopyFromFunc(func() ([]any, error) {
		if next == len(records) {
			return nil, nil
		}
		r := &records[next]
		next++
		return []any{r.id, r.name, r.manager}, nil
	}))
	if err != nil {
		return err
	}
	if err := p.copyFindings(ctx, records); err != nil {
		return err
	}
	if _, err := p.conn.Exec(ctx, postgresReportIndexes); err != nil {
		return err
	}
	_, err = p.conn.Exec(ctx, "vacuum analyze")
	return err
}

func (p *postgres) copyFindings(ctx context.Context, records []record) error {
	at, of := 0, 0
	_, err := p.conn.CopyFrom(ctx, pgx.Identifier{"finding"}, []string{"client", "rule", "row", "path", "message"}, pgx.CopyFromFunc(func() ([]any, error) {
		for at < len(records) && of == len(records[at].findings) {
			at, of = at+1, 0
		}
		if at == len(records) {
			return nil, nil
		}
		f := &records[at].findings[of]
		of++
		return []any{records[at].id, int16(f.check), f.row, f.path, f.message}, nil
	}))
	return err
}

// fillReport loads records in one transaction and builds the index.
func (e *sqlite) fillReport(ctx context.Context, records []record) error {
	insert := []string{"insert into client values (?, ?, ?)", "insert into finding values (?, ?, ?, ?, ?)"}
	err := e.fill(ctx, insert, len(records), func(at int, into []*sql.Stmt) (int64, error) {
		r := &records[at]
		if _, err := into[0].ExecContext(ctx, r.id, r.name, r.manager); err != nil {
			return 0, err
		}
		for f := range slices.Values(r.findings) {
			if _, err := into[1].ExecContext(ctx, r.id, f.check, f.row, f.path, f.message); err != nil {
				return 0, err
			}
		}
		return r.id, nil
	})
	if err != nil {
		return err
	}
	_, err = e.db.ExecContext(ctx, sqliteReportIndexes)
	return err
}
