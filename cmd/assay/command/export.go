package command

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/wholefile"
)

func (a *app) exportVerb() *cobra.Command {
	var s selection
	var format, path string
	verb := &cobra.Command{
		Use: "export", Short: "Write clients to a file", Args: exactly(),
		Long: "Writes the selected clients as NDJSON, CSV or XLSX to a file, or to standard output.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format == "" {
				if path == "" || path == "-" {
					return usagef("say which format: --format ndjson, csv or xlsx")
				}
				if format = written[strings.ToLower(filepath.Ext(path))]; format == "" {
					return usagef("the name %s does not tell the format; add --format ndjson, csv or xlsx", path)
				}
			}
			if format != "ndjson" && format != "csv" && format != "xlsx" {
				return usagef("--format %q cannot be written: give ndjson, csv or xlsx", format)
			}
			if path != "" && path != "-" {
				if err := needFolderOf(path, "-o"); err != nil {
					return err
				}
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			if path == "" || path == "-" {
				_, err := c.Export(cmd.Context(), a.Stdout, format, s.clients())
				return err
			}
			return a.exportTo(path, func(w io.Writer) (int64, error) {
				return c.Export(cmd.Context(), w, format, s.clients())
			})
		},
	}
	s.flags(verb.Flags())
	verb.Flags().StringVar(&format, "format", "", "ndjson, csv or xlsx; told by the file's name unless given")
	verb.Flags().StringVarP(&path, "file", "o", "", "file to write; standard output unless given")
	return verb
}

// written tell the format to write by the name of the file.
var written = map[string]string{".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".xlsx": "xlsx"}

// exportTo leaves no half file of a broken export under the name that was asked for. A new file is for its owner's eyes:
// clients are in it.
func (a *app) exportTo(path string, write func(io.Writer) (int64, error)) error {
	var n int64
	var failed error
	err := wholefile.Write(path, 0o600, func(w io.Writer) error {
		n, failed = write(w)
		return failed
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return unreadable(path, err)
	}
	fmt.Fprintf(a.Stderr, "%s bytes written to %s\n", grouped(n), path)
	return nil
}
