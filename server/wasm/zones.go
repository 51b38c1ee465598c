package wasm

import (
	"encoding/binary"
	"sync"
	"time"
	_ "time/tzdata" // time zones where the system has none

	"github.com/tetratelabs/wazero/api"

	"assay/sdk/abi"
	"assay/server/wasm/internal/meter"
)

// zones keeps the time zones that modules asked for. There are some 600 of them. The zero value is
// ready for use.
type zones struct{ known sync.Map } // string: *time.Location

// find returns the zone of a name, nil when there is none.
func (z *zones) find(name []byte) *time.Location {
	if known, ok := z.known.Load(string(name)); ok {
		return known.(*time.Location)
	}
	if !abi.IsZoneName(string(name)) {
		return nil
	}
	zone, err := time.LoadLocation(string(name))
	if err != nil {
		return nil
	}
	z.known.Store(string(name), zone)
	return zone
}

// zoneOffset is abi.CallZoneOffset.
func (in *instance) zoneOffset(mod api.Module, pointer, length uint32) int64 {
	arg := guestArgument(mod, "assay.call zone offset", pointer, length, abi.ZoneOffsetArgument)
	u32 := binary.LittleEndian.Uint32
	name := guestBytes(mod, "assay.call zone offset: name", u32(arg), u32(arg[4:]))
	in.gauge.take(meter.Zone)
	zone := in.module.host.zones.find(name)
	if zone == nil {
		in.gauge.take(meter.NoZone)
		return abi.NoZone
	}
	_, offset := time.Unix(int64(binary.LittleEndian.Uint64(arg[8:])), 0).In(zone).Zone()
	return int64(offset)
}
