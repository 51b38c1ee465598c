package bench

import "testing"

func TestReadable(t *testing.T) {
	for name, want := range map[string]string{
		"_ZN1r5inner12Foo$LT$T$GT$3mix17h11bc930f6933a52bE": "r::inner::Foo<T>::mix", // Rust
		"_RNvCs1234_7mycrate3foo":                           "mycrate::foo",          // Rust, the newer way
		"_ZN3foo3barEv":                                     "foo::bar()",            // C++
		"runtime.mallocgc":                                  "runtime.mallocgc",
		"assembly/index/check":                              "assembly/index/check",
		"func[12]":                                          "func[12]",
		"(deeper calls)":                                    "(deeper calls)",
	} {
		if got := readable(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
