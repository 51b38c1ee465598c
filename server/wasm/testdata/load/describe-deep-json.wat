;; bad_description: 200,000 brackets inside one another
(module
  (memory (export "memory") 64)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  ;; 2048 a finding with code "wicked"
  (data (i32.const 2048) "\0c\00\00\00\01\01\06\00\00\00wicked")
  ;; 3072 the answer of assay_configure
  (data (i32.const 3072) "\00\00\00\00\00\00\00\00")
  (global $heap (mut i32) (i32.const 8192))
  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_describe") (result i64)
    (memory.fill (i32.const 1048576) (i32.const 91) (i32.const 200000))
    (i64.or (i64.const 0x10000000000000) (i64.const 200000)))
  (func (export "assay_alloc") (param $size i32) (result i32)
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (i32.sub (global.get $heap) (local.get $size)))
  (func (export "assay_configure") (param $check i32) (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0xc0000000008))
  (func (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0x80000000010))
)
