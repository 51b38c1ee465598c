package wasm

import (
	"context"
	"encoding/binary"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"assay/sdk/abi"
	"assay/server/wasm/internal/meter"
)

// sizes says which parameters of a WASI function say how much work it is: lengths in bytes, or a
// list of buffers, whose lengths stand in the guest's memory.
type sizes struct {
	lengths []int
	buffers int // the parameter with the list's address, its length is the next; 0: none
}

// wasiOriginal are the functions that are wazero's own: those that change nothing in the instance that a
// restored guest could see. Their sizes are what their work depends on.
var wasiOriginal = map[string]sizes{
	"args_get":            {},
	"args_sizes_get":      {},
	"clock_res_get":       {},
	"clock_time_get":      {},
	"environ_get":         {},
	"environ_sizes_get":   {},
	"fd_fdstat_get":       {},
	"fd_filestat_get":     {},
	"fd_prestat_dir_name": {lengths: []int{2}},
	"fd_prestat_get":      {},
	"fd_read":             {buffers: 1},
	"fd_write":            {buffers: 1},
	"proc_exit":           {},
	"random_get":          {lengths: []int{1}},
	"sched_yield":         {},
}

// wasiAnswers are what functions answer for the three standard streams, whose state they would change or
// which are no such things; for other descriptors, which there are none of, all answer wasiBadFile.
// What is in neither list answers wasiNotDirectory, as one path_open and its like do.
var wasiAnswers = map[string]uint64{
	"fd_advise":           wasiNoSeek,
	"fd_allocate":         wasiNoSeek,
	"fd_close":            wasiSuccess,
	"fd_datasync":         wasiSuccess,
	"fd_fdstat_set_flags": wasiSuccess,
	"fd_pread":            wasiNoSeek,
	"fd_pwrite":           wasiNoSeek,
	"fd_renumber":         wasiUnsupported,
	"fd_seek":             wasiNoSeek,
	"fd_sync":             wasiSuccess,
	"fd_tell":             wasiNoSeek,
	"proc_raise":          wasiUnsupported,
	"sock_accept":         wasiNotSocket,
	"sock_recv":           wasiNotSocket,
	"sock_send":           wasiNotSocket,
	"sock_shutdown":       wasiNotSocket,

	"fd_fdstat_set_rights":  wasiUnsupported,
	"fd_filestat_set_size":  wasiUnsupported,
	"fd_filestat_set_times": wasiUnsupported,
}

// streams is the number of standard streams, the descriptors 0 to 2.
const streams = 3

// answering is a function whose first parameter is a descriptor, or for path_symlink the third.
func answering(name string) api.GoModuleFunction {
	answer, known := wasiAnswers[name]
	if !known {
		answer = wasiNotDirectory
	}
	descriptor := 0
	if name == "path_symlink" { // its target's path comes first
		descriptor = 2
	}
	return api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
		if uint32(stack[descriptor]) >= streams {
			stack[0] = wasiBadFile
			return
		}
		stack[0] = answer
	})
}

// subscriptionCost is what one of poll_oneoff's subscriptions costs, in fuel.
const subscriptionCost = 20

// exportWASI adds WASI: functions of wazero's, each behind a charge, and functions of our own for those
// that would leave something behind.
func exportWASI(ctx context.Context, from wazero.Runtime, to wazero.HostModuleBuilder) error {
	original := from.NewHostModuleBuilder(abi.WASIModule)
	wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(original)
	compiled, err := original.Compile(ctx)
	if err != nil {
		return err
	}
	for name, f := range compiled.ExportedFunctions() {
		var function api.GoModuleFunction
		if s, original := wasiOriginal[name]; original {
			function = charged(f.GoFunction().(api.GoModuleFunction), s)
		} else if name == "poll_oneoff" {
			function = api.GoModuleFunc(pollOneoff)
		} else {
			function = answering(name)
		}
		to.NewFunctionBuilder().WithGoModuleFunction(function, f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	return compiled.Close(ctx)
}

// charged puts the charge for its arguments before a function.
func charged(f api.GoModuleFunction, s sizes) api.GoModuleFunction {
	if s.lengths == nil && s.buffers == 0 {
		return f
	}
	return api.GoModuleFunc(func(ctx context.Context, mod api.Module, stack []uint64) {
		cost := int64(0)
		for _, i := range s.lengths {
			cost += meter.HostByte * int64(uint32(stack[i]))
		}
		gauge := &caller(ctx).gauge
		gauge.take(cost)
		if s.buffers > 0 {
			takeBuffers(gauge, mod, uint32(stack[s.buffers]), uint32(stack[s.buffers+1]))
		}
		f.Call(ctx, mod, stack)
	})
}

// takeBuffers charges for a list of buffers, which may all be the same: for the list before it is
// read, then for what it leads to.
func takeBuffers(g *gauge, mod api.Module, list, n uint32) {
	const entry = 8 // u32 pointer, u32 length
	g.take(entry * meter.HostByte * int64(n))
	if n > maxMemoryPages*pageBytes/entry {
		return // the function will find that the list lies outside the memory
	}
	entries, ok := memoryBytes(mod, list, n*entry)
	if !ok {
		return
	}
	for i := 0; i < len(entries); i += entry {
		g.take(meter.HostByte * int64(binary.LittleEndian.Uint32(entries[i+4:])))
	}
}
