;; fuel, wicked: makes up patterns with classes of properties
(module
  (import "assay" "call" (func $call (param i32 i32 i32) (result i64)))
  (memory (export "memory") 16)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  ;; 2048 a finding with code "wicked"
  (data (i32.const 2048) "\0c\00\00\00\01\01\06\00\00\00wicked")
  ;; 3072 the answer of assay_configure
  (data (i32.const 3072) "\00\00\00\00\00\00\00\00")
  (global $heap (mut i32) (i32.const 8192))
  (data (i32.const 65536) "AAAA[\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL\5cPL\5cpL]")
  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_describe") (result i64) (i64.const 0x40000000038))
  (func (export "assay_alloc") (param $size i32) (result i32)
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (i32.sub (global.get $heap) (local.get $size)))
  (func (export "assay_configure") (param i32 i32 i32) (result i64)
    (i64.const 0xc0000000008))
  (func (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (local $n i32)
    (if (i32.eq (i32.load8_u offset=56 (local.get $ptr)) (i32.const 2)) (then
      (i32.store (i32.const 4096) (i32.const 65536))
      (i32.store (i32.const 4100) (i32.const 120))
      (loop $again
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (i32.store (i32.const 65536) (i32.or (i32.and (local.get $n) (i32.const 0x0f0f0f0f)) (i32.const 0x40404040)))
        (drop (call $call (i32.const 2) (i32.const 4096) (i32.const 16)))
        (br $again))))
    (i64.const 0x80000000010))
)
