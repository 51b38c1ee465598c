package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// postgres is a server of its own below the run's folder, on a Unix socket alone.
type postgres struct {
	dir, data string
	conn      *pgx.Conn
	counting  string // a query of five numbers
	telling   string // a query of client, check and contact
}

// postgresSettings: everything fits into memory, and no query is compiled for what it saves (over 100,000 documents JIT took 17 ms to compile and
// saved none).
var postgresSettings = []string{"shared_buffers=4GB", "work_mem=256MB", "maintenance_work_mem=1GB", "max_wal_size=8GB", "jit=off", "autovacuum=off", "max_parallel_workers=8",
	"random_page_cost=1.1", "effective_cache_size=8GB"}

const postgresBin = "/usr/lib/postgresql/15/bin" // of Debian's postgresql-15

// startPostgres starts a server in dir. As root it runs as the user postgres, for it refuses root.
func startPostgres(ctx context.Context, dir string) (*postgres, error) {
	p := &postgres{dir: dir, data: filepath.Join(dir, "data")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		account, err := user.Lookup("postgres")
		if err != nil {
			return nil, fmt.Errorf("PostgreSQL runs as a user of its own, as root as postgres: %w", err)
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		if err := errors.Join(os.Chown(dir, uid, gid), os.Chmod(filepath.Dir(dir), 0o711)); err != nil {
			return nil, err
		}
	}
	if err := p.run(ctx, "initdb", "-D", p.data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"); err != nil {
		return nil, err
	}
	options := "-c listen_addresses='' -c unix_socket_directories='" + dir + "'"
	for _, s := range postgresSettings {
		options += " -c " + s
	}
	if err := p.run(ctx, "pg_ctl", "-D", p.data, "-w", "-l", filepath.Join(dir, "log"), "-o", options, "start"); err != nil {
		return nil, err
	}
	// Queries are planned each time: the plan of a prepared statement is kept with the workers it was made for, whatever is set afterwards.
	var err error
	if p.conn, err = pgx.Connect(ctx, "host="+dir+" user=bench dbname=postgres default_query_exec_mode=exec"); err != nil {
		return nil, fmt.Errorf("%w, %w", err, p.Close())
	}
	return p, nil
}

// run runs a program of PostgreSQL, as its user when we are root.
func (p *postgres) run(ctx context.Context, name string, args ...string) error {
	args = append([]string{filepath.Join(postgresBin, name)}, args...)
	if os.Geteuid() == 0 {
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir = p.dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

func (p *postgres) Close() error {
	ctx := context.Background()
	if p.conn != nil {
		_ = p.conn.Close(ctx)
	}
	return p.run(ctx, "pg_ctl", "-D", p.data, "-m", "immediate", "-w", "stop")
}

// openColumns loads what the checks look at into columns, lists as arrays.
func openColumns(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
	p, err := startPostgres(ctx, filepath.Join(b.dir, "postgres-columns"))
	if err != nil {
		return nil, err
	}
	at := 0
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		if at == len(cards) {
			return nil, nil
		}
		f, err := flatten(cards[at])
		at++
		return []any{f.id, f.kind, f.manager, f.taxID, f.channels, f.titles}, err
	})
	if _, err := p.conn.Exec(ctx, "create table client (id bigint, kind text, manager text, tax_id text, channels text[], titles text[])"); err != nil {
		return p, err
	}
	if _, err := p.conn.CopyFrom(ctx, pgx.Identifier{"client"}, []string{"id", "kind", "manager", "tax_id", "channels", "titles"}, rows); err != nil {
		return p, err
	}
	p.counting = `select count(*) filter (where not '' < any(channels)),
		coalesce(sum(cardinality(array_positions(titles, ''))), 0),
		count(*) filter (where kind = 'company' and titles = '{}'),
		count(*) filter (where manager = ''),
		count(*) filter (where kind in ('company', 'soleTrader') and tax_id = '') from client`
	p.telling = `select id, 0, -1 from client where not '' < any(channels)
		union all select id, 1, place - 1 from client, unnest(array_positions(titles, '')) place
		union all select id, 2, -1 from client where kind = 'company' and titles = '{}'
		union all select id, 3, -1 from client where manager = ''
		union all select id, 4, -1 from client where kind in ('company', 'soleTrader') and tax_id = ''`
	return p, p.warm(ctx, "client")
}

// Count runs one query with so many processes: the leader works too.
func (p *postgres) Count(ctx context.Context, workers int) (n counts, err error) {
	if err := p.allow(ctx, workers); err != nil {
		return n, err
	}
	err = p.conn.QueryRow(ctx, p.counting).Scan(&n[0], &n[1], &n[2], &n[3], &n[4])
	return n, err
}

// allow has plans be parallel whenever they can be, over small tables too.
func (p *postgres) allow(ctx context.Context, workers int) error {
	_, err := p.conn.Exec(ctx, fmt.Sprintf(`set max_parallel_workers_per_gather = %d; set min_parallel_table_scan_size = 0;
		set parallel_setup_cost = 0; set parallel_tuple_cost = 0`, workers-1))
	return err
}

var launched = regexp.MustCompile(`Workers Launched: (\d+)`)

// Note says how many workers the counting query was given beside its leader, by EXPLAIN ANALYZE.
func (p *postgres) Note(ctx context.Context, workers int) (string, error) {
	if err := p.allow(ctx, workers); err != nil {
		return "", err
	}
	rows, err := p.conn.Query(ctx, "explain (analyze, costs off, timing off) "+p.counting)
	if err != nil {
		return "", err
	}
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", err
	}
	n := "0"
	if m := launched.FindStringSubmatch(strings.Join(plan, "\n")); m != nil {
		n = m[1]
	}
	return fmt.Sprintf("for %d workers the leader and %s launched", workers, n), nil
}

func (p *postgres) Findings(ctx context.Context, tell func(finding)) error {
	rows, err := p.conn.Query(ctx, p.telling)
	if err != nil {
		return err
	}
	var f finding
	_, err = pgx.ForEachRow(rows, []any{&f.client, &f.check, &f.contact}, func() error { tell(f); return nil })
	return err
}
