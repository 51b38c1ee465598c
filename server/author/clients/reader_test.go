package clients_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/server/author"
	"assay/server/author/clients"
	"assay/server/crm"
)

var now = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

// ndjson is a file in the form of the API.
func ndjson(text string) clients.File {
	return clients.File{Reader: strings.NewReader(text), Name: "f", Format: "ndjson"}
}

func cards(t *testing.T) *clients.Cards {
	t.Helper()
	p, err := author.Open(t.Context(), filepath.Join("..", "..", "..", "rules", "builtin", "tax-id"), author.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	return clients.NewCards(p, now)
}

func TestReader(t *testing.T) {
	file := "\ufeff" + `{"id":7,"externalId":"e","name":"stored"}` + "\n" +
		"nothing\n\n" +
		`{"name":"new"}` + "\n" +
		`{"name":5}` + "\n" +
		`{"name":"a"} {"name":"b"}` + "\n" +
		`{"name":"` + strings.Repeat("x", 2<<20) + `"}` + "\n" +
		`{"name":"last"}`
	var bad []int
	r, err := clients.NewReader(cards(t), ndjson(file), func(b clients.BadLine) error {
		bad = append(bad, b.Line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b clients.Batch
	var got []clients.Client
	var lines []int
	for err = r.Next(&b, 2); err == nil; err = r.Next(&b, 2) {
		if len(b.Clients) > 2 || b.Cards.Len() != len(b.Clients) {
			t.Errorf("%d clients, %d cards", len(b.Clients), b.Cards.Len())
		}
		got, lines = append(got, b.Clients...), append(lines, b.Lines...)
	}
	if !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	want := []clients.Client{{ID: 7, ExternalID: "e", Name: "stored"}, {Name: "new"}, {Name: "last"}}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(lines, []int{1, 4, 8}) || !reflect.DeepEqual(bad, []int{2, 5, 6, 7}) {
		t.Errorf("got %+v in lines %v, bad lines %v", got, lines, bad)
	}
}

// A client with an id is on its card as it stands in the file, one without as a write would store it.
func TestCards(t *testing.T) {
	const fields = `"name":" Anna ","manager":"-","birthday":"1990-06-16","channels":[{"type":"phone","value":"8 (495) 748-01-13"}]`
	read := func(text string) *crm.Client {
		_, card, err := cards(t).Card([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c, err := crm.DecodeCard(card)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	stored := read(`{"id":7,"revision":3,` + fields + `}`)
	if stored.ID != 7 || stored.Revision != 3 || stored.Manager != "-" || stored.Name != " Anna " || stored.Channels[0].Value != "8 (495) 748-01-13" {
		t.Errorf("%+v", stored)
	}
	written := read(`{"birthday":"16.06.1990",` + strings.Replace(fields, `"birthday":"1990-06-16",`, "", 1) + `}`)
	if written.ID != 0 || written.Manager != "" || written.Name != "Anna" || written.Channels[0].Value != "+74957480113" || written.Channels[0].ID == "" ||
		written.Birthday != stored.Birthday || written.CreatedAt != crm.TimeOf(now) {
		t.Errorf("%+v", written)
	}
}

func TestABadLineCanEndTheReading(t *testing.T) {
	stop := errors.New("stop")
	r, err := clients.NewReader(cards(t), ndjson("{\"name\":\"A\"}\n?\n{\"name\":\"B\"}"), func(clients.BadLine) error { return stop })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b clients.Batch
	if err := r.Next(&b, 10); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	if err := r.Next(&b, 10); !errors.Is(err, stop) {
		t.Errorf("again: %v", err)
	}
}

func TestNoClients(t *testing.T) {
	if _, err := clients.NewReader(cards(t), ndjson(""), nil); !errors.Is(err, clients.ErrNone) {
		t.Errorf("%v", err)
	}
	if _, err := clients.NewReader(cards(t), ndjson(`[{"name":"A"}]`), nil); err == nil || !strings.Contains(err.Error(), "jq") {
		t.Errorf("%v", err)
	}
}
