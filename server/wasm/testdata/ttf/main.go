// Generates modules from random bytes with Binaryen's translate-to-fuzz mode and makes rule modules of
// them: half are grown around guests of ours, half get a small ABI, and in all of them assay_evaluate calls
// the generated functions by the first number of a card. Needs wasm-opt (Debian package binaryen, 108
// wrote the modules beside this file). From the repository's root:
//
//	go run ./server/wasm/testdata/ttf -n 300 -seed 1 -out server/wasm/testdata/ttf
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// all are the features of WebAssembly 2.0. Binaryen 108 takes a funcref for an externref, which makes half of
// the modules with references invalid: three modules of four are generated with safe features.
var (
	safe = strings.Fields("--mvp-features --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int --enable-bulk-memory --enable-simd")
	all  = append(safe[:len(safe):len(safe)], "--enable-reference-types", "--enable-multivalue")
)

// guests are grown around; "" is a module of random code only.
var guests = []string{"", "server/wasm/testdata/guest.wasm", "", "server/wasm/testdata/hostile/none.wasm",
	"", "server/wasm/testdata/hostile/cpu-calls.wasm", "", "server/wasm/testdata/hostile/memory-grow.wasm"}

func main() {
	n := flag.Int("n", 100, "how many modules")
	seed := flag.Uint64("seed", 1, "of the random bytes")
	most := flag.Int("bytes", 2000, "random bytes a module at most")
	limit := flag.Int("size", 4000, "skip larger modules, in bytes")
	out := flag.String("out", "", "folder for the modules")
	flag.Parse()
	scratch, err := os.MkdirTemp("", "ttf-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	for made, try := 0, uint64(0); made < *n; try++ {
		random := rand.New(rand.NewPCG(*seed, try))
		guest := guests[try%uint64(len(guests))]
		features := safe
		if random.IntN(4) == 0 {
			features = all
		}
		module, err := generate(random, scratch, guest, *most, features)
		if err != nil {
			log.Printf("seed %d.%d: %v", *seed, try, err)
			continue
		}
		if len(module) > *limit {
			continue
		}
		if err := os.WriteFile(filepath.Join(*out, fmt.Sprintf("%d-%03d.wasm", *seed, try)), module, 0o644); err != nil {
			log.Fatal(err)
		}
		made++
	}
}

// generate makes one module in the scratch folder.
func generate(random *rand.Rand, scratch, guest string, most int, features []string) ([]byte, error) {
	input := make([]byte, 50+random.IntN(most))
	for i := range input {
		input[i] = byte(random.Uint32())
	}
	in, text, out := filepath.Join(scratch, "in"), filepath.Join(scratch, "module.wat"), filepath.Join(scratch, "module.wasm")
	if err := os.WriteFile(in, input, 0o600); err != nil {
		return nil, err
	}
	args := append(features[:len(features):len(features)], "-ttf", in, "-S", "-o", text)
	if guest != "" {
		args = append(args, "--initial-fuzz="+guest)
	}
	if err := wasmOpt(args...); err != nil {
		return nil, err
	}
	generated, err := os.ReadFile(text)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(text, []byte(asRule(string(generated), guest != "")), 0o600); err != nil {
		return nil, err
	}
	if err := wasmOpt(append(all[:len(all):len(all)], text, "-o", out)...); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

func wasmOpt(args ...string) error {
	var said bytes.Buffer
	run := exec.Command("wasm-opt", args...)
	run.Stderr = &said
	if err := run.Run(); err != nil {
		return fmt.Errorf("wasm-opt %s: %w\n%s", strings.Join(args, " "), err, said.Bytes())
	}
	return nil
}

var (
	logging   = regexp.MustCompile(`\(import "fuzzing-support" "[^"]*" (\(func [^()]*(\([^()]*\) ?)*\))\)`)
	hangLimit = regexp.MustCompile(`(?m)^ \(global (\S+) \(mut i32\) \(i32\.const 10\)\)$`)
	defined   = regexp.MustCompile(`(?m)^ \(func (\$\S+)((?: \((?:param|result) [^()]*\))*)$`)
	signature = regexp.MustCompile(`\((param|result) ([^()]*)\)`)
	evaluate  = regexp.MustCompile(`(?m)^ \(export "assay_evaluate" \(func (\$\S+)\)\)$`)
)

// ownABI makes a rule module of a module that has a memory.
const ownABI = ` (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
 (data (i32.const 2048) "\0c\00\00\00\01\01\06\00\00\00wicked")
 (data (i32.const 3072) "\00\00\00\00\00\00\00\00")
 (global $heap (mut i32) (i32.const 8192))
 (export "assay_abi" (func $abi))
 (export "assay_describe" (func $describe))
 (export "assay_alloc" (func $alloc))
 (export "assay_configure" (func $configure))
 (func $abi (result i32) (i32.const 1))
 (func $describe (result i64) (i64.const 0x40000000038))
 (func $alloc (param $size i32) (result i32)
  (global.set $heap (i32.add (global.get $heap) (local.get $size)))
  (i32.sub (global.get $heap) (local.get $size)))
 (func $configure (param i32 i32 i32) (result i64) (i64.const 0xc0000000008))
`

// asRule makes a rule module of generated text: what it logs goes nowhere, its hang limit is far, it has
// the ABI, and its assay_evaluate begins with a call of the generated function that a card names.
func asRule(text string, isGuest bool) string {
	text = logging.ReplaceAllString(text, "$1")
	text = hangLimit.ReplaceAllString(text, " (global $1 (mut i32) (i32.const 100000))")
	calls, n := "", 0
	for _, f := range defined.FindAllStringSubmatch(text, -1) {
		calls += fmt.Sprintf("  (if (i32.eq (local.get $which) (i32.const %d)) (then %s))\n", n, callOf(f[1], f[2]))
		n++
	}
	answer := "(i64.const 0x80000000010)"
	if found := evaluate.FindStringSubmatch(text); found != nil {
		text = evaluate.ReplaceAllString(text, "")
		answer = fmt.Sprintf("(call %s (local.get $handle) (local.get $ptr) (local.get $len))", found[1])
	}
	// Binaryen 108 reads an if's arm without the word then.
	calls = strings.ReplaceAll(calls, "(then ", "(block ")
	own := ownABI
	if isGuest {
		own = ""
	}
	own += fmt.Sprintf(` (export "assay_evaluate" (func $which))
 (func $which (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
  (local $which i32)
  (local.set $which (i32.rem_u (i32.load (local.get $ptr)) (i32.const %d)))
%s  %s)
`, max(n, 1), calls, answer)
	at := strings.LastIndex(text, ")")
	return text[:at] + own + ")\n"
}

// zero is an argument of each type.
var zero = map[string]string{
	"i32": "(local.get $len)", "i64": "(i64.const -1)", "f32": "(f32.const 1.5)", "f64": "(f64.const -0)", "v128": "(v128.const i32x4 1 2 3 4)",
	"funcref": "(ref.null func)", "externref": "(ref.null extern)", "anyref": "(ref.null any)",
}

// callOf calls a function and drops its results.
func callOf(name, header string) string {
	arguments, results := "", 0
	for _, part := range signature.FindAllStringSubmatch(header, -1) {
		types := strings.Fields(part[2])
		if part[1] == "result" {
			results += len(types)
			continue
		}
		for _, t := range types {
			if !strings.HasPrefix(t, "$") {
				arguments += " " + zero[t]
			}
		}
	}
	call := "(call " + name + arguments + ")"
	if results > 1 {
		return "(nop)" // dropping several is not said in one expression
	}
	if results == 1 {
		return "(drop " + call + ")"
	}
	return call
}
