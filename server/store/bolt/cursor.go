package bolt

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"

	"assay/server/crm"
	"assay/server/store"
)

// A cursor is the place of the last client of a page: its sort key and number,
// so that pages stay right while clients come and go. It is, in base64,
//
//	u8 version, u32 what was asked, u64 id, i64 number, text, u32 CRC-32 of all before
//
// What was asked is a hash of the order and the conditions, Match aside: a
// cursor of one list is refused by another.
const (
	cursorVersion = 1
	cursorFixed   = 1 + 4 + 8 + 8
	cursorSum     = 4
)

// ranked is a client and what it is sorted by.
type ranked struct {
	id     uint32
	number int64
	text   string // lower case
}

func writeCursor(q *store.Query, last ranked) string {
	b := []byte{cursorVersion}
	b = binary.BigEndian.AppendUint32(b, asked(q))
	b = binary.BigEndian.AppendUint64(b, uint64(last.id))
	b = binary.BigEndian.AppendUint64(b, uint64(last.number))
	b = append(b, last.text...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor reads q.After; nil is the beginning.
func readCursor(q *store.Query) (*ranked, error) {
	if q.After == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(q.After)
	if err != nil || len(b) < cursorFixed+cursorSum || b[0] != cursorVersion {
		return nil, fmt.Errorf("%w: %.40q is not a cursor", crm.ErrBadCursor, q.After)
	}
	b, sum := b[:len(b)-cursorSum], b[len(b)-cursorSum:]
	id := binary.BigEndian.Uint64(b[5:])
	if crc32.ChecksumIEEE(b) != binary.BigEndian.Uint32(sum) || id > maxID {
		return nil, fmt.Errorf("%w: %.40q was changed on its way", crm.ErrBadCursor, q.After)
	}
	if binary.BigEndian.Uint32(b[1:]) != asked(q) {
		return nil, fmt.Errorf("%w: it belongs to a list with another order or other conditions", crm.ErrBadCursor)
	}
	return &ranked{uint32(id), int64(binary.BigEndian.Uint64(b[13:])), string(b[cursorFixed:])}, nil
}

func asked(q *store.Query) uint32 {
	h := fnv.New32a()
	by := q.Sort.By
	if by == "" {
		by = store.SortID
	}
	fmt.Fprintf(h, "%q %t", by, q.Sort.Descending)
	for _, f := range q.Facets {
		fmt.Fprintf(h, " facet %q %q", f.Facet, f.Value)
		if len(f.Or) > 0 || f.Not {
			fmt.Fprintf(h, " or %q not %t", f.Or, f.Not)
		}
	}
	for _, s := range q.Segments {
		fmt.Fprintf(h, " segment %q %q", s.Rule, s.Label)
	}
	fmt.Fprintf(h, " rules %q match %t", q.Rules, q.Match != nil)
	return h.Sum32()
}
