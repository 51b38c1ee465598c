package author

import (
	"context"
	"log/slog"
)

// tap is the log handler of a project's modules: it keeps what is logged while a case is tried, and hands
// everything on.
type tap struct {
	next  slog.Handler // nil: nobody
	texts *[]string    // nil: no case is tried
}

func (t *tap) begin() { t.texts = new([]string) }

func (t *tap) end() []string {
	texts := *t.texts
	t.texts = nil
	return texts
}

// Enabled implements slog.Handler.
func (t *tap) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (t *tap) Handle(ctx context.Context, record slog.Record) error {
	if t.texts != nil {
		record.Attrs(func(a slog.Attr) bool {
			if a.Key == "text" {
				*t.texts = append(*t.texts, a.Value.String())
			}
			return true
		})
	}
	if t.next == nil || !t.next.Enabled(ctx, record.Level) {
		return nil
	}
	return t.next.Handle(ctx, record)
}

// WithAttrs implements slog.Handler; the host's records bear all they say themselves.
func (t *tap) WithAttrs([]slog.Attr) slog.Handler { return t }

// WithGroup implements slog.Handler.
func (t *tap) WithGroup(string) slog.Handler { return t }
