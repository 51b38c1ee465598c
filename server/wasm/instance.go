package wasm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
)

// maxHandles bounds the configured checks of an instance that is kept: guests have no way to
// forget one.
const maxHandles = 1024

// instance is a running module. It is for one goroutine at a time.
type instance struct {
	module *Module
	guest  api.Module
	memory api.Memory
	index  api.MutableGlobal // the record being evaluated

	alloc, configure, batch api.Function

	ctx     context.Context // leads host functions back here
	clock   clock
	output  output
	random  *rand.ChaCha8
	stack   [6]uint64 // parameters and result of a call
	handles map[abi.Configured]uint32

	cards, results, settings area
}

// area is guest memory that assay_alloc gave to the host; it is the host's as long as the
// instance lives.
type area struct{ pointer, size uint32 }

// start instantiates the module: its start function and _initialize run. The error is a *Fault.
func (m *Module) start(ctx context.Context) (*instance, error) {
	in := &instance{
		module:  m,
		clock:   clock{now: standing},
		output:  output{log: m.host.config.Log, digest: m.digest},
		random:  newRandom(),
		handles: map[abi.Configured]uint32{},
	}
	in.output.reset()
	in.ctx = context.WithValue(context.Background(), instanceKey{}, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	guest, err := m.host.runtime.InstantiateModule(in.ctx, m.compiled, in.moduleConfig())
	if err != nil {
		return nil, &Fault{Kind: FaultStartFailed, Detail: in.trapped(err), Err: err}
	}
	if guest.IsClosed() {
		return nil, &Fault{Kind: FaultStartFailed, Detail: "the module exited while it started"}
	}
	in.guest = guest
	in.memory = guest.Memory()
	in.index = guest.ExportedGlobal(instrument.ExportIndex).(api.MutableGlobal)
	in.alloc = guest.ExportedFunction(abi.ExportAlloc)
	in.configure = guest.ExportedFunction(abi.ExportConfigure)
	in.batch = guest.ExportedFunction(instrument.ExportBatch)
	return in, nil
}

func (in *instance) close() {
	in.output.flush()
	_ = in.guest.Close(in.ctx)
}

// trapped describes an error of a guest call in one line.
func (in *instance) trapped(err error) string {
	_, exited := errors.AsType[*sys.ExitError](err)
	return trapText(err, in.output.lastWords(exited))
}

// callOnce calls an export without parameters and with one result.
func (in *instance) callOnce(name string) (uint64, error) {
	if err := in.guest.ExportedFunction(name).CallWithStack(in.ctx, in.stack[:1]); err != nil {
		return 0, err
	}
	return in.stack[0], nil
}

// minArea is the least the host asks assay_alloc for; more is rounded up to a power of two, so
// that areas that grow leave less behind than they are large.
const minArea = 4 << 10

// reserve makes an area at least size bytes large. The error is a *Fault.
func (in *instance) reserve(a *area, size int) error {
	if uint32(size) <= a.size {
		return nil
	}
	if size > 1<<30 {
		return &Fault{Kind: FaultNoMemory, Detail: fmt.Sprintf("%d bytes are more than a module can take", size)}
	}
	want := uint32(max(minArea, 1<<bits.Len32(uint32(size-1))))
	in.stack[0] = uint64(want)
	if err := in.alloc.CallWithStack(in.ctx, in.stack[:1]); err != nil {
		return &Fault{Kind: FaultTrap, Detail: abi.ExportAlloc + ": " + in.trapped(err), Err: err}
	}
	pointer := uint32(in.stack[0])
	switch {
	case pointer == 0:
		return &Fault{Kind: FaultNoMemory, Detail: fmt.Sprintf("%s has no %d bytes", abi.ExportAlloc, want)}
	case pointer%8 != 0:
		return &Fault{Kind: FaultBadPointer, Detail: fmt.Sprintf("%s returned address %d, which is not a multiple of 8", abi.ExportAlloc, pointer)}
	case uint64(pointer)+uint64(want) > uint64(in.memory.Size()):
		return &Fault{Kind: FaultBadPointer, Detail: fmt.Sprintf("%s returned %d bytes at address %d, outside the module's memory", abi.ExportAlloc, want, pointer)}
	}
	got := area{pointer: pointer, size: want}
	for _, held := range [...]*area{&in.cards, &in.results, &in.settings} {
		if held != a && held.size > 0 && held.overlaps(got) {
			return &Fault{Kind: FaultBadPointer, Detail: fmt.Sprintf("%s returned address %d, which is inside memory it gave before", abi.ExportAlloc, pointer)}
		}
	}
	*a = got
	return nil
}

// place copies a batch into the instance and makes room for results. The error is a *Fault.
func (in *instance) place(batch *abi.Batch) error {
	if err := in.reserve(&in.cards, len(batch.Bytes())); err != nil {
		return err
	}
	if err := in.reserve(&in.results, abi.MaxResultsBytes); err != nil {
		return err
	}
	in.memory.Write(in.cards.pointer, batch.Bytes())
	in.random.Seed(seed)
	return nil
}

func (a area) overlaps(b area) bool {
	return uint64(a.pointer) < uint64(b.pointer)+uint64(b.size) && uint64(b.pointer) < uint64(a.pointer)+uint64(a.size)
}

// handle returns the handle of a configured check and configures it at its first use. The
// error is a *SettingsError or a *Fault.
func (in *instance) handle(c abi.Configured) (uint32, error) {
	if h, ok := in.handles[c]; ok {
		return h, nil
	}
	check := in.module.description.Check(c.Check)
	if check < 0 {
		return 0, &SettingsError{Check: c.Check, Text: "the module has no check of this name"}
	}
	settings := c.Settings
	if settings == "" {
		settings = abi.EmptySettings
	}
	if len(settings) > abi.MaxSettingsBytes {
		return 0, &SettingsError{Check: c.Check, Text: fmt.Sprintf("%d bytes, at most %d are allowed", len(settings), abi.MaxSettingsBytes)}
	}
	h, err := in.callConfigure(check, settings)
	if err != nil {
		return 0, err
	}
	in.handles[c] = h
	return h, nil
}

func (in *instance) callConfigure(check int, settings string) (uint32, error) {
	if err := in.reserve(&in.settings, len(settings)); err != nil {
		return 0, err
	}
	in.memory.WriteString(in.settings.pointer, settings)
	in.clock.now = standing
	in.stack[0], in.stack[1], in.stack[2] = uint64(check), uint64(in.settings.pointer), uint64(len(settings))
	if err := in.configure.CallWithStack(in.ctx, in.stack[:3]); err != nil {
		return 0, &Fault{Kind: FaultTrap, Detail: abi.ExportConfigure + ": " + in.trapped(err), Err: err}
	}
	pointer, length := abi.Unpack(in.stack[0])
	answer, ok := in.memory.Read(pointer, length)
	if !ok || length < abi.ConfigureHeader {
		return 0, &Fault{Kind: FaultBadPointer, Detail: fmt.Sprintf("%s returned %d bytes at address %d, want at least %d in the module's memory",
			abi.ExportConfigure, length, pointer, abi.ConfigureHeader)}
	}
	if status := binary.LittleEndian.Uint32(answer); status != abi.ConfigureOK {
		text := cut(string(answer[abi.ConfigureHeader:min(len(answer), abi.ConfigureHeader+abi.MaxConfigureText)]), abi.MaxConfigureText)
		if text == "" {
			text = fmt.Sprintf("the module refused them with status %d and no text", status)
		}
		return 0, &SettingsError{Check: in.module.description.Checks[check].Name, Text: text}
	}
	return binary.LittleEndian.Uint32(answer[4:]), nil
}

// run calls the batch loop for records first to count-1 and returns the record it stopped at,
// count when all are done. On an error the instance is unusable and the record is the one
// that failed.
func (in *instance) run(handle uint32, first, count int) (stopped int, err error) {
	in.index.Set(uint64(first))
	in.stack = [6]uint64{
		uint64(handle), uint64(in.cards.pointer), uint64(first), uint64(count),
		uint64(in.results.pointer), uint64(in.results.size),
	}
	if err := in.batch.CallWithStack(in.ctx, in.stack[:]); err != nil {
		return int(uint32(in.index.Get())), err
	}
	return int(uint32(in.stack[0])), nil
}
