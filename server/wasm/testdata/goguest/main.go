// A rule module in Go with no SDK: a finding for every client without a tax id. Build:
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o guest.wasm .
package main

import (
	"encoding/binary"
	"time"
	"unsafe"

	"assay/sdk/abi"
)

const ( // handles
	wasteful = iota + 1
	nosy
)

const description = `{"abi":1,"checks":[{"name":"tax-id","type":"Quality"}]}`

var (
	areas   [][]uint64 // memory the host holds: kept from the collector
	answer  [8]byte
	results []byte
	waste   []string
	last    string // card, of a nosy check
)

func main() {}

func packed(b []byte) uint64 {
	return abi.Pack(uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), uint32(len(b)))
}

func guest(at, length uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(uintptr(at))), length)
}

//go:wasmexport assay_abi
func version() uint32 { return abi.ModuleVersion }

//go:wasmexport assay_alloc
func alloc(size uint32) uint32 {
	area := make([]uint64, (size+7)/8)
	areas = append(areas, area)
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(area))))
}

//go:wasmexport assay_describe
func describe() uint64 { return packed([]byte(description)) }

//go:wasmexport assay_configure
func configure(check, at, length uint32) uint64 {
	binary.LittleEndian.PutUint32(answer[4:], 0)
	switch string(guest(at, length)) {
	case "{}":
	case `{"waste":true}`: // makes garbage in every call, so that a long run collects it many times
		binary.LittleEndian.PutUint32(answer[4:], wasteful)
	case `{"nosy":true}`: // tells each client what the one before was
		binary.LittleEndian.PutUint32(answer[4:], nosy)
	default:
		results = append(results[:0], 1, 0, 0, 0, 0, 0, 0, 0)
		results = append(results, "there is nothing to set"...)
		return packed(results)
	}
	return packed(answer[:])
}

//go:wasmexport assay_evaluate
func evaluate(handle, at, length uint32) uint64 {
	card := guest(at, length)
	switch string(card[:min(5, len(card))]) {
	case "panic":
		panic("this card is cursed")
	case "sleep": // keeps the scheduler, the clocks and poll_oneoff busy
		done := make(chan bool)
		go func() { time.Sleep(time.Hour); close(done) }()
		<-done
	}
	if handle == wasteful {
		waste = append(waste[:0:0], string(card), string(card))
	}
	if handle == nosy {
		before := last
		last = string(card)
		results = abi.AppendResult(results[:0], abi.ResultRow{Kind: abi.ResultFinding, Code: "tax-id", Path: "taxId",
			Params: []abi.Param{{Key: "before", Value: before}}})
		return packed(results)
	}
	client, err := abi.Open(card)
	if err == nil && client.TaxID() != "" {
		return 0
	}
	results = abi.AppendResult(results[:0], abi.ResultRow{Kind: abi.ResultFinding, Code: "tax-id", Path: "taxId",
		Params: []abi.Param{{Key: "bytes", Value: string(binary.AppendUvarint(nil, uint64(length&0x7f)))}}})
	return packed(results)
}
