package assay

import (
	"math"
	"unsafe"

	"assay/sdk/go/internal/abi"
)

// The imports of the module ABI. The arguments of callHost are pointers of 32 bits; the functions that make them are not split, so
// that no stack moves between the making and the call.

//go:wasmimport assay log
//go:noescape
func logText(text unsafe.Pointer, length uint32)

//go:wasmimport assay call
//go:noescape
func callHost(function uint32, argument unsafe.Pointer, length uint32) int64

func hostNow() int64 { return callHost(abi.CallNow, nil, 0) }

func hostLog(text string) { logText(unsafe.Pointer(unsafe.StringData(text)), uint32(len(text))) }

func hostMatch(pattern, text string) int { return int(callTexts(abi.CallMatch, pattern, text)) }

func hostPhone(text, country string) bool { return callTexts(abi.CallPhone, text, country) == 1 }

//go:nosplit
func callTexts(function uint32, a, b string) int64 {
	argument := [4]uint32{address(a), uint32(len(a)), address(b), uint32(len(b))}
	return callHost(function, unsafe.Pointer(&argument), uint32(unsafe.Sizeof(argument)))
}

//go:nosplit
func address(s string) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.StringData(s)))) }

func hostZone(zone string, ms int64) (seconds int64, ok bool) {
	seconds = callZone(zone, secondOf(ms))
	if seconds == abi.NoZone {
		return 0, false
	}
	return seconds, true
}

//go:nosplit
func callZone(zone string, second int64) int64 {
	argument := struct {
		name, length uint32
		second       int64
	}{address(zone), uint32(len(zone)), second}
	return callHost(abi.CallZoneOffset, unsafe.Pointer(&argument), uint32(unsafe.Sizeof(argument)))
}

// longestDouble has room for the longest double: 5e-324 in the format f.
const longestDouble = 1100

func hostFormat(value float64, format byte) string {
	var text [longestDouble]byte
	return string(text[:formatDouble(value, format, &text)])
}

//go:nosplit
func formatDouble(value float64, format byte, text *[longestDouble]byte) int64 {
	bits := math.Float64bits(value)
	argument := [5]uint32{uint32(bits), uint32(bits >> 32), uint32(format), uint32(uintptr(unsafe.Pointer(text))), longestDouble}
	return callHost(abi.CallDoubleText, unsafe.Pointer(&argument), uint32(unsafe.Sizeof(argument)))
}

//go:nosplit
func hostParse(text string) (value float64, ok bool) {
	argument := [3]uint32{address(text), uint32(len(text)), uint32(uintptr(unsafe.Pointer(&value)))}
	ok = callHost(abi.CallParseDouble, unsafe.Pointer(&argument), uint32(unsafe.Sizeof(argument))) == 1
	return value, ok
}
