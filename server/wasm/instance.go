package wasm

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

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
	gauge  gauge
	pages  uint32     // its limit of memory
	served *abi.Batch // the last one
	ended  bool       // it exited, or has a stack that is not worth keeping

	// With an image the instance runs the check of that image; without, all checks in turn.
	image   *image
	once    bool                // it cannot be restored, and must not be used again
	touched bool                // it differs from the image
	globals []api.MutableGlobal // of the module's own, as far as they can be set

	linear                  guestMemory
	alloc, configure, batch api.Function

	allowance *allowance      // while it is prepared
	ctx       context.Context // leads host functions back here
	clock     clock
	output    output
	random    random
	stack     [9]uint64                 // parameters and result of a call
	entry     [abi.BatchEntry]byte      // of a card that is placed alone
	handles   map[abi.Configured]uint32 // without their limits and isolation

	cards, results, settings area
	accepted                 abi.ResultsChecker
}

// area is guest memory that assay_alloc gave to the host; it is the host's as long as the
// instance lives.
type area struct{ pointer, size uint32 }

// start instantiates the module and runs its start function and _initialize. The error is a *Fault.
func (m *Module) start(ctx context.Context, pages uint32, a *allowance) (*instance, error) {
	in, err := m.instantiate(ctx, pages, nil)
	if err != nil {
		return nil, err
	}
	in.allowance = a
	if err := in.initialize(); err != nil {
		in.close()
		return nil, &Fault{Kind: FaultStartFailed, Detail: err.Detail, Err: err}
	}
	return in, nil
}

// instantiate makes an instance with this limit of memory, in which nothing has run yet. pipe is its standard
// input and output; nil: the input is empty and the output goes to the log. The error is a *Fault.
func (m *Module) instantiate(ctx context.Context, pages uint32, pipe io.ReadWriter) (*instance, error) {
	if m.memoryMin > pages {
		return nil, &Fault{Kind: FaultStartFailed, Detail: fmt.Sprintf(
			"the module starts with %d KiB of memory and the limit is %d KiB", m.memoryMin*64, pages*64)}
	}
	in := &instance{
		pages:   pages,
		linear:  guestMemory{limit: uint64(pages) * pageBytes},
		module:  m,
		clock:   clock{now: standing},
		output:  output{log: m.host.config.Log, digest: m.digest},
		random:  random{source: rand.NewChaCha8(seed)},
		handles: map[abi.Configured]uint32{},
	}
	in.output.reset()
	in.ctx = context.WithValue(context.Background(), instanceKey{}, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := in.linear.reserve(); err != nil {
		return nil, &Fault{Kind: FaultStartFailed, Detail: "the server has no memory for the module: " + err.Error(), Err: err}
	}
	guest, err := m.host.runtime.InstantiateModule(experimental.WithMemoryAllocator(in.ctx, &in.linear), m.compiled, in.moduleConfig(pipe))
	if err != nil {
		in.linear.release()
		return nil, &Fault{Kind: FaultStartFailed, Detail: trapText(err, ""), Err: err}
	}
	in.bind(guest)
	return in, nil
}

// initialize runs the start function and _initialize on one budget.
func (in *instance) initialize() *Fault {
	in.gauge.fill(in.allowance.budget(abi.StartFuel))
	defer func() { in.allowance.take(in.gauge.used()) }()
	for _, start := range [...]struct{ export, name string }{{instrument.ExportStart, "the start function"}, {abi.ExportInitialize, abi.ExportInitialize}} {
		f := in.guest.ExportedFunction(start.export)
		if f == nil {
			continue
		}
		if err := f.CallWithStack(in.ctx, nil); err != nil {
			return in.fault(start.name, err)
		}
		if in.guest.IsClosed() {
			return &Fault{Kind: FaultTrap, Detail: start.name + ": the module exited"}
		}
	}
	return nil
}

// bind finds the exports of a new instance.
func (in *instance) bind(guest api.Module) {
	in.guest = guest
	in.gauge = gaugeOf(guest)
	in.memory = guest.Memory()
	in.index = guest.ExportedGlobal(instrument.ExportIndex).(api.MutableGlobal)
	in.output.index = in.index
	in.alloc = guest.ExportedFunction(abi.ExportAlloc)
	in.configure = guest.ExportedFunction(abi.ExportConfigure)
	in.batch = guest.ExportedFunction(instrument.ExportBatch)
	in.globals = make([]api.MutableGlobal, len(in.module.state))
	for i, name := range in.module.state {
		in.globals[i] = guest.ExportedGlobal(name).(api.MutableGlobal)
	}
}

func (in *instance) close() {
	in.output.flush()
	_ = in.guest.Close(in.ctx)
	in.releaseMemory()
}

// releaseMemory gives back the memory of an instance that has ended.
func (in *instance) releaseMemory() {
	in.linear.release()
	in.image.release()
	in.image = nil
}

// callOnce calls an export without parameters and with one result. The error is a *Fault.
func (in *instance) callOnce(name string) (uint64, error) {
	if err := in.call(name, in.guest.ExportedFunction(name), abi.CallFuel, in.stack[:1]); err != nil {
		return 0, err
	}
	return in.stack[0], nil
}

// minArea is the least the host asks assay_alloc for; more is rounded up to a power of two, so
// that areas that grow leave less behind than they are large.
const minArea = 4 << 10

// areaFor is the size of the area the host asks for when it needs size bytes.
func areaFor(size int) uint32 { return uint32(max(minArea, 1<<bits.Len32(uint32(size-1)))) }

// reserve makes an area at least size bytes large. The error is a *Fault.
func (in *instance) reserve(a *area, size int) error {
	if uint32(size) <= a.size {
		return nil
	}
	if size > 1<<30 {
		return &Fault{Kind: FaultNoMemory, Detail: fmt.Sprintf("%d bytes are more than a module can take", size)}
	}
	want := areaFor(size)
	in.stack[0] = uint64(want)
	if err := in.prepareCall(abi.ExportAlloc, in.alloc, in.stack[:1]); err != nil {
		return err
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

// place copies a batch into the instance and makes room for results, those of a fused check's members. The
// error is a *Fault.
func (in *instance) place(batch *abi.Batch, members int) error {
	if err := in.reserve(&in.cards, len(batch.Bytes())); err != nil {
		return err
	}
	if err := in.reserve(&in.results, abi.MaxResultsBytes+4*members*batch.Len()); err != nil {
		return err
	}
	in.memory.Write(in.cards.pointer, batch.Bytes())
	in.served = batch
	in.random.rewind()
	return nil
}

// placeOne copies one card of a batch into an instance whose area for cards has room for it, as a
// batch of its own.
func (in *instance) placeOne(card []byte) {
	binary.LittleEndian.PutUint32(in.entry[:], abi.BatchEntry)
	binary.LittleEndian.PutUint32(in.entry[4:], uint32(len(card)))
	in.random.rewind()
	in.memory.Write(in.cards.pointer, in.entry[:])
	in.memory.Write(in.cards.pointer+abi.BatchEntry, card)
}

func (a area) overlaps(b area) bool {
	return uint64(a.pointer) < uint64(b.pointer)+uint64(b.size) && uint64(b.pointer) < uint64(a.pointer)+uint64(a.size)
}

// handle returns the handle of a configured check and configures it at its first use. The
// error is a *SettingsError or a *Fault.
func (in *instance) handle(c abi.Configured) (uint32, error) {
	c = abi.Configured{Check: c.Check, Settings: c.Settings}
	if h, ok := in.handles[c]; ok {
		return h, nil
	}
	h, err := in.configured(c.Check, c.Settings)
	if err != nil {
		return 0, err
	}
	in.handles[c] = h
	return h, nil
}

// configured configures a check and returns its handle. The error is a *SettingsError or a *Fault.
func (in *instance) configured(check, settings string) (uint32, error) {
	i := in.module.description.Check(check)
	if i < 0 {
		return 0, &SettingsError{Check: check, Text: "the module has no check of this name"}
	}
	if settings == "" {
		settings = abi.EmptySettings
	}
	if len(settings) > abi.MaxSettingsBytes {
		return 0, &SettingsError{Check: check, Text: fmt.Sprintf("%d bytes, at most %d are allowed", len(settings), abi.MaxSettingsBytes)}
	}
	return in.callConfigure(i, settings)
}

func (in *instance) callConfigure(check int, settings string) (uint32, error) {
	if err := in.reserve(&in.settings, len(settings)); err != nil {
		return 0, err
	}
	in.memory.WriteString(in.settings.pointer, settings)
	in.clock.now = standing
	in.stack[0], in.stack[1], in.stack[2] = uint64(check), uint64(in.settings.pointer), uint64(len(settings))
	if err := in.prepareCall(abi.ExportConfigure, in.configure, in.stack[:3]); err != nil {
		return 0, err
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
// count when all are done; over says that this record's results did not fit, else its turn has not
// come. On an error, a *Fault, the instance is unusable and the record is the one that failed.
func (in *instance) run(handle uint32, fuel int64, first, count int) (stopped int, over bool, err error) {
	in.index.Set(uint64(first))
	began, reserve := startLimits.Budget(fuel)
	in.stack = [9]uint64{
		uint64(handle), uint64(in.cards.pointer), uint64(first), uint64(count),
		uint64(in.results.pointer), uint64(in.results.size), uint64(began), uint64(reserve), stretchFuel,
	}
	err = in.call(abi.ExportEvaluate, in.batch, fuel, in.stack[:])
	last := int(uint32(in.index.Get()))
	if err != nil {
		return last, false, err
	}
	stopped = int(uint32(in.stack[0]))
	return stopped, stopped == last && stopped < count, nil
}
