package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"

	_ "github.com/mattn/go-sqlite3" // the driver over SQLite's own C code

	"assay/sdk/abi"
)

// sqlite is a base in a file that lies in the system's cache; each worker asks for its share of the ids on a connection of its own.
type sqlite struct {
	db       *sql.DB
	last     int64
	counting string // five numbers of the ids above $1 and up to $2
	telling  string // client, check and contact
}

// sqliteURL has each connection keep up to 1 GB of pages.
func sqliteURL(path, journal, sync string) string {
	return "file:" + path + "?_journal=" + journal + "&_sync=" + sync + "&_cache_size=-1000000"
}

// newSQLite makes a file with those tables.
func newSQLite(ctx context.Context, path, journal, sync, schema string) (*sqlite, error) {
	db, err := sql.Open("sqlite3", sqliteURL(path, journal, sync))
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, schema)
	return &sqlite{db: db}, err
}

// fill has store put n clients into the tables, by prepared statements in one transaction.
func (e *sqlite) fill(ctx context.Context, statements []string, n int, store func(at int, into []*sql.Stmt) (id int64, err error)) error {
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	into := make([]*sql.Stmt, len(statements))
	for i, text := range statements {
		if into[i], err = tx.PrepareContext(ctx, text); err != nil {
			return err
		}
	}
	for at := range n {
		if e.last, err = store(at, into); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// openSQLiteJSON returns an opener of documents as JSON: as text, or as JSONB, the parsed form that SQLite keeps in a blob.
func openSQLiteJSON(parsed bool) func(context.Context, *base, [][]byte) (evaluator, error) {
	return func(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
		file, insert, contacts := "json.sqlite", "insert into client values (?, ?)", "doc -> '$.contacts'"
		if parsed { // it need not be parsed again for each part that is looked at
			file, insert, contacts = "jsonb.sqlite", "insert into client values (?, jsonb(?))", "doc, '$.contacts'"
		}
		e, err := newSQLite(ctx, filepath.Join(b.dir, file), "WAL", "OFF", sqliteDocuments("client"))
		if err != nil {
			return e, err
		}
		e.counting = `select coalesce(sum(` + sqliteUnreachable + `), 0),
			coalesce(sum((select count(*) from json_each(` + contacts + `) where value ->> '$.jobTitle' is null)), 0),
			coalesce(sum(` + sqliteAlone + `), 0),
			coalesce(sum(` + sqliteUnmanaged + `), 0),
			coalesce(sum(` + sqliteUntaxed + `), 0)
			from client where id > ?1 and id <= ?2`
		e.telling = sqliteTelling
		documents, err := b.documents()
		if err != nil {
			return e, err
		}
		return e, e.fillDocuments(ctx, insert, documents, cards)
	}
}

func sqliteDocuments(table string) string {
	return "create table " + table + " (id integer primary key, doc any not null) strict"
}

// fillDocuments loads the documents of cards by a statement that takes an id and a text.
func (e *sqlite) fillDocuments(ctx context.Context, insert string, documents, cards [][]byte) error {
	return e.fill(ctx, []string{insert}, len(cards), func(at int, into []*sql.Stmt) (int64, error) {
		c, err := abi.Open(cards[at])
		if err != nil {
			return 0, err
		}
		_, err = into[0].ExecContext(ctx, c.ID(), string(documents[at]))
		return c.ID(), err
	})
}

// The checks over documents, the fastest of the forms that were tried: the first channel mostly has a value, and ->> of something that is not there
// takes less than ->, which makes JSON of what is.
const (
	sqliteUnreachable = `doc ->> '$.channels[0].value' is null
		and not exists (select 1 from json_each(doc, '$.channels') where value ->> '$.value' is not null)
		and not exists (select 1 from json_each(doc, '$.contacts') p, json_each(p.value, '$.channels') c where c.value ->> '$.value' is not null)`
	sqliteAlone     = `doc ->> '$.kind' = 'company' and doc ->> '$.contacts[0]' is null`
	sqliteUnmanaged = `doc ->> '$.manager' is null`
	sqliteUntaxed   = `doc ->> '$.kind' in ('company', 'soleTrader') and doc ->> '$.taxId' is null`

	sqliteTelling = `select id, 0, -1 from client where ` + sqliteUnreachable + `
		union all select client.id, 1, key from client, json_each(doc, '$.contacts') where value ->> '$.jobTitle' is null
		union all select id, 2, -1 from client where ` + sqliteAlone + `
		union all select id, 3, -1 from client where ` + sqliteUnmanaged + `
		union all select id, 4, -1 from client where ` + sqliteUntaxed
)

// openSQLiteColumns keeps what the checks look at in columns. SQLite has no lists: contacts and channels are tables of their own.
func openSQLiteColumns(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
	const schema = `create table client (id integer primary key, kind text, manager text, tax_id text);
		create table channel (client int, place int, value text, primary key (client, place)) without rowid;
		create table contact (client int, place int, title text, primary key (client, place)) without rowid;`
	insert := []string{"insert into client values (?, ?, ?, ?)", "insert into channel values (?, ?, ?)", "insert into contact values (?, ?, ?)"}
	e, err := newSQLite(ctx, filepath.Join(b.dir, "columns.sqlite"), "WAL", "OFF", schema)
	if err != nil {
		return e, err
	}
	err = e.fill(ctx, insert, len(cards), func(at int, into []*sql.Stmt) (int64, error) {
		f, err := flatten(cards[at])
		if err != nil {
			return 0, err
		}
		_, err = into[0].ExecContext(ctx, f.id, f.kind, f.manager, f.taxID)
		for i := 0; i < len(f.channels) && err == nil; i++ {
			_, err = into[1].ExecContext(ctx, f.id, i, f.channels[i])
		}
		for i := 0; i < len(f.titles) && err == nil; i++ {
			_, err = into[2].ExecContext(ctx, f.id, i, f.titles[i])
		}
		return f.id, err
	})
	if err != nil {
		return e, err
	}
	const unreachable = `not exists (select 1 from channel where channel.client = client.id and value <> '')`
	const alone = `kind = 'company' and not exists (select 1 from contact where contact.client = client.id)`
	e.counting = `select coalesce(sum(` + unreachable + `), 0),
		(select count(*) from contact where title = '' and client > ?1 and client <= ?2),
		coalesce(sum(` + alone + `), 0),
		coalesce(sum(manager = ''), 0),
		coalesce(sum(kind in ('company', 'soleTrader') and tax_id = ''), 0)
		from client where id > ?1 and id <= ?2`
	e.telling = `select id, 0, -1 from client where ` + unreachable + `
		union all select client, 1, place from contact where title = ''
		union all select id, 2, -1 from client where ` + alone + `
		union all select id, 3, -1 from client where manager = ''
		union all select id, 4, -1 from client where kind in ('company', 'soleTrader') and tax_id = ''`
	return e, nil
}

func (e *sqlite) Count(ctx context.Context, workers int) (total counts, err error) {
	var mu sync.Mutex
	var running sync.WaitGroup
	for i := range int64(workers) {
		running.Go(func() {
			var n counts
			failed := e.db.QueryRowContext(ctx, e.counting, e.last*i/int64(workers), e.last*(i+1)/int64(workers)).Scan(&n[0], &n[1], &n[2], &n[3], &n[4])
			mu.Lock()
			defer mu.Unlock()
			total.add(n)
			if failed != nil {
				err = failed
			}
		})
	}
	running.Wait()
	return total, err
}

func (e *sqlite) Findings(ctx context.Context, tell func(finding)) error {
	rows, err := e.db.QueryContext(ctx, e.telling)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f finding
		if err := rows.Scan(&f.client, &f.check, &f.contact); err != nil {
			return err
		}
		tell(f)
	}
	return rows.Err()
}

func (e *sqlite) Close() error { return e.db.Close() }
