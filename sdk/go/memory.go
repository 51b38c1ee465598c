package assay

import "assay/sdk/go/internal/abi"

// hostMemory returns memory for the host, or nil when there cannot be so much. Whether there is as much as that only making it
// shows: Go's runtime ends the module where there is none.
func hostMemory(size uint32) []uint64 {
	if size > abi.MaxMemory {
		return nil
	}
	return make([]uint64, (size+7)/8)
}
