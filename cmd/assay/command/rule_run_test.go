package command

import (
	"context"
	"io"
	"testing"
)

// Whoever stops reading an export leaves nothing of it behind: neither a write that nobody takes nor a server that is
// still asked.
func TestAnExportEndsWhenItIsClosed(t *testing.T) {
	for name, export := range map[string]func(context.Context, io.Writer) error{
		"writing": func(_ context.Context, w io.Writer) (err error) {
			for err == nil {
				_, err = w.Write([]byte("{}\n"))
			}
			return err
		},
		"waiting": func(ctx context.Context, _ io.Writer) error {
			<-ctx.Done()
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			ended := false
			e := startExport(t.Context(), func(ctx context.Context, w io.Writer) error {
				defer func() { ended = true }()
				return export(ctx, w)
			})
			if err := e.Close(); err != nil || !ended {
				t.Errorf("ended: %v; %v", ended, err)
			}
		})
	}
}

// The end of an export, and what ended it, reach the reader.
func TestAnExportIsRead(t *testing.T) {
	e := startExport(t.Context(), func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "{}\n")
		return io.ErrUnexpectedEOF
	})
	if text, err := io.ReadAll(e); string(text) != "{}\n" || err != io.ErrUnexpectedEOF {
		t.Errorf("%q, %v", text, err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
