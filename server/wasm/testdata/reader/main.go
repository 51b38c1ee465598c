// A rule module that reads every value of a card with the SDK for Go and puts them out as parameters of one
// finding. Build in a workspace of the repository and sdk/go:
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o reader.wasm .
package main

import (
	"encoding/binary"
	"unsafe"

	"assay/sdk/go"
	"assay/server/wasm/testdata/reader/flat"
)

const description = `{"abi":1,"checks":[{"name":"read","type":"Quality"}]}`

var (
	areas   [][]uint64 // memory the host holds: kept from the collector
	answer  [8]byte
	results []byte
)

func main() {}

func packed(b []byte) uint64 {
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))<<32 | uint64(len(b))
}

//go:wasmexport assay_abi
func version() uint32 { return 1 }

//go:wasmexport assay_alloc
func alloc(size uint32) uint32 {
	area := make([]uint64, (size+7)/8)
	areas = append(areas, area)
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(area))))
}

//go:wasmexport assay_describe
func describe() uint64 { return packed([]byte(description)) }

//go:wasmexport assay_configure
func configure(check, at, length uint32) uint64 { return packed(answer[:]) }

//go:wasmexport assay_evaluate
func evaluate(handle, at, length uint32) uint64 {
	card := unsafe.Slice((*byte)(unsafe.Pointer(uintptr(at))), length)
	client, err := assay.Open(card)
	if err != nil {
		client = assay.Client{}
	}
	results = append(results[:0], 0, 0, 0, 0, 1) // size, finding
	field(1, "read")
	for _, v := range flat.Values(projectClient(client)) {
		field(5, v.Path)
		field(6, v.Text)
	}
	binary.LittleEndian.PutUint32(results, uint32(len(results)-4))
	return packed(results)
}

func field(tag byte, text string) {
	results = append(results, tag)
	results = binary.LittleEndian.AppendUint32(results, uint32(len(text)))
	results = append(results, text...)
}

// project and projectStrings are what the generated projection stands on.
func project(out map[string]any, in, name string, value any) { out[in+"."+name] = value }

func projectStrings(l assay.Strings) []any {
	out := []any{}
	for i := range l.Len() {
		out = append(out, l.At(i))
	}
	return out
}
