package webhook

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/server/crm"
)

// letter is an event that a hook has still to send, or has given up. The tagged
// fields are what is stored of it.
type letter struct {
	Event    crm.Event `json:"event"`
	Attempts int       `json:"attempts,omitempty"` // that failed
	FirstAt  time.Time `json:"firstAt,omitzero"`   // of the attempts
	LastAt   time.Time `json:"lastAt,omitzero"`
	NextAt   time.Time `json:"nextAt,omitzero"` // when it is tried again
	Error    string    `json:"error,omitempty"` // of the last attempt
	Code     int       `json:"code,omitempty"`  // HTTP status of its answer, 0 for none
	Dead     bool      `json:"dead,omitempty"`  // given up

	stored bool // the store has it
	done   bool // it was sent, or thrown away
}

// id returns the webhook-id of an event of a hook: the same whenever it is sent,
// after a restart too, and another one for another event. The time tells events
// apart that have one number because a backup was restored between them.
func messageID(uid string, e *crm.Event) string {
	short := strings.ReplaceAll(uid, "-", "")
	return fmt.Sprintf("msg_%s_%d_%s", short[:min(12, len(short))], e.Seq, strconv.FormatInt(e.At.UnixMilli(), 36))
}

// line holds the letters of one client in the order of their events; the first
// is the next to be sent. Events that concern no client stand in a line of their own.
type line struct {
	client  int64
	letters []*letter
	busy    bool // the first is being sent
	place   int  // in the heap; -1 when it is not there
}

// blocked reports whether the first letter has failed before.
func (l *line) blocked() bool { return len(l.letters) > 0 && l.letters[0].Attempts > 0 }

// insert puts a letter where its event belongs, behind one that is being sent.
func (l *line) insert(x *letter) {
	from := 0
	if l.busy {
		from = 1
	}
	at, _ := slices.BinarySearchFunc(l.letters[from:], x, bySeq)
	l.letters = slices.Insert(l.letters, from+at, x)
}

func bySeq(a, b *letter) int { return cmp.Compare(a.Event.Seq, b.Event.Seq) }

// dueLines is a heap of lines by when their first letter may be sent, and then
// by its event. Lines whose letter is being sent are not in it.
type dueLines []*line

func (d dueLines) Len() int { return len(d) }
func (d dueLines) Less(i, j int) bool {
	a, b := d[i].letters[0], d[j].letters[0]
	return cmp.Or(a.NextAt.Compare(b.NextAt), bySeq(a, b)) < 0
}
func (d dueLines) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].place, d[j].place = i, j
}

// Push implements heap.Interface.
func (d *dueLines) Push(x any) {
	l := x.(*line)
	l.place = len(*d)
	*d = append(*d, l)
}

// Pop implements heap.Interface.
func (d *dueLines) Pop() any {
	last := len(*d) - 1
	l := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	l.place = -1
	return l
}

// settle puts a line where its first letter wants it to be.
func (d *dueLines) settle(l *line) {
	switch {
	case l.busy:
	case l.place >= 0:
		heap.Fix(d, l.place)
	default:
		heap.Push(d, l)
	}
}
