;; calls in every way there is, for profiles: what the host takes for them is in profile_test.go
(module
  (import "assay" "call" (func $call (param i32 i32 i32) (result i64)))
  (type $f (func (param i32 i32 i32) (result i64)))
  (memory (export "memory") 4)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  ;; 3072 the answer of assay_configure
  (data (i32.const 3072) "\00\00\00\00\00\00\00\00")
  (global $heap (mut i32) (i32.const 8192))
  (table funcref (elem $call $counted))
  (func (export "assay_abi") (result i32) (i32.const 1)) ;; func[1]
  (func (export "assay_describe") (result i64) (i64.const 0x40000000038))
  (func (export "assay_alloc") (param $size i32) (result i32)
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (i32.sub (global.get $heap) (local.get $size)))
  (func (export "assay_configure") (param i32 i32 i32) (result i64)
    (i64.const 0xc0000000008))
  ;; func[5]: so small that its callers pay, which are func[6], one of these too, and assay_evaluate
  (func $small (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 3)))
  (func $middle (param i32) (result i32) (i32.add (call $small (local.get 0)) (call $small (i32.const 9)))) ;; func[6]
  ;; func[7]: a loop of n turns, in each of which it calls func[6]
  (func $turns (param $n i32)
    (loop $again
      (drop (call $middle (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  ;; func[8]: calls itself n times
  (func $deep (param $n i32)
    (if (local.get $n) (then (call $deep (i32.sub (local.get $n) (i32.const 1))))))
  (func $counted (param i32 i32 i32) (result i64) (i64.const 7)) ;; func[9], only through the table
  (func (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (drop (call $small (i32.const 6)))
    (call $turns (i32.const 5))
    (call $deep (i32.const 3))
    (drop (call $call (i32.const 1) (i32.const 0) (i32.const 0)))
    (drop (call_indirect (type $f) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
    (drop (call_indirect (type $f) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 1)))
    (memory.fill (i32.const 4096) (i32.const 1) (i32.const 1024))
    ;; a card that begins with t traps, in func[11]
    (if (i32.eq (i32.load8_u (local.get $ptr)) (i32.const 0x74)) (then (call $trap)))
    (i64.const 0))
  (func $trap (unreachable))
)
