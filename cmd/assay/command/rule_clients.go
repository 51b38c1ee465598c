package command

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"assay/server/author/clients"
)

// clientsFile is the flags that name a file of clients for rules to judge.
type clientsFile struct {
	path   string
	format string // "" until somebody tells it
}

const clientsHelp = "--clients FILE takes what `assay import` takes: a client a line in the form of the API (NDJSON), as `assay export` writes them, CSV, XLSX or vCard, told by the file's name or --format; - is standard input. " +
	"Unknown columns are custom fields. A client with an id is taken as it is stored on a server; one without as a write of it would store it: phones, tax ids and dates made canonical, placeholders such as \"-\" emptied."

func (c *clientsFile) flags(f *pflag.FlagSet, usage string) {
	f.StringVar(&c.path, "clients", "", usage)
	f.StringVar(&c.format, "format", "", "of --clients: ndjson, csv, xlsx or vcard; told by the file's name unless given, else ndjson")
}

// check refuses a format that is none, or of no file.
func (c *clientsFile) check() error {
	switch {
	case c.format != "" && c.path == "":
		return usagef("--format is of a file; give --clients FILE")
	case c.format != "" && !slices.Contains(importFormats, c.format):
		return usagef("--format %q is not known: give %s", c.format, strings.Join(importFormats, ", "))
	}
	return nil
}

// openClients opens the file, or standard input for -.
func (a *app) openClients(c *clientsFile) (file clients.File, closer io.Closer, err error) {
	opened, _, err := openInput(c.path, a.Stdin)
	if err != nil {
		return file, nil, err
	}
	file = clients.File{Reader: opened, Name: c.path, Format: cmp.Or(c.format, formatOf(c.path))}
	if c.path == "-" {
		file.Name = "standard input"
	}
	if file.Format == "" {
		buffered := bufio.NewReader(opened)
		if !mayBeNDJSON(buffered) {
			return file, nil, errors.Join(usagef("%s is not NDJSON, a JSON object a line; say what it is with --format csv, xlsx or vcard", file.Name), opened.Close())
		}
		file.Reader, file.Format = buffered, "ndjson"
	}
	return file, opened, nil
}

// mayBeNDJSON looks at what has arrived of a file. What is no text is left to the reader, which knows more formats by name.
func mayBeNDJSON(r *bufio.Reader) bool {
	_, _ = r.Peek(1) // waits for something
	head, _ := r.Peek(r.Buffered())
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(text) == 0 || bytes.IndexByte(head, 0) >= 0 || text[0] == '{' || text[0] == '['
}

// inFlags says what readers call format=xlsx, as the API does, as the flag. What the file was taken for they need not say
// to who gave its name alone.
func inFlags(err error) error {
	if err == nil || !strings.Contains(err.Error(), "format=") {
		return err
	}
	text := takenFor.ReplaceAllString(err.Error(), "")
	return errors.New(strings.ReplaceAll(text, "format=", "--format "))
}

var takenFor = regexp.MustCompile(`format=\w+, but `)
