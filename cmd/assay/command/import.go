package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"assay/server/api"
)

// extensions tell the format of a file by its name.
var extensions = map[string]string{
	".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".vcf": "vcard", ".vcard": "vcard",
}

// importFormats are the formats that files of clients are read in.
var importFormats = []string{"ndjson", "csv", "xlsx", "vcard"}

// formatOf is the format that a file's name tells, "" for none.
func formatOf(path string) string { return extensions[strings.ToLower(filepath.Ext(path))] }

func (a *app) importVerb() *cobra.Command {
	var o api.ImportOptions
	out := output(outTable)
	verb := &cobra.Command{
		Use: "import FILE|-", Short: "Store the clients of a file", Args: exactly("one file, or - for standard input"),
		Long: "Sends a file of clients (NDJSON, CSV, XLSX or vCard) to the server, which stores them while they arrive. " +
			"A record that cannot be taken fails alone, and the exit code is 1.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkImport(args[0], &o); err != nil {
				return err
			}
			return a.importFile(cmd.Context(), args[0], o, out)
		},
	}
	f := verb.Flags()
	f.StringVar(&o.Format, "format", "", "ndjson, csv, xlsx or vcard; told by the file's name unless given")
	f.StringVar(&o.Key, "key", "", "externalId: records of known clients change them")
	f.StringVar(&o.Mode, "mode", "", "merge (what a record does not say stays) or replace")
	f.StringVar(&o.Unknown, "unknown", "", "what becomes of unknown columns: field (a custom field) or error")
	f.StringVar(&o.Override, "override", "", "`reason` why records are stored though rules in mode Enforce refuse them; it is kept with each")
	f.BoolVar(&o.DryRun, "dry-run", false, "say what would happen, store nothing")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func checkImport(path string, o *api.ImportOptions) error {
	if o.Format == "" {
		if o.Format = formatOf(path); o.Format == "" {
			return usagef("the name %s does not tell the format; add --format ndjson, csv, xlsx or vcard", path)
		}
	}
	for _, c := range []struct {
		flag, value string
		allowed     []string
	}{
		{"format", o.Format, importFormats},
		{"key", o.Key, []string{"", "externalId"}},
		{"mode", o.Mode, []string{"", "merge", "replace"}},
		{"unknown", o.Unknown, []string{"", "field", "error"}},
	} {
		if !slices.Contains(c.allowed, c.value) {
			return usagef("--%s %q is not known: give %s", c.flag, c.value, strings.Join(slices.DeleteFunc(c.allowed, func(s string) bool { return s == "" }), ", "))
		}
	}
	return nil
}

func (a *app) importFile(ctx context.Context, path string, o api.ImportOptions, out output) error {
	file, size, err := openInput(path, a.Stdin)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	c, err := a.caller()
	if err != nil {
		return err
	}
	o.Size = size
	began := time.Now()
	summary, err := a.sendFile(ctx, c, file, o)
	if err != nil {
		return err
	}
	if done, err := out.structured(a.Stdout, summary); done {
		return errors.Join(err, failedRecords(summary))
	}
	if err := a.summary(summary, o.DryRun, time.Since(began)); err != nil {
		return err
	}
	return failedRecords(summary)
}

// sendFile imports with progress on stderr.
func (a *app) sendFile(ctx context.Context, c *api.Client, file io.Reader, o api.ImportOptions) (*api.ImportSummary, error) {
	var sent atomic.Int64
	counted := &countingReader{Reader: file, sent: func(n int) { sent.Add(int64(n)) }}
	bar := newProgress(a.Stderr, a.Terminal, func(api.ImportProgress) float64 {
		if o.Size == 0 {
			return 0
		}
		return float64(sent.Load()) / float64(o.Size)
	})
	defer bar.done()
	return c.Import(ctx, counted, o, bar.report)
}

// openInput opens a file and tells its size, 0 when it is not known.
func openInput(path string, stdin io.Reader) (io.ReadCloser, int64, error) {
	if path == "-" {
		return io.NopCloser(stdin), 0, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, unreadable(path, err)
	}
	stat, err := file.Stat()
	if err == nil && stat.IsDir() {
		err = usagef("%s is a folder; give a file", path)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	if !stat.Mode().IsRegular() {
		return file, 0, nil
	}
	return file, stat.Size(), nil
}

// failedRecords is the error of an import that left records out.
func failedRecords(s *api.ImportSummary) error {
	if s.Failed == 0 {
		return nil
	}
	return fmt.Errorf("%s not taken", plural(s.Failed, "record was", "records were"))
}

// shownErrors is how many reasons the table lists.
const shownErrors = 20

func (a *app) summary(s *api.ImportSummary, dryRun bool, took time.Duration) error {
	total := s.Created + s.Updated + s.Unchanged + s.Failed
	rate := int64(float64(total) / max(took.Seconds(), 0.001))
	would := ""
	if dryRun {
		would = " would be"
	}
	fmt.Fprintf(a.Stdout, "%s in %s (%s/s):%s %s created, %s updated, %s unchanged, %s failed\n",
		plural(total, "record", "records"), took.Round(time.Millisecond), grouped(rate), would, grouped(s.Created), grouped(s.Updated), grouped(s.Unchanged), grouped(s.Failed))
	if len(s.Errors) == 0 {
		return nil
	}
	fmt.Fprintln(a.Stdout)
	t := a.newTable("LINE", "FIELD", "CODE", "WHY")
	for _, e := range s.Errors[:min(len(s.Errors), shownErrors)] {
		t.row(fmt.Sprint(e.Line), orDash(e.Field), e.Code, e.Message)
	}
	if more := int64(len(s.Errors) - shownErrors); more > 0 {
		t.row(fmt.Sprintf("… and %s; -o json lists up to 1000", grouped(more)))
	}
	return t.flush()
}
