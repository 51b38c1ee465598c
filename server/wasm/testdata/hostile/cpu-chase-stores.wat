;; fuel, wicked: writes all over 32 MiB that it has, and every store misses the caches
(module
  (memory (export "memory") 560)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  ;; 2048 a finding with code "wicked"
  (data (i32.const 2048) "\0c\00\00\00\01\01\06\00\00\00wicked")
  ;; 3072 the answer of assay_configure
  (data (i32.const 3072) "\00\00\00\00\00\00\00\00")
  (global $heap (mut i32) (i32.const 8192))
  (func $chain
    ;; line i leads to line (1664525 * i + 1013904223) mod 2^19: all lines are visited, each far from the one before
    (local $i i32)
    (loop $line
      (i32.store (i32.add (i32.const 1048576) (i32.shl (local.get $i) (i32.const 6)))
        (i32.add (i32.const 1048576) (i32.shl (i32.and (i32.add (i32.mul (local.get $i) (i32.const 1664525)) (i32.const 1013904223)) (i32.const 0x7ffff)) (i32.const 6))))
      (br_if $line (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 0x80000)))))
  (start $chain)
  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_describe") (result i64)
    (i64.const 0x40000000038))
  (func (export "assay_alloc") (param $size i32) (result i32)
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (i32.sub (global.get $heap) (local.get $size)))
  (func (export "assay_configure") (param $check i32) (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0xc0000000008))
  (func (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (local $n i32)
    (if (i32.eq (i32.load8_u offset=56 (local.get $ptr)) (i32.const 2)) (then
      (loop $again
        (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 1664525)) (i32.const 1013904223)))
        (i64.store (i32.add (i32.const 1048576) (i32.and (local.get $n) (i32.const 0x1fffff8))) (i64.const -1))
        (br $again))))
    (i64.const 0x80000000010))
)
