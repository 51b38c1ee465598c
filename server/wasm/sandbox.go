package wasm

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

// clock is the time a guest sees: the wall clock stands still at the evaluation time, the
// monotonic clock moves a tick whenever it is read. Go's runtime stalls under one that does not.
type clock struct {
	now       time.Time
	monotonic int64 // nanoseconds
}

const tick = int64(time.Microsecond)

// standing is the wall clock outside of evaluations.
var standing = time.Unix(0, 0)

func (c *clock) wall() (sec int64, nsec int32) { return c.now.Unix(), int32(c.now.Nanosecond()) }

func (c *clock) nano() int64 {
	c.monotonic += tick
	return c.monotonic
}

// sleep returns at once. The clock is saturated: a guest may ask for 500 years, and again.
func (c *clock) sleep(ns int64) {
	if ns > 0 {
		c.monotonic += min(ns, (1<<62)-min(c.monotonic, 1<<62))
	}
}

// seed is the start of every guest's randomness.
var seed = [32]byte{'a', 's', 's', 'a', 'y'}

// moduleConfig is the sandbox of an instance: its clock, randomness and streams.
func (in *instance) moduleConfig(pipe io.ReadWriter) wazero.ModuleConfig {
	config := wazero.NewModuleConfig().
		WithName("").
		WithStartFunctions(). // the host calls them, under a budget
		WithWalltime(in.clock.wall, sys.ClockResolution(time.Millisecond)).
		WithNanotime(in.clock.nano, sys.ClockResolution(tick)).
		WithNanosleep(in.clock.sleep).
		WithRandSource(&in.random).
		WithStdout(&in.output).
		WithStderr(&in.output)
	if pipe != nil {
		config = config.WithStdin(pipe).WithStdout(pipe)
	}
	return config
}

// random is a guest's randomness.
type random struct {
	source *rand.ChaCha8
	used   bool
}

func (r *random) Read(b []byte) (int, error) {
	r.used = true
	return r.source.Read(b)
}

// rewind goes back to the first byte.
func (r *random) rewind() {
	if r.used {
		r.source.Seed(seed)
		r.used = false
	}
}

// Sizes and numbers of WASI, of poll_oneoff most of all.
const (
	subscriptionSize = 48
	eventSize        = 32
	maxSubscriptions = 1024
	eventClock       = 0
	clockAbsolute    = 1

	wasiSuccess      = 0
	wasiBadFile      = 8
	wasiFault        = 21
	wasiInvalid      = 28
	wasiNotDirectory = 54
	wasiNotSocket    = 57
	wasiUnsupported  = 58
	wasiNoSeek       = 70
)

// pollOneoff replaces wazero's poll_oneoff, which refuses absolute times and asks the real
// standard input: here every subscription is ready at once, and the monotonic clock has moved
// to the earliest time that was waited for.
func pollOneoff(ctx context.Context, mod api.Module, stack []uint64) {
	in, out, n, events := uint32(stack[0]), uint32(stack[1]), uint32(stack[2]), uint32(stack[3])
	guest := caller(ctx)
	guest.gauge.take(subscriptionCost * int64(n))
	stack[0] = uint64(poll(&guest.clock, mod, in, out, n, events))
}

func poll(c *clock, mod api.Module, in, out, n, events uint32) uint32 {
	if n == 0 || n > maxSubscriptions {
		return wasiInvalid
	}
	subscriptions, ok := memoryBytes(mod, in, n*subscriptionSize)
	if !ok {
		return wasiFault
	}
	answers, ok := memoryBytes(mod, out, n*eventSize)
	if !ok || !mod.Memory().WriteUint32Le(events, n) {
		return wasiFault
	}
	earliest := int64(-1)
	for i := range int(n) {
		// subscription: u64 userdata, u8 type, and for a clock at 16: u32 id, u64 timeout, u64 precision, u16 flags
		sub, answer := subscriptions[i*subscriptionSize:], answers[i*eventSize:]
		kind := sub[8]
		if wait := waitOf(c, sub); kind == eventClock && (earliest < 0 || wait < earliest) {
			earliest = wait
		}
		// event: u64 userdata, u16 error, u8 type
		userdata := binary.LittleEndian.Uint64(sub)
		clear(answer[:eventSize])
		binary.LittleEndian.PutUint64(answer, userdata)
		answer[10] = kind
	}
	c.sleep(earliest)
	return wasiSuccess
}

// waitOf returns how many nanoseconds a clock subscription waits.
func waitOf(c *clock, sub []byte) int64 {
	id := binary.LittleEndian.Uint32(sub[16:])
	timeout := int64(min(binary.LittleEndian.Uint64(sub[24:]), 1<<62))
	if binary.LittleEndian.Uint16(sub[40:])&clockAbsolute == 0 {
		return timeout
	}
	if id == 0 { // the wall clock
		return max(0, timeout-c.now.UnixNano())
	}
	return max(0, timeout-c.monotonic)
}
