package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// duckdb is DuckDB in a process of Node's, asked by lines of JSON: that costs a query about 0.1 ms.
type duckdb struct {
	process  *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	counting string
	telling  string
}

func startDuckDB(ctx context.Context, file string) (*duckdb, error) {
	c := exec.CommandContext(ctx, "node", "ask.mjs", file)
	c.Dir, c.Stderr = "duckdb", os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &duckdb{process: c, in: in, out: bufio.NewReaderSize(out, 1<<20)}, c.Start()
}

// ask runs a statement. Rows that are wanted are integers.
func (e *duckdb) ask(sql string, wanted bool) (rows [][]int64, err error) {
	line, err := json.Marshal(map[string]string{"sql": sql})
	if err != nil {
		return nil, err
	}
	if _, err := e.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	text, err := e.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("DuckDB is gone: %w", err)
	}
	var answer struct {
		Rows  json.RawMessage
		Error string
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	if !wanted {
		return nil, nil
	}
	return rows, json.Unmarshal(answer.Rows, &rows)
}

// do runs statements that answer nothing to be read.
func (e *duckdb) do(statements ...string) error {
	for _, sql := range statements {
		if _, err := e.ask(sql, false); err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(sql), err)
		}
	}
	return nil
}

// readClients makes the table nested of the documents: structs with lists of structs. Members that no check looks at are in it as well, as in the others' documents.
func readClients(path string) string {
	const channels = "STRUCT(id VARCHAR, type VARCHAR, value VARCHAR, raw VARCHAR, label VARCHAR, state VARCHAR)[]"
	return `create table nested as select * from read_json('` + path + `', format = 'newline_delimited', columns = {id: 'BIGINT', externalId: 'VARCHAR', kind: 'VARCHAR', name: 'VARCHAR',
		legalForm: 'VARCHAR', taxId: 'VARCHAR', country: 'VARCHAR', region: 'VARCHAR', industries: 'VARCHAR[]', source: 'VARCHAR', stage: 'VARCHAR', status: 'VARCHAR', manager: 'VARCHAR',
		channels: '` + channels + `', contacts: 'STRUCT(id VARCHAR, name VARCHAR, jobTitle VARCHAR, decisionRole VARCHAR, channels ` + channels + `)[]', tags: 'VARCHAR[]', notes: 'VARCHAR'})`
}

// openDuckNested keeps clients as they are: structs with lists of structs.
func openDuckNested(ctx context.Context, b *base, _ [][]byte) (evaluator, error) {
	const unreachable = `not coalesce(list_bool_or(list_transform(channels, lambda c: c.value is not null)), false)
		and not coalesce(list_bool_or(list_transform(contacts, lambda p: coalesce(list_bool_or(list_transform(p.channels, lambda c: c.value is not null)), false))), false)`
	e, err := openDuckDB(ctx, b, "nested")
	if err != nil {
		return nil, err
	}
	e.counting = `select count(*) filter (where ` + unreachable + `),
		coalesce(sum(len(list_filter(contacts, lambda p: p.jobTitle is null))), 0)::bigint,
		count(*) filter (where kind = 'company' and contacts is null),
		count(*) filter (where manager is null),
		count(*) filter (where kind in ('company', 'soleTrader') and taxId is null) from nested`
	e.telling = `select id, 0, -1 from nested where ` + unreachable + `
		union all select id, 1, place - 1 from (select id, unnest(contacts) as contact, generate_subscripts(contacts, 1) as place from nested) where contact.jobTitle is null
		union all select id, 2, -1 from nested where kind = 'company' and contacts is null
		union all select id, 3, -1 from nested where manager is null
		union all select id, 4, -1 from nested where kind in ('company', 'soleTrader') and taxId is null`
	return e, e.do("checkpoint")
}

// openDuckFlat keeps what the checks look at in columns: contacts and channels are tables of their own.
func openDuckFlat(ctx context.Context, b *base, _ [][]byte) (evaluator, error) {
	e, err := openDuckDB(ctx, b, "flat")
	if err != nil {
		return nil, err
	}
	const unreachable = "id not in (select client from channel where value is not null)"
	const alone = "kind = 'company' and id not in (select client from contact)"
	e.counting = `select count(*) filter (where ` + unreachable + `), (select count(*) from contact where title is null), count(*) filter (where ` + alone + `),
		count(*) filter (where manager is null), count(*) filter (where kind in ('company', 'soleTrader') and taxId is null) from client`
	e.telling = `select id, 0, -1 from client where ` + unreachable + `
		union all select client, 1, place from contact where title is null
		union all select id, 2, -1 from client where ` + alone + `
		union all select id, 3, -1 from client where manager is null
		union all select id, 4, -1 from client where kind in ('company', 'soleTrader') and taxId is null`
	return e, e.do("create table client as select id, kind, manager, taxId from nested",
		"create table contact as select id as client, place - 1 as place, contact.jobTitle as title from (select id, unnest(contacts) as contact, generate_subscripts(contacts, 1) as place from nested)",
		`create table channel as select id as client, channel.value as value from (select id, unnest(channels) as channel from nested
			union all select id, unnest(contact.channels) from (select id, unnest(contacts) as contact from nested))`,
		"drop table nested", "checkpoint")
}

// openDuckDB starts it with the table nested in a file of its own.
func openDuckDB(ctx context.Context, b *base, name string) (*duckdb, error) {
	path, err := b.documentFile()
	if err != nil {
		return nil, err
	}
	e, err := startDuckDB(ctx, filepath.Join(b.dir, name+".duckdb"))
	if err != nil {
		return nil, err
	}
	if err := e.do(readClients(path)); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Count runs one query on so many threads.
func (e *duckdb) Count(_ context.Context, workers int) (n counts, err error) {
	if err := e.do(fmt.Sprintf("set threads = %d", workers)); err != nil {
		return n, err
	}
	rows, err := e.ask(e.counting, true)
	if err != nil {
		return n, err
	}
	copy(n[:], rows[0])
	return n, nil
}

func (e *duckdb) Findings(_ context.Context, tell func(finding)) error {
	rows, err := e.ask(e.telling, true)
	for _, row := range rows {
		tell(finding{row[0], check(row[1]), int(row[2])})
	}
	return err
}

func (e *duckdb) Close() error {
	return errors.Join(e.in.Close(), e.process.Wait())
}

// duckVersion is that of the package that is locked.
func duckVersion() string {
	text, err := os.ReadFile(filepath.Join("duckdb", "package.json"))
	if err != nil {
		return "?"
	}
	var p struct{ Dependencies map[string]string }
	_ = json.Unmarshal(text, &p)
	return p.Dependencies["@duckdb/node-api"]
}
