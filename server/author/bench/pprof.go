package bench

import (
	"io"
	"slices"

	pprof "github.com/google/pprof/profile"
)

// WritePprof writes profiles in the format of pprof: `go tool pprof` shows them, by fuel and by calls, and tells the
// rules apart by the label "rule".
func WritePprof(w io.Writer, profiles []Profile) error {
	file := &pprof.Profile{
		SampleType:        []*pprof.ValueType{{Type: "calls", Unit: "count"}, {Type: "fuel", Unit: "units"}},
		DefaultSampleType: "fuel",
	}
	places := map[string]*pprof.Location{}
	place := func(function string) *pprof.Location {
		if l := places[function]; l != nil {
			return l
		}
		id := uint64(len(places)) + 1
		f := &pprof.Function{ID: id, Name: readable(function), SystemName: function}
		l := &pprof.Location{ID: id, Line: []pprof.Line{{Function: f}}}
		file.Function, file.Location = append(file.Function, f), append(file.Location, l)
		places[function] = l
		return l
	}
	for i := range profiles {
		p := &profiles[i]
		ways := make([][]*pprof.Location, len(p.frames)) // each from its function outwards
		for at, f := range p.frames {
			way := []*pprof.Location{place(f.Function)}
			if f.Caller >= 0 {
				way = slices.Concat(way, ways[f.Caller])
			}
			ways[at] = way
			file.Sample = append(file.Sample, &pprof.Sample{Location: way, Value: []int64{f.Calls, f.Self}, Label: map[string][]string{"rule": {p.Rule}}})
		}
	}
	if err := file.CheckValid(); err != nil {
		return err
	}
	return file.Write(w)
}
