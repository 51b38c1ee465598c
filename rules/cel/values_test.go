package cel_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"assay/sdk/abi"
)

// The text of a value: its kind and all of it, the entries of maps in order. Modules that
// CompileValue made write it (dump.c); dump writes it of the oracle's values.

func dump(v ref.Val) string {
	switch v := v.(type) {
	case types.Null:
		return "n"
	case types.Bool:
		if v {
			return "b1"
		}
		return "b0"
	case types.Int:
		return fmt.Sprintf("i%016x", uint64(v))
	case types.Uint:
		return fmt.Sprintf("u%016x", uint64(v))
	case types.Double:
		return dumpDouble(math.Float64bits(float64(v)))
	case types.String:
		return fmt.Sprintf("s%08x%x", len(v), string(v))
	case types.Bytes:
		return fmt.Sprintf("y%08x%x", len(v), []byte(v))
	case types.Timestamp:
		return fmt.Sprintf("T%08x%016x", v.Nanosecond()%1e6, uint64(v.UnixMilli()))
	case types.Duration:
		return fmt.Sprintf("D%016x", uint64(v.Duration))
	case *types.Optional:
		if v.HasValue() {
			return "o1" + dump(v.GetValue())
		}
		return "o0"
	case *object:
		return "r"
	case traits.Lister:
		var parts []string
		for it := v.Iterator(); it.HasNext() == types.True; {
			parts = append(parts, dump(it.Next()))
		}
		return fmt.Sprintf("l%08x%s", len(parts), strings.Join(parts, ""))
	case traits.Mapper:
		var parts []string
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			parts = append(parts, dump(key)+dump(v.Get(key)))
		}
		slices.Sort(parts)
		return fmt.Sprintf("m%08x%s", len(parts), strings.Join(parts, ""))
	}
	return fmt.Sprintf("?%T", v)
}

func dumpDouble(bits uint64) string {
	if f := math.Float64frombits(bits); f != f {
		return "dNaN"
	}
	return fmt.Sprintf("d%016x", bits)
}

// canonical puts the entries of maps in a module's text in order.
func canonical(text string) (string, error) {
	r := &dumpReader{left: text}
	v := r.value()
	if r.left != "" {
		r.err = fmt.Errorf("%q is left", r.left)
	}
	return v, r.err
}

type dumpReader struct {
	left string
	err  error
}

func (r *dumpReader) take(n int) string {
	if n > len(r.left) {
		r.err, r.left = errors.New("the text is cut off"), ""
		return ""
	}
	taken := r.left[:n]
	r.left = r.left[n:]
	return taken
}

func (r *dumpReader) count() (string, int) {
	digits := r.take(8)
	n, err := strconv.ParseUint(digits, 16, 32)
	r.err = errors.Join(r.err, err)
	return digits, int(n)
}

func (r *dumpReader) value() string {
	if r.err != nil {
		return ""
	}
	switch kind := r.take(1); kind {
	case "b":
		return kind + r.take(1)
	case "i", "u", "D":
		return kind + r.take(16)
	case "d":
		bits, err := strconv.ParseUint(r.take(16), 16, 64)
		r.err = errors.Join(r.err, err)
		return dumpDouble(bits)
	case "T":
		return kind + r.take(24)
	case "s", "y":
		digits, n := r.count()
		return kind + digits + r.take(2*n)
	case "o":
		if present := r.take(1); present == "1" {
			return "o1" + r.value()
		}
		return "o0"
	case "l", "m":
		digits, n := r.count()
		parts := make([]string, 0, min(n, 1000))
		for i := 0; i < n && r.err == nil; i++ {
			part := r.value()
			if kind == "m" {
				part += r.value()
			}
			parts = append(parts, part)
		}
		if kind == "m" {
			slices.Sort(parts)
		}
		return kind + digits + strings.Join(parts, "")
	default:
		return kind
	}
}

// valueOfModule evaluates a module that CompileValue made: the text of the value, or the error.
func valuesOfModule(t tester, module []byte, cards ...[]byte) (values, failures []string) {
	t.Helper()
	m, err := host.Load(context.Background(), module)
	if err != nil {
		t.Fatalf("does not load: %v", err)
	}
	defer m.Close(context.Background())
	for _, rows := range run(t, m, cards...) {
		value, failure := "", ""
		switch {
		case len(rows) == 1 && rows[0].Kind == abi.ResultError:
			failure = rows[0].Error
		case len(rows) == 1 && rows[0].Kind == abi.ResultFinding && len(rows[0].Params) == 1:
			value = rows[0].Params[0].Value
		default:
			t.Fatalf("results %+v", rows)
		}
		values, failures = append(values, value), append(failures, failure)
	}
	return values, failures
}

// longest is how much of a parameter's value a module returns.
const longest = 1000

// sameValue compares a module's text with the oracle's; one that is cut off by its beginning,
// unless the order of a map's entries hides it.
func sameValue(got, want string) error {
	if len(got) >= longest {
		if strings.HasPrefix(want, got) || strings.Contains(want, "m0") {
			return nil
		}
		return errors.New("their beginnings differ")
	}
	ordered, err := canonical(got)
	if err == nil && ordered != want {
		err = errors.New("they differ")
	}
	return err
}

// readable shows the texts in a value's text.
func readable(text string) string {
	var b strings.Builder
	for rest := text; rest != ""; {
		at := strings.IndexAny(rest, "s")
		if at < 0 || len(rest) < at+9 {
			b.WriteString(rest)
			break
		}
		n, err := strconv.ParseUint(rest[at+1:at+9], 16, 32)
		if err != nil || len(rest) < at+9+2*int(n) {
			b.WriteString(rest[:at+1])
			rest = rest[at+1:]
			continue
		}
		plain, _ := hex.DecodeString(rest[at+9 : at+9+2*int(n)])
		fmt.Fprintf(&b, "%s %q ", rest[:at], plain)
		rest = rest[at+9+2*int(n):]
	}
	return b.String()
}
