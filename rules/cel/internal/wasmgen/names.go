package wasmgen

// SetName names a function for the name section.
func (f *Func) SetName(name string) { f.title = name }

// Name is what SetName said.
func (f *Func) Name() string { return f.title }

// Forward adds a function that hands its parameters on to another and returns what that does.
func (m *Module) Forward(name string, to *Func) *Func {
	t := m.types[to.signature]
	f := m.Func(t.params, t.results)
	f.SetName(name)
	for i := range t.params {
		f.Do(f.Param(i))
	}
	f.Do(to)
	return f
}

// EncodeNamed is Encode with a name section behind it.
func (m *Module) EncodeNamed() []byte {
	out := m.Encode()
	var names []byte
	count := uint64(0)
	for _, f := range m.funcs {
		if f.title != "" {
			names = text(uleb(names, uint64(f.index)), f.title)
			count++
		}
	}
	names = append(uleb(nil, count), names...)
	const functions = 1
	body := text(nil, "name")
	body = append(body, functions)
	body = append(uleb(body, uint64(len(names))), names...)
	return append(uleb(append(out, 0), uint64(len(body))), body...)
}
