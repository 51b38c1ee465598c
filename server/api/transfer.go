package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// ImportOptions say how a file is read and stored.
type ImportOptions struct {
	Format  string // ndjson | csv | xlsx | vcard
	Key     string // externalId: records of known clients change them; "": every record is a new client
	Mode    string // merge | replace; "" for the server's choice, merge
	Unknown string // field | error: what becomes of unknown columns; "" for the server's choice
	DryRun  bool   // tell what would happen, store nothing
	// Override is why records are stored though enforcing rules refuse them; "" lets them refuse.
	Override string
	Size     int64 // of the file in bytes, 0 when unknown
}

func (o ImportOptions) values() url.Values {
	v := url.Values{}
	setText(v, "format", o.Format)
	setText(v, "key", o.Key)
	setText(v, "mode", o.Mode)
	setText(v, "unknown", o.Unknown)
	setDryRun(v, o.DryRun)
	return v
}

// Import sends a file while the server stores it. progress, which may be nil, is
// called after each commit: what it was told of is on disk, whatever happens to
// the rest. A refused file is a *Problem; records that were stored before the
// file went wrong stay stored.
func (c *Client) Import(ctx context.Context, file io.Reader, o ImportOptions, progress func(ImportProgress)) (*ImportSummary, error) {
	r := newCall(http.MethodPost, PathImports, o.values())
	r.header.Set("Accept", MediaNDJSON)
	r.header.Set("Content-Type", "application/octet-stream")
	setOverride(r, o.Override)
	r.body, r.size = io.NopCloser(file), o.Size
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return readImport(resp.Body, progress)
}

// maxSummary bounds a line of the answer to an import, in bytes.
const maxSummary = 16 << 20

func readImport(body io.Reader, progress func(ImportProgress)) (*ImportSummary, error) {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 64<<10), maxSummary)
	for lines.Scan() {
		var line struct {
			ImportProgress
			Created *int64 `json:"created"`
			Code    string `json:"code"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("read the progress of the import: %w", err)
		}
		switch {
		case line.Code != "":
			p := &Problem{}
			return nil, errors.Join(json.Unmarshal(lines.Bytes(), p), p)
		case line.Created != nil:
			s := &ImportSummary{}
			return s, json.Unmarshal(lines.Bytes(), s)
		case progress != nil:
			progress(line.ImportProgress)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the connection broke during the import; what was reported as stored is stored: %w", err)
	}
	return nil, errors.New("the connection ended before the import did; what was reported as stored is stored")
}

// Export writes the clients that q selects to w as a file of the format (ndjson,
// csv or xlsx) and returns its size in bytes. An export that breaks off is an error.
func (c *Client) Export(ctx context.Context, w io.Writer, format string, q ClientQuery) (int64, error) {
	query := q.Values()
	setText(query, "format", format)
	resp, err := c.send(ctx, newCall(http.MethodGet, PathExports, query))
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(w, resp.Body)
	if err != nil {
		return n, fmt.Errorf("the export broke off after %d bytes: %w", n, err)
	}
	return n, nil
}
