package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"assay/rules"
	"assay/server/api"
	"assay/server/crm"
	"assay/server/reconcile"
)

// watchObjects answers with the changes of the chosen objects as they happen.
func watchObjects(x *exchange, kind api.Kind, which rules.Selector) error {
	version, err := x.watchVersion()
	if err != nil {
		return err
	}
	release, err := x.place(x.streams)
	if err != nil {
		return err
	}
	watch, err := x.Reconciler.Watch(x.ctx, string(kind), which, version)
	if err != nil {
		release()
		if errors.Is(err, crm.ErrGone) {
			return refuse(api.CodeGone, "changes_gone")
		}
		return err
	}
	w := &watcher{exchange: x.detached(), watch: watch, kind: kind, lines: x.accepts(api.MediaNDJSON)}
	media := api.MediaEventStream
	if w.lines {
		media = api.MediaNDJSON
	}
	x.c.Set("X-Accel-Buffering", "no") // a proxy must not hold changes back
	ctx, cancel := context.WithCancel(x.watch)
	return x.stream(ctx, cancel, media, func(ctx context.Context, out io.Writer) error {
		defer release()
		defer watch.Close()
		return w.run(ctx, out)
	})
}

// watcher is one stream of changes.
type watcher struct {
	*exchange
	watch *reconcile.Watch
	kind  api.Kind
	lines bool // JSON lines in place of an event stream
}

// run writes changes until ctx ends or the reader is too slow, when its next
// attempt is told so.
func (w *watcher) run(ctx context.Context, out io.Writer) error {
	changes, mark := w.watch.First(), true
	for {
		if err := w.write(out, changes, mark); err != nil {
			return err
		}
		timed, cancel := context.WithTimeout(ctx, w.Heartbeat)
		var err error
		changes, err = w.watch.Next(timed)
		quiet := timed.Err() != nil
		cancel()
		switch {
		case ctx.Err() != nil || errors.Is(err, crm.ErrGone):
			return nil
		case err != nil && !quiet:
			return fmt.Errorf("read changes of %s objects after %d: %w", w.kind, w.watch.Version(), err)
		}
		mark = len(changes) == 0 // a sign of life
	}
}

// write sends changes and, with mark, how far the watch is.
func (w *watcher) write(out io.Writer, changes []reconcile.Change, mark bool) error {
	var b bytes.Buffer
	for _, c := range changes {
		if err := w.message(&b, string(c.Type), c.Version, c.Object); err != nil {
			return err
		}
	}
	if mark {
		bookmark, err := json.Marshal(map[string]any{"apiVersion": rules.APIVersion, "kind": w.kind,
			"metadata": map[string]string{"resourceVersion": strconv.FormatInt(w.watch.Version(), 10)}})
		if err != nil {
			return err
		}
		if err := w.message(&b, api.ChangeBookmark, w.watch.Version(), bookmark); err != nil {
			return err
		}
	}
	_, err := out.Write(b.Bytes())
	return err
}

// message writes one change. Version 0 is no place to go on from.
func (w *watcher) message(b *bytes.Buffer, kind string, version int64, object json.RawMessage) error {
	change := api.ObjectChange{Type: kind, Object: object}
	if version != 0 {
		change.ResourceVersion = strconv.FormatInt(version, 10)
	}
	line, err := marshal(change)
	if err != nil {
		return err
	}
	if w.lines {
		b.Write(line)
		return nil
	}
	if version != 0 {
		fmt.Fprintf(b, "id: %d\n", version)
	}
	fmt.Fprintf(b, "data: %s\n", line) // the line ends itself
	return nil
}
