package assay

import (
	"encoding/binary"
	"unsafe"

	"assay/sdk/go/internal/abi"
)

// What the host calls; sdk/abi/ABI.md describes it. The linker keeps these functions in every module that
// imports the package.

// areas is the memory that the host holds, kept from the collector.
var areas [][]uint64

// evaluators are configured checks by their handle.
var evaluators []evaluator

// answer holds what the last call of describe or configure returned.
var answer []byte

// judging is the report of the client that is being judged. Its room stands beside it, so that few pages of memory are
// written for a client: the host sets back each.
var judging struct {
	report Report
	rows   [8 << 10]byte
}

func init() { judging.report.rows = judging.rows[:0] }

//go:wasmexport assay_abi
func exportVersion() uint32 { return abi.ModuleVersion }

//go:wasmexport assay_alloc
func exportAlloc(size uint32) unsafe.Pointer {
	area := hostMemory(size)
	if area == nil {
		return nil
	}
	areas = append(areas, area)
	return unsafe.Pointer(unsafe.SliceData(area))
}

//go:wasmexport assay_describe
func exportDescribe() uint64 {
	answer = describe(checks)
	return packed(answer)
}

//go:wasmexport assay_configure
func exportConfigure(check uint32, settings unsafe.Pointer, length uint32) uint64 {
	// A copy, for the settings that keep parts of it: the host's memory is not theirs.
	evaluate, err := checks[check].configure(string(unsafe.Slice((*byte)(settings), length)))
	if err != nil {
		answer = refusal(err)
		return packed(answer)
	}
	evaluators = append(evaluators, evaluate)
	answer = acceptance(len(evaluators) - 1)
	return packed(answer)
}

//go:wasmexport assay_evaluate
func exportEvaluate(handle uint32, card unsafe.Pointer, length uint32) uint64 {
	report := &judging.report
	report.reset()
	evaluators[handle].judge(unsafe.Slice((*byte)(card), length), report)
	return packed(report.results())
}

// refusal returns the answer of assay_configure to settings that are refused.
func refusal(err error) []byte {
	return append(head(abi.ConfigureRefused, 0), err.Error()...)
}

// acceptance returns the answer of assay_configure with a handle.
func acceptance(handle int) []byte {
	return head(abi.ConfigureOK, handle)
}

func head(status uint32, handle int) []byte {
	b := make([]byte, abi.ConfigureHeader)
	binary.LittleEndian.PutUint32(b, status)
	binary.LittleEndian.PutUint32(b[4:], uint32(handle))
	return b
}

func packed(b []byte) uint64 {
	if len(b) == 0 {
		return 0
	}
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))<<32 | uint64(len(b))
}
