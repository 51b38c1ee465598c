package demo_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"assay/server/canon"
	"assay/server/demo"
)

func generate(seed uint64, n int) (docs [][]byte) {
	for doc := range demo.Clients(seed, n) {
		docs = append(docs, bytes.Clone(doc))
	}
	return docs
}

func TestSameSeedSameBytes(t *testing.T) {
	base := generate(7, 2000)
	if again := generate(7, 2000); !slices.EqualFunc(base, again, bytes.Equal) {
		t.Error("the same seed and number gave other bytes")
	}
	if longer := generate(7, 3000); !slices.EqualFunc(base, longer[:2000], bytes.Equal) {
		t.Error("a longer base does not begin with the shorter one")
	}
	if other := generate(8, 2000); slices.EqualFunc(base, other, bytes.Equal) {
		t.Error("another seed gave the same bytes")
	}
}

func TestReaderGivesTheSameClients(t *testing.T) {
	want := bytes.Join(generate(7, 300), nil)
	for name, r := range map[string]io.Reader{
		"whole":     demo.NewReader(7, 300),
		"in pieces": iotest.HalfReader(iotest.OneByteReader(demo.NewReader(7, 300))),
	} {
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: read %d bytes, %v; want the %d of Clients", name, len(got), err, len(want))
		}
	}
}

func TestEveryDocumentIsALine(t *testing.T) {
	ids := map[string]bool{}
	for i, doc := range generate(1, 20000) {
		if !json.Valid(doc) || bytes.IndexByte(doc, '\n') != len(doc)-1 {
			t.Fatalf("document %d is not one line of JSON: %s", i, doc)
		}
		var c written
		if err := json.Unmarshal(doc, &c); err != nil {
			t.Fatalf("document %d: %v", i, err)
		}
		if ids[c.ExternalID] || !says(c.Name) {
			t.Fatalf("document %d repeats an external id or has no name: %s", i, doc)
		}
		ids[c.ExternalID] = true
	}
}

func TestSharesAreThoseWritten(t *testing.T) {
	n, err := expect(generate(1, 20000))
	if err != nil {
		t.Fatal(err)
	}
	if mean := n.bytes / n.total; mean < 660 || mean > 740 {
		t.Errorf("a document has %d bytes on average, want about 700", mean)
	}
	right := 0
	for _, id := range n.taxIDs {
		if rightTaxID(id) {
			right++
		}
	}
	dialled := 0
	for _, p := range n.phones {
		country, phone, _ := strings.Cut(p, "|")
		if country = canon.Country(country); country == "" {
			country = "RU"
		}
		if _, ok := canon.Phone(phone, country); ok {
			dialled++
		}
	}
	for _, share := range []struct {
		of        string
		part, all int
		percent   float64
	}{
		{"companies", n.kinds["company"], n.total, demo.Companies},
		{"sole traders", n.kinds["soleTrader"], n.total, demo.SoleTraders},
		{"clients without a manager", n.clients["main-manager"], n.total, demo.NoManager},
		{"clients without channels", n.clients["contact-information"], n.total, demo.NoChannels},
		{"taxpayers without a tax id", n.clients["tax-id"], n.taxpayers, demo.NoTaxID},
		{"companies without contacts", n.clients["contact-person"], n.kinds["company"], demo.NoContacts},
		{"contacts without a job title", n.findings["contact-job-title"], n.contacts, demo.NoJobTitle},
		{"wrong tax ids", len(n.taxIDs) - right, len(n.taxIDs), demo.WrongTaxID},
		{"phones that cannot be dialled", len(n.phones) - dialled, len(n.phones), demo.BadPhone},
	} {
		got := 100 * float64(share.part) / float64(share.all)
		if math.Abs(got-share.percent) > 0.8 {
			t.Errorf("%.2f %% %s, want about %g %%", got, share.of, share.percent)
		}
	}
}

// rightTaxID takes the ids of countries without a check digit as right when
// they have their length.
func rightTaxID(id string) bool {
	if american, british := strings.HasPrefix(id, "00-"), strings.HasPrefix(id, "GB"); american || british {
		return british && len(id) == 11 || american && len(id) == 10
	}
	return canon.INN(id) || canon.EDRPOU(id) || canon.RNOKPP(id)
}

func TestNobodyCanBeReached(t *testing.T) {
	domain := regexp.MustCompile(`@([a-z]+\.example|example\.(com|net|org))$`)
	n, err := expect(generate(1, 10000))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range n.emails {
		if says(e) && !domain.MatchString(e) {
			t.Errorf("%s is not in a domain set aside for examples", e)
		}
	}
}

func BenchmarkClients(b *testing.B) {
	size := 0
	for doc := range demo.Clients(1, b.N) {
		size += len(doc)
	}
	b.SetBytes(int64(size / b.N))
}
