package clients

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/formats"
)

// Client says which client a card is of.
type Client struct {
	ID         int64  `json:"id,omitzero"` // 0 when the file does not say
	ExternalID string `json:"externalId,omitzero"`
	Name       string `json:"name,omitzero"`
}

// Batch is cards and whose they are, by their places.
type Batch struct {
	Cards   abi.Batch
	Clients []Client
	Lines   []int // of the file
}

func (b *Batch) reset() {
	b.Cards.Reset()
	b.Clients, b.Lines = b.Clients[:0], b.Lines[:0]
}

// BadLine is a line that is no client.
type BadLine struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Error says where and why.
func (b *BadLine) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.Reason) }

// Cards makes cards of clients for the rules of a project, with the fields and dictionaries declared that stand beside
// them. It is for one goroutine.
type Cards struct {
	project *author.Project
	now     time.Time
}

// NewCards returns Cards of clients that are stored at that time, as far as they are new.
func NewCards(p *author.Project, now time.Time) *Cards {
	return &Cards{project: p, now: now}
}

// Card returns the card of a client in the form of the API, and whose it is.
func (c *Cards) Card(text []byte) (whose Client, card []byte, err error) {
	var line json.RawMessage
	if err := json.Unmarshal(text, &line); err != nil {
		return whose, nil, fmt.Errorf("not JSON: %w", err)
	}
	if json.Unmarshal(text, &whose) == nil && whose.ID > 0 {
		card, err = c.project.Card(text)
		return whose, card, err
	}
	client, card, err := c.project.Written(text, c.now)
	if err != nil {
		return whose, nil, err
	}
	return Client{ExternalID: client.ExternalID, Name: client.Name}, card, nil
}

// ErrNone is the error of a file without clients.
var ErrNone = errors.New("there is no client in it")

// File is a file of clients.
type File struct {
	io.Reader
	Name   string // for errors
	Format string // of package formats
}

// Reader reads the clients of a file. It is for one goroutine.
type Reader struct {
	cards *Cards
	name  string
	file  *formats.Reader
	bad   func(BadLine) error
	ended error
}

// NewReader returns a reader of a file, whose columns may be called as the project's fields are labelled. It calls bad for
// each line that is no client, and ends with the error of that. The error of NewReader is about the file as a whole, and
// names it. The reader must be closed.
func NewReader(cards *Cards, file File, bad func(BadLine) error) (*Reader, error) {
	p := cards.project
	lines, err := formats.NewReader(file, formats.Options{Format: file.Format, Declared: p.Fields, Labels: p.Labels, Location: p.Zone()})
	if unreadable, ok := errors.AsType[*formats.FileError](err); ok && unreadable.Code == "empty_file" {
		err = ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Name, err)
	}
	return &Reader{cards: cards, name: file.Name, file: lines, bad: bad}, nil
}

// Close ends the reading; the file is not closed.
func (r *Reader) Close() error { return r.file.Close() }

// Next fills the batch with the clients that follow, at most so many, and is io.EOF when there are none.
func (r *Reader) Next(b *Batch, most int) error {
	b.reset()
	for r.ended == nil && !b.Cards.Full() && len(b.Clients) < most {
		r.ended = r.add(b)
	}
	if r.ended != nil && (len(b.Clients) == 0 || !errors.Is(r.ended, io.EOF)) {
		return r.ended
	}
	return nil
}

// add adds the client of the next line.
func (r *Reader) add(b *Batch) error {
	record, err := r.file.Next()
	switch {
	case errors.Is(err, io.EOF):
		return err
	case err != nil:
		return fmt.Errorf("%s: %w", r.name, err)
	case len(record.Errs) > 0:
		return r.bad(BadLine{Line: record.Line, Reason: reasons(record.Errs)})
	}
	client, card, err := r.cards.Card(record.Doc)
	if err != nil {
		return r.bad(BadLine{Line: record.Line, Reason: err.Error()})
	}
	b.Cards.Add(card)
	b.Clients, b.Lines = append(b.Clients, client), append(b.Lines, record.Line)
	return nil
}

// reasons says all that is wrong with a line.
func reasons(errs []formats.LineError) string {
	parts := make([]string, len(errs))
	for i, e := range errs {
		if parts[i] = e.Message; e.Field != "" {
			parts[i] = e.Field + ": " + e.Message
		}
	}
	return strings.Join(parts, "; ")
}
