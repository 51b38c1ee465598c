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

// wasiSizes are the functions whose work depends on their arguments. With poll_oneoff the host
// itself bounds the number of subscriptions.
var wasiSizes = map[string]sizes{
	"fd_pread":                {buffers: 1},
	"fd_pwrite":               {buffers: 1},
	"fd_read":                 {buffers: 1},
	"fd_write":                {buffers: 1},
	"sock_recv":               {buffers: 1},
	"sock_send":               {buffers: 1},
	"fd_prestat_dir_name":     {lengths: []int{2}},
	"fd_readdir":              {lengths: []int{2}},
	"path_create_directory":   {lengths: []int{2}},
	"path_filestat_get":       {lengths: []int{3}},
	"path_filestat_set_times": {lengths: []int{3}},
	"path_link":               {lengths: []int{3, 6}},
	"path_open":               {lengths: []int{3}},
	"path_readlink":           {lengths: []int{2, 4}},
	"path_remove_directory":   {lengths: []int{2}},
	"path_rename":             {lengths: []int{2, 5}},
	"path_symlink":            {lengths: []int{1, 4}},
	"path_unlink_file":        {lengths: []int{2}},
	"random_get":              {lengths: []int{1}},
}

// subscriptionCost is what one of poll_oneoff's subscriptions costs, in fuel.
const subscriptionCost = 20

// exportWASI adds wazero's WASI, each function behind a charge, with a poll_oneoff of our own.
func exportWASI(ctx context.Context, from wazero.Runtime, to wazero.HostModuleBuilder) error {
	original := from.NewHostModuleBuilder(abi.WASIModule)
	wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(original)
	compiled, err := original.Compile(ctx)
	if err != nil {
		return err
	}
	for name, f := range compiled.ExportedFunctions() {
		function := api.GoModuleFunction(api.GoModuleFunc(pollOneoff))
		if name != "poll_oneoff" {
			function = charged(f.GoFunction().(api.GoModuleFunction), wasiSizes[name])
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
