;; A guest that calls assay.call as a card says: {u32 function, u32 argument length, argument}, and
;; what the argument points to behind it. The card lies at 65536 for it. It answers with what the call
;; returned (measure r), with the eight bytes at 4169 (measure o), and of function 3 with the text there.
(module
  (import "assay" "call" (func $call (param i32 i32 i32) (result i64)))
  (memory (export "memory") 3)

  ;; 1024 the description; 2048 the answer of assay_configure, zeroes
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"quality\",\"type\":\"Quality\",\"messages\":{\"boom\":{\"en\":\"boom\"}}}]}")
  ;; 4096 the measures r, its value at 4112, and o, its value at 4136
  (data (i32.const 4096) "\14\00\00\00\03\09\01\00\00\00r\0a\08\00\00\00")
  (data (i32.const 4120) "\14\00\00\00\03\09\01\00\00\00o\0a\08\00\00\00")
  ;; 4144 a finding with a parameter v, its length at 4165, its value at 4169
  (data (i32.const 4144) "\00\00\00\00\01\01\04\00\00\00boom\05\01\00\00\00v\06\00\00\00\00")

  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_describe") (result i64) (i64.const 0x4000000005a))
  (func (export "assay_configure") (param i32 i32 i32) (result i64) (i64.const 0x80000000008))
  (func (export "assay_alloc") (param $size i32) (result i32)
    (local $page i32)
    (local.set $page (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1))))
    (if (result i32) (i32.eq (local.get $page) (i32.const -1))
      (then (i32.const 0))
      (else (i32.shl (local.get $page) (i32.const 16)))))

  (func (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (local $r i64) (local $n i32)
    (memory.fill (i32.const 4169) (i32.const 0) (i32.const 2000))
    (memory.copy (i32.const 65536) (local.get $ptr) (local.get $len))
    (local.set $r (call $call (i32.load (i32.const 65536)) (i32.const 65544) (i32.load (i32.const 65540))))
    (i64.store (i32.const 4112) (local.get $r))
    (i64.store (i32.const 4136) (i64.load (i32.const 4169)))
    ;; of a text (function 3) the finding as well
    (if (i32.or (i32.ne (i32.load (i32.const 65536)) (i32.const 3)) (i64.gt_u (local.get $r) (i64.const 2000)))
      (then (return (i64.const 0x100000000030))))
    (local.set $n (i32.wrap_i64 (local.get $r)))
    (i32.store (i32.const 4144) (i32.add (local.get $n) (i32.const 21)))
    (i32.store (i32.const 4165) (local.get $n))
    (i64.or (i64.const 0x100000000000) (i64.extend_i32_u (i32.add (local.get $n) (i32.const 73)))))
)
