package rest

import (
	"context"
	"io"
	"mime"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/formats"
	"assay/server/intake"
)

const tagTransfer = "Import and export"

func (s *Server) transferRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodPost, api.PathImports, "importClients", tagTransfer, "Import a file",
			"Stores the clients of a file while it arrives; files of any size. A record that cannot be taken fails alone. "+
				"With `Accept: application/x-ndjson` the answer begins while the file arrives: a line `{\"line\":n,\"stored\":n}` after each commit, what it reports is on disk; "+
				"the last line is the summary, or the problem that ended the import."),
			params: []param{
				choice("format", "What the file is; may be left out when Content-Type says it.", formats.NDJSON, formats.CSV, formats.XLSX, formats.VCard),
				choice("key", "externalId: a record with the external id of a client changes that client. Left out: every record without a known id is new.", "externalId", ""),
				choice("mode", "merge: what a record does not say stays, an empty cell clears. replace: the record is the whole client.", "merge", "replace"),
				choice("unknown", "What becomes of columns that are no field: custom fields, or a refusal of the file.", formats.UnknownAsField, formats.UnknownAsError),
				dryRunParam,
			},
			headers: []param{overrideHeader},
			body:    &body{schema: anyBytes, describe: "The file, as it is."}, right: RightWrite,
			codes: []string{api.CodeMalformed, api.CodeInvalid, api.CodeTooLarge, api.CodeTooMany, api.CodeNoSpace},
			answers: []answer{{status: 200, describe: "What became of the records; the four counts add up to their number.", of: api.ImportSummary{}, example: exampleSummary},
				{status: 200, describe: "Progress and summary.", media: api.MediaNDJSON, of: api.ImportProgress{}, example: api.ImportProgress{Line: 2048, Stored: 2047}}},
			handle: importClients},
		{op: operation(fiber.MethodGet, api.PathExports, "exportClients", tagTransfer, "Export clients",
			"The selected clients as a file, sent while it is written. A connection that breaks off means that the file is not whole. Clients on which `filter` fails are left out; GET "+api.PathClients+" tells of them."),
			params: append([]param{{name: "format", describe: "What the file is to be.", enum: []string{formats.NDJSON, formats.CSV, formats.XLSX}, required: true, example: formats.NDJSON}}, selection()...),
			right:  RightExport, codes: []string{api.CodeInvalid, api.CodeTooMany},
			answers: []answer{{status: 200, describe: "The file.", media: api.MediaNDJSON}, {status: 200, describe: "The file.", media: api.MediaCSV}, {status: 200, describe: "The file.", media: api.MediaXLSX}},
			handle:  exportClients},
	}
}

func anyBytes(*document) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "anyBytes"} }

// importMedia tells the format of a file by its Content-Type.
var importMedia = map[string]string{
	api.MediaNDJSON: formats.NDJSON, "application/ndjson": formats.NDJSON, "application/jsonl": formats.NDJSON,
	api.MediaCSV: formats.CSV, api.MediaXLSX: formats.XLSX,
	api.MediaVCard: formats.VCard, "text/x-vcard": formats.VCard,
}

func importClients(x *exchange) error {
	format := x.query.Get("format")
	if format == "" {
		media, _, _ := mime.ParseMediaType(x.c.Get(fiber.HeaderContentType)) // what cannot be parsed says nothing
		if format = importMedia[media]; format == "" {
			return refuse(api.CodeBadParameter, "format_missing")
		}
	}
	override, err := x.override()
	if err != nil {
		return err
	}
	release, err := x.place(x.imports)
	if err != nil {
		return err
	}
	file := x.importBody()
	rq := intake.ImportRequest{
		Scope: x.who.Scope, By: x.who.Name, Format: format, Key: x.query.Get("key"), Mode: orElse(x.query.Get("mode"), "merge"),
		Unknown: orElse(x.query.Get("unknown"), formats.UnknownAsField), DryRun: x.flag("dryRun"), Override: override, Body: file,
	}
	if x.accepts(api.MediaNDJSON) {
		return x.importWithProgress(rq, file, release)
	}
	defer release()
	summary, err := x.Intake.Import(x.ctx, rq)
	if err != nil {
		return importError(file, err)
	}
	return x.json(fiber.StatusOK, x.summary(summary))
}

// summary puts the reasons into the reader's language.
func (x *exchange) summary(s *intake.ImportSummary) *intake.ImportSummary {
	for i := range s.Errors {
		e := &s.Errors[i]
		e.Message = translated(x.language(), crm.Problem{Code: e.Code, Message: e.Message, Text: e.Text, Args: e.Args})
	}
	return s
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// place takes one of a bounded number of places; release gives it back.
func (x *exchange) place(places chan struct{}) (release func(), err error) {
	select {
	case places <- struct{}{}:
		return sync.OnceFunc(func() { <-places }), nil
	default:
		return nil, refuse(api.CodeTooMany, "too_many", "limit", strconv.Itoa(cap(places)))
	}
}

func (x *exchange) importBody() *patientReader {
	var stream io.Reader = eof{}
	if s := x.c.Request().BodyStream(); s != nil {
		stream = s
	}
	return &patientReader{ctx: x.ctx, body: stream, conn: x.c.Context().Conn(), stall: x.ReadStall}
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// importError prefers the reason why the body broke off to what came of it.
func importError(file *patientReader, err error) error {
	if file.err != nil {
		return bodyError(file.err)
	}
	return err
}

// importWithProgress runs the import beside the answer. A file that is refused
// before anything is stored is refused with its own status; later the status is
// sent already, and the problem is the last line.
func (x *exchange) importWithProgress(rq intake.ImportRequest, file *patientReader, release func()) error {
	later := x.detached() // from here on the head of the request is the import's too: trailers go into it
	ctx, cancel := context.WithCancel(x.ctx)
	file.ctx = ctx
	job := &importJob{progress: make(chan api.ImportProgress), ended: make(chan struct{}), cancel: cancel}
	rq.Progress = func(line, stored int64) {
		select {
		case job.progress <- api.ImportProgress{Line: line, Stored: stored}:
		case <-ctx.Done():
		}
	}
	go job.run(func() (*intake.ImportSummary, error) {
		defer release()
		return x.Intake.Import(ctx, rq)
	})
	first := job.next()
	if first == nil && job.err != nil {
		cancel()
		return importError(file, job.err)
	}
	closeUnread(x.c) // the file may go wrong after the answer has begun
	return x.stream(ctx, cancel, api.MediaNDJSON, func(_ context.Context, w io.Writer) error {
		if err := job.report(first, w, later); err != nil || job.err == nil {
			return err
		}
		return writeLine(w, later.explain(importError(file, job.err)))
	})
}

// importJob is an import that runs beside its answer.
type importJob struct {
	progress chan api.ImportProgress
	cancel   context.CancelFunc
	ended    chan struct{}
	summary  *intake.ImportSummary // these two once ended is closed
	err      error
}

func (j *importJob) run(work func() (*intake.ImportSummary, error)) {
	defer close(j.ended)
	j.err = guarded(func() (err error) {
		j.summary, err = work()
		return err
	})
}

// next waits for progress; nil when the import has ended.
func (j *importJob) next() *api.ImportProgress {
	select {
	case p := <-j.progress:
		return &p
	case <-j.ended:
		return nil
	}
}

// report writes the progress and, when all went well, the summary. When it
// returns, the import has ended.
func (j *importJob) report(p *api.ImportProgress, w io.Writer, x *exchange) error {
	for ; p != nil; p = j.next() {
		if err := writeLine(w, p); err != nil {
			j.cancel()
			<-j.ended
			return err
		}
	}
	if j.err != nil {
		return nil
	}
	return writeLine(w, x.summary(j.summary))
}

func writeLine(w io.Writer, value any) error {
	line, err := marshal(value)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}
