// Package runtime holds what compiled rules call, written in C (src) and compiled to one
// WebAssembly object file. Package link takes from it the functions that a rule needs.
//
// The object is generated: clang 14 and "go generate" write it, byte by byte the same.
package runtime

import _ "embed" // of the object

// Object is the object file.
//
//go:generate go run ./gen
//go:generate clang --target=wasm32 -Oz -mllvm -disable-lsr -std=c11 -Wall -Wextra -Werror -Wno-parentheses -Wno-implicit-fallthrough -nostdlib -ffreestanding -fno-builtin -ffunction-sections -fdata-sections -mbulk-memory -msign-ext -mnontrapping-fptoint -c -o runtime.wasm src/all.c
//go:embed runtime.wasm
var Object []byte
