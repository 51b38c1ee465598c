package wasm

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
	"assay/server/wasm/internal/meter"
)

// doubleText is abi.CallDoubleText.
func (in *instance) doubleText(mod api.Module, pointer, length uint32) int64 {
	const name = "assay.call double text"
	arg := guestArgument(mod, name, pointer, length, abi.DoubleTextArgument)
	u32 := binary.LittleEndian.Uint32
	value, format := math.Float64frombits(binary.LittleEndian.Uint64(arg)), u32(arg[8:])
	in.gauge.take(meter.DoubleText)
	if format != 'e' && format != 'f' && format != 'g' {
		return -1
	}
	text := strconv.AppendFloat(make([]byte, 0, 32), value, byte(format), -1, 64)
	in.gauge.take(meter.HostByte * int64(len(text)))
	if room := u32(arg[16:]); uint64(len(text)) <= uint64(room) {
		copy(guestBytes(mod, name, u32(arg[12:]), uint32(len(text))), text)
	}
	return int64(len(text))
}

// parseDouble is abi.CallParseDouble.
func (in *instance) parseDouble(mod api.Module, pointer, length uint32) int64 {
	const name = "assay.call parse double"
	arg := guestArgument(mod, name, pointer, length, abi.ParseDoubleArgument)
	u32 := binary.LittleEndian.Uint32
	text := guestBytes(mod, name+": text", u32(arg), u32(arg[4:]))
	in.gauge.take(meter.ParseDouble + meter.ParseByte*int64(len(text)))
	value, err := strconv.ParseFloat(string(text), 64)
	if mayBeExact(text, value) {
		in.gauge.take(meter.ExactParse + meter.ExactByte*int64(min(len(text), meter.MaxExactBytes)))
	}
	if err != nil {
		return 0
	}
	binary.LittleEndian.PutUint64(guestBytes(mod, name, u32(arg[8:]), 8), math.Float64bits(value))
	return 1
}

// mayBeExact says whether strconv may have reckoned with all digits of a number: it has a fast way
// for 19 digits, but not for doubles below the least with 53 bits.
func mayBeExact(text []byte, value float64) bool {
	if len(text) > 19 {
		return true
	}
	return math.Abs(value) < 0x1p-1021 && (value != 0 || bytes.ContainsAny(text, "eE"))
}
