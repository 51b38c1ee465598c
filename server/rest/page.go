package rest

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"slices"

	"assay/rules"
	"assay/server/api"
	"assay/server/crm"
)

// pageParams are the parameters of a list.
var pageParams = []param{limitQuery, afterQuery}

// paged answers with a page of a list that is read whole anyway, ordered by a key
// that an item keeps while others come and go.
func paged[T any](x *exchange, items []T, key func(T) string) error {
	page, err := cut(x, items, key)
	if err != nil {
		return err
	}
	return x.json(200, page)
}

// pagedByPlace does so for a list whose items have nothing but their place.
func pagedByPlace[T any](x *exchange, items []T) error {
	places := make([]int, len(items))
	for i := range places {
		places[i] = i
	}
	page, err := cut(x, places, func(i int) string { return fmt.Sprintf("%010d", i) })
	if err != nil {
		return err
	}
	out := list(make([]T, 0, len(page.Items)), page.Next)
	for _, place := range page.Items {
		out.Items = append(out.Items, items[place])
	}
	return x.json(200, out)
}

func cut[T any](x *exchange, items []T, key func(T) string) (api.List[T], error) {
	last, err := x.readCursor()
	if err != nil {
		return api.List[T]{}, err
	}
	type keyed struct {
		key  string
		item T
	}
	var left []keyed
	for _, item := range items {
		if k := key(item); x.query.Get("after") == "" || k > last {
			left = append(left, keyed{k, item})
		}
	}
	slices.SortStableFunc(left, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	next := ""
	if limit := x.limit(); len(left) > limit {
		left = left[:limit]
		next = x.cursor(left[limit-1].key)
	}
	page := make([]T, len(left))
	for i, l := range left {
		page[i] = l.item
	}
	return list(page, next), nil
}

// A cursor of these lists is, in base64,
//
//	u8 version, u32 hash of the list's path, key of the page's last item, u32 CRC-32 of all before
const (
	cursorVersion = 2 // 1 is that of the store's lists
	cursorFixed   = 1 + 4
	cursorSum     = 4
)

func (x *exchange) cursor(key string) string {
	b := []byte{cursorVersion}
	b = binary.BigEndian.AppendUint32(b, x.listHash())
	b = append(b, key...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor returns the key after which the page begins.
func (x *exchange) readCursor() (string, error) {
	after := x.query.Get("after")
	if after == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(after)
	if err != nil || len(b) < cursorFixed+cursorSum || b[0] != cursorVersion {
		return "", fmt.Errorf("%w: %.40q is not a cursor", crm.ErrBadCursor, after)
	}
	b, sum := b[:len(b)-cursorSum], b[len(b)-cursorSum:]
	if crc32.ChecksumIEEE(b) != binary.BigEndian.Uint32(sum) {
		return "", fmt.Errorf("%w: %.40q was changed on its way", crm.ErrBadCursor, after)
	}
	if binary.BigEndian.Uint32(b[1:]) != x.listHash() {
		return "", fmt.Errorf("%w: it belongs to another list", crm.ErrBadCursor)
	}
	return string(b[cursorFixed:]), nil
}

func (x *exchange) listHash() uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(x.c.Path())) // never fails
	return h.Sum32()
}

// objectMeta reads the metadata of a declared object.
func objectMeta(object json.RawMessage) rules.Metadata {
	var o struct {
		Metadata rules.Metadata `json:"metadata"`
	}
	_ = json.Unmarshal(object, &o) // written by this server
	return o.Metadata
}

func objectName(object json.RawMessage) string { return objectMeta(object).Name }

// segmentKey orders labels by rule, then label: no name has a zero byte.
func segmentKey(rule, label string) string { return rule + "\x00" + label }
