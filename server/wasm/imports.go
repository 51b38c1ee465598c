package wasm

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

type importName struct{ module, name string }

// hostFunction is the type of a function that modules may import.
type hostFunction = instrument.FuncType

var (
	logType  = hostFunction{Params: []byte{instrument.I32, instrument.I32}}
	callType = hostFunction{Params: []byte{instrument.I32, instrument.I32, instrument.I32}, Results: []byte{instrument.I64}}
)

// offerImports makes the host functions and notes their types in h.imports.
func (h *Host) offerImports(ctx context.Context) error {
	if h.config.Profile {
		ctx = experimental.WithFunctionListenerFactory(ctx, hostFunctions{})
	}
	own := h.runtime.NewHostModuleBuilder(abi.ImportModule)
	own.NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(guestLog), valueTypes(logType.Params), valueTypes(logType.Results)).
		Export(abi.ImportLog)
	own.NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(guestCall), valueTypes(callType.Params), valueTypes(callType.Results)).
		Export(abi.ImportCall)

	wasi := h.runtime.NewHostModuleBuilder(abi.WASIModule)
	if err := exportWASI(ctx, h.runtime, wasi); err != nil {
		return fmt.Errorf("host module %s: %w", abi.WASIModule, err)
	}

	h.imports = map[importName]hostFunction{}
	for module, builder := range map[string]wazero.HostModuleBuilder{abi.ImportModule: own, abi.WASIModule: wasi} {
		compiled, err := builder.Compile(ctx)
		if err != nil {
			return fmt.Errorf("host module %s: %w", module, err)
		}
		for name, f := range compiled.ExportedFunctions() {
			h.imports[importName{module, name}] = hostFunction{Params: bytesOf(f.ParamTypes()), Results: bytesOf(f.ResultTypes())}
		}
		if _, err := h.runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig()); err != nil {
			return fmt.Errorf("host module %s: %w", module, err)
		}
	}
	return nil
}

func valueTypes(encoded []byte) []api.ValueType {
	types := make([]api.ValueType, len(encoded))
	for i, t := range encoded {
		types[i] = api.ValueType(t)
	}
	return types
}

func bytesOf(types []api.ValueType) []byte {
	encoded := make([]byte, len(types))
	for i, t := range types {
		encoded[i] = byte(t)
	}
	return encoded
}

// instanceKey finds the calling instance in the context of a host function.
type instanceKey struct{}

func caller(ctx context.Context) *instance { return ctx.Value(instanceKey{}).(*instance) }

// hostTrap ends the guest's call with a trap: host functions panic with it, wazero unwinds.
type hostTrap string

func (t hostTrap) Error() string { return string(t) }

// guestBytes returns guest memory, or traps.
func guestBytes(mod api.Module, function string, pointer, length uint32) []byte {
	if length == 0 {
		return nil
	}
	b, ok := memoryBytes(mod, pointer, length)
	if !ok {
		panic(hostTrap(fmt.Sprintf("%s: %d bytes at address %d are outside the module's memory", function, length, pointer)))
	}
	return b
}

// memoryBytes is false for a module without memory, too.
func memoryBytes(mod api.Module, pointer, length uint32) ([]byte, bool) {
	memory := mod.Memory()
	if memory == nil {
		return nil, false
	}
	return memory.Read(pointer, length)
}

// guestLog is assay.log(ptr i32, len i32).
func guestLog(ctx context.Context, mod api.Module, stack []uint64) {
	in := caller(ctx)
	message := guestBytes(mod, "assay.log", uint32(stack[0]), uint32(stack[1]))
	in.gauge.take(meter.LogByte * int64(len(message)))
	in.output.message(message)
}

// guestCall is assay.call(fn i32, ptr i32, len i32) i64.
func guestCall(ctx context.Context, mod api.Module, stack []uint64) {
	fn, pointer, length := uint32(stack[0]), uint32(stack[1]), uint32(stack[2])
	in := caller(ctx)
	switch fn {
	case abi.CallNow:
		stack[0] = uint64(in.clock.now.UnixMilli())
	case abi.CallMatch:
		stack[0] = uint64(in.match(mod, pointer, length))
	case abi.CallDoubleText:
		stack[0] = uint64(in.doubleText(mod, pointer, length))
	case abi.CallParseDouble:
		stack[0] = uint64(in.parseDouble(mod, pointer, length))
	case abi.CallZoneOffset:
		stack[0] = uint64(in.zoneOffset(mod, pointer, length))
	case abi.CallPhone:
		stack[0] = in.phone(mod, pointer, length)
	default:
		panic(hostTrap(fmt.Sprintf("assay.call: there is no function %d", fn)))
	}
}

// guestArgument returns the argument of a function of assay.call, or traps.
func guestArgument(mod api.Module, function string, pointer, length, want uint32) []byte {
	if length != want {
		panic(hostTrap(fmt.Sprintf("%s: the argument is %d bytes long, want %d", function, length, want)))
	}
	return guestBytes(mod, function, pointer, length)
}

// match is abi.CallMatch.
func (in *instance) match(mod api.Module, pointer, length uint32) int64 {
	arg := guestArgument(mod, "assay.call match", pointer, length, abi.MatchArgument)
	u32 := binary.LittleEndian.Uint32
	pattern := guestBytes(mod, "assay.call match: pattern", u32(arg), u32(arg[4:]))
	text := guestBytes(mod, "assay.call match: text", u32(arg[8:]), u32(arg[12:]))
	known := &in.module.host.patterns
	p, kept := known.find(in.module, pattern)
	in.gauge.take(meter.Match + meter.PatternByte*int64(len(pattern)) + meter.PatternWork*int64(p.work))
	if !kept {
		known.keep(in.module, p)
	}
	in.gauge.take(meter.PatternNode * int64(p.size))
	re := p.compiled()
	if re == nil {
		return -1
	}
	in.gauge.take(meter.MatchStep * int64(p.size) * int64(len(text)))
	if re.Match(text) {
		return 1
	}
	return 0
}

// phone is abi.CallPhone.
func (in *instance) phone(mod api.Module, pointer, length uint32) uint64 {
	valid := in.module.host.config.Phone
	if valid == nil {
		panic(hostTrap("assay.call phone: this host knows nothing of phone numbers"))
	}
	if length != abi.PhoneArgument {
		panic(hostTrap(fmt.Sprintf("assay.call phone: the argument is %d bytes long, want %d", length, abi.PhoneArgument)))
	}
	arg := guestBytes(mod, "assay.call phone", pointer, length)
	u32 := binary.LittleEndian.Uint32
	text := guestBytes(mod, "assay.call phone: text", u32(arg), u32(arg[4:]))
	country := guestBytes(mod, "assay.call phone: country", u32(arg[8:]), u32(arg[12:]))
	size := len(text) + len(country)
	if size > abi.MaxPhoneBytes {
		return 0
	}
	in.gauge.take(meter.Phone + meter.PhoneByte*int64(size))
	if valid(string(text), string(country)) {
		return 1
	}
	return 0
}
