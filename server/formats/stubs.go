package formats

import "io"

func newXLSX(r io.Reader, o Options) (source, error)  { return nil, nil }
func newVCard(r io.Reader, o Options) (source, error) { return nil, nil }
