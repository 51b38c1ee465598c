package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"assay/server/crm"
)

// What one rule says of one client is stored as
//
//	u8 flags, uvarint number of findings, text label     the head: all that the indexes need
//	uvarint number of infos, warnings, errors            of it, when flagSeverities is set: findings with a severity of their own
//	uvarint number of waived, and of those by severity   of it, when flagWaived is set; the latter when flagSeverities is, too
//	params reason, text error                            when flagGrounds is set
//	findings: text code ("" when it is the rule's name), text path, text row id,
//	          uvarint since (0 absent, else zigzag ms + 1), params,
//	          uvarint length of suggest + 1 (0 for nil) and its bytes,
//	          u8 severity when flagSeverities is set (0 none of its own, 1 info, 2 warning, 3 error),
//	          u8 1 when it is waived, else 0, when flagWaived is set
//
// where text is a uvarint length and the bytes, and params is a uvarint number
// of pairs of texts. It never mentions the client or the rule, so that a block
// is changed by moving bytes.
const (
	flagFailed  = 1 << 0 // the rule could not judge the client
	flagGrounds = 1 << 1 // reason and error follow the head

	flagSeverities = 1 << 2 // some finding has a severity of its own
	flagWaived     = 1 << 3 // some finding is waived
)

// severities are those a finding can have of its own.
var severities = [...]crm.Severity{crm.SeverityInfo, crm.SeverityWarning, crm.SeverityError}

// severityCounts is how many findings have each of severities of their own.
type severityCounts [len(severities)]int

func (c severityCounts) sum() int { return c[0] + c[1] + c[2] }

// findingCounts is how many findings there are, and by severity of their own.
type findingCounts struct {
	all int
	own severityCounts
}

// graded says whether all findings have a severity of their own.
func (c *findingCounts) graded() bool { return c.all > 0 && c.own.sum() == c.all }

func (c findingCounts) minus(d findingCounts) findingCounts {
	c.all -= d.all
	for i := range c.own {
		c.own[i] -= d.own[i]
	}
	return c
}

// within says whether every count is at most that of d.
func (c findingCounts) within(d findingCounts) bool {
	left := d.minus(c)
	return min(left.all, left.own[0], left.own[1], left.own[2]) >= 0
}

// countFindings counts all findings, and the waived among them.
func countFindings(findings []crm.Finding) (all, waived findingCounts) {
	count := func(c *findingCounts, s crm.Severity) {
		c.all++
		if at := slices.Index(severities[:], s); at >= 0 {
			c.own[at]++
		}
	}
	for i := range findings {
		count(&all, findings[i].Severity)
		if findings[i].Waived {
			count(&waived, findings[i].Severity)
		}
	}
	return all, waived
}

// resultHead is what the indexes know of a stored result. The zero head is that
// of no result.
type resultHead struct {
	exists bool
	failed bool
	open   findingCounts // without the waived
	waived findingCounts
	label  []byte // shares the stored bytes
}

// appendResult appends the stored form of a result. Its findings were first seen at since, a packed time; 0: each at
// its own.
func appendResult(dst []byte, r *crm.Result, since uint64) []byte {
	var flags byte
	if r.Error != "" {
		flags |= flagFailed
	}
	if r.Error != "" || len(r.Reason) > 0 {
		flags |= flagGrounds
	}
	all, waived := countFindings(r.Findings)
	if all.own.sum() > 0 {
		flags |= flagSeverities
	}
	if waived.all > 0 {
		flags |= flagWaived
	}
	dst = append(dst, flags)
	dst = binary.AppendUvarint(dst, uint64(len(r.Findings)))
	dst = appendText(dst, r.Label)
	dst = appendSeverities(dst, flags, all.own)
	if flags&flagWaived != 0 {
		dst = binary.AppendUvarint(dst, uint64(waived.all))
		dst = appendSeverities(dst, flags, waived.own)
	}
	if flags&flagGrounds != 0 {
		dst = appendParams(dst, r.Reason)
		dst = appendText(dst, r.Error)
	}
	for i := range r.Findings {
		dst = appendFinding(dst, &r.Findings[i], r.Rule, since)
		if flags&flagSeverities != 0 {
			dst = append(dst, byte(slices.Index(severities[:], r.Findings[i].Severity)+1))
		}
		if flags&flagWaived != 0 {
			dst = append(dst, truth(r.Findings[i].Waived))
		}
	}
	return dst
}

func appendSeverities(dst []byte, flags byte, own severityCounts) []byte {
	if flags&flagSeverities == 0 {
		return dst
	}
	for _, n := range own {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	return dst
}

func truth(is bool) byte {
	if is {
		return 1
	}
	return 0
}

func appendFinding(dst []byte, f *crm.Finding, rule string, since uint64) []byte {
	if since == 0 {
		since = packTime(f.Since)
	}
	code := f.Code
	if code == rule {
		code = ""
	}
	dst = appendText(dst, code)
	dst = appendText(dst, f.Path)
	dst = appendText(dst, f.RowID)
	dst = binary.AppendUvarint(dst, since)
	dst = appendParams(dst, f.Params)
	if f.Suggest == nil {
		return append(dst, 0)
	}
	dst = binary.AppendUvarint(dst, uint64(len(f.Suggest))+1)
	return append(dst, f.Suggest...)
}

func appendText[T string | []byte](dst []byte, s T) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendParams(dst []byte, params []crm.Param) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(params)))
	for _, p := range params {
		dst = appendText(dst, p.Key)
		dst = appendText(dst, p.Value)
	}
	return dst
}

// farthest is 146 million years from 1970 in milliseconds; times beyond are cut there.
const farthest = 1 << 62

// packTime makes a number of a time that is small for times near 1970.
func packTime(t crm.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	ms := min(max(t.UnixMilli(), -farthest), farthest)
	return uint64(ms<<1^ms>>63) + 1
}

func unpackTime(v uint64) crm.Time {
	if v == 0 {
		return crm.Time{}
	}
	v--
	return crm.TimeFromUnixMilli(min(max(int64(v>>1)^-int64(v&1), -farthest), farthest))
}

// readHead reads the head of a stored result; no bytes are no result.
func readHead(b []byte) (resultHead, error) {
	if len(b) == 0 {
		return resultHead{}, nil
	}
	d := decoder{b: b}
	flags := d.byte()
	all := findingCounts{all: d.count()}
	h := resultHead{exists: true, failed: flags&flagFailed != 0, label: d.bytes()}
	all.own, h.waived = d.severities(flags), d.waived(flags)
	if !h.waived.within(all) {
		d.fail(errWaived)
	}
	h.open = all.minus(h.waived)
	return h, d.problem("result")
}

// firstSince returns when the first finding of a stored result was first seen, packed; 0 when it has none.
func firstSince(b []byte) uint64 {
	d := decoder{b: b}
	flags := d.byte()
	if d.count() == 0 {
		return 0
	}
	d.bytes()
	d.severities(flags)
	if flags&flagGrounds != 0 {
		d.skipParams()
		d.bytes()
	}
	d.bytes()
	d.bytes()
	d.bytes()
	return d.uvarint()
}

// readResult reads a stored result of a rule. It shares no memory with b.
func readResult(b []byte, rule string) (crm.Result, error) {
	d := decoder{b: b}
	flags := d.byte()
	findings := d.count()
	r := crm.Result{Rule: rule, Label: d.text()}
	own, waived := d.severities(flags), d.waived(flags)
	if flags&flagGrounds != 0 {
		r.Reason = d.params()
		r.Error = d.text()
	}
	if findings > 0 {
		r.Findings = make([]crm.Finding, findings)
	}
	for i := range r.Findings {
		d.finding(&r.Findings[i], rule)
		if flags&flagSeverities != 0 {
			r.Findings[i].Severity = d.severity()
		}
		if flags&flagWaived != 0 {
			r.Findings[i].Waived = d.byte() != 0
		}
	}
	all, got := countFindings(r.Findings)
	switch {
	case d.err != nil:
	case len(d.b) > 0:
		d.err = errors.New("bytes are left over")
	case own != all.own:
		d.err = errors.New("its severities are counted wrongly")
	case waived != got:
		d.err = errWaived
	}
	return r, d.problem("result of rule " + rule)
}

// decoder takes values from the front of stored bytes. The first fault empties
// it, and everything read after reads as zero.
type decoder struct {
	b   []byte
	err error
}

var (
	errCutShort = errors.New("it is cut short")
	errWaived   = errors.New("its waived findings are counted wrongly")
)

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.b = nil
}

func (d *decoder) problem(of string) error {
	if d.err == nil {
		return nil
	}
	return fmt.Errorf("%w: a stored %s: %w", ErrDamaged, of, d.err)
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail(errCutShort)
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail(errCutShort)
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count reads a number of things that take a byte each at least.
func (d *decoder) count() int {
	v := d.uvarint()
	if v > uint64(len(d.b)) {
		d.fail(errCutShort)
		return 0
	}
	return int(v)
}

// bytes reads a text without copying it.
func (d *decoder) bytes() []byte {
	n := d.count()
	v := d.b[:n:n]
	d.b = d.b[n:]
	return v
}

// severities reads the counts that a head with its flag holds.
func (d *decoder) severities(flags byte) (own severityCounts) {
	if flags&flagSeverities == 0 {
		return own
	}
	for i := range own {
		own[i] = d.count()
	}
	return own
}

// waived reads the counts of waived findings that a head with its flag holds.
func (d *decoder) waived(flags byte) (c findingCounts) {
	if flags&flagWaived != 0 {
		c.all = d.count()
		c.own = d.severities(flags)
	}
	return c
}

// severity reads a finding's own severity.
func (d *decoder) severity() crm.Severity {
	switch at := int(d.byte()); {
	case at == 0:
		return ""
	case at <= len(severities):
		return severities[at-1]
	}
	d.fail(errors.New("a severity is none of those known"))
	return ""
}

func (d *decoder) text() string { return string(d.bytes()) }

func (d *decoder) params() []crm.Param {
	n := d.count()
	if n == 0 {
		return nil
	}
	params := make([]crm.Param, n)
	for i := range params {
		params[i] = crm.Param{Key: d.text(), Value: d.text()}
	}
	return params
}

func (d *decoder) skipParams() {
	for range 2 * d.count() {
		d.bytes()
	}
}

func (d *decoder) finding(f *crm.Finding, rule string) {
	f.Rule, f.Code = rule, d.text()
	if f.Code == "" {
		f.Code = rule
	}
	f.Path, f.RowID = d.text(), d.text()
	f.Since = unpackTime(d.uvarint())
	f.Params = d.params()
	n := d.uvarint()
	switch {
	case n == 0:
	case n-1 > uint64(len(d.b)):
		d.fail(errCutShort)
	default:
		f.Suggest = append([]byte{}, d.b[:n-1]...)
		d.b = d.b[n-1:]
	}
}
