;; A Quality check that traps on clients whose name begins with "!", and finds fault with those whose name begins with "x".
(module
  (memory (export "memory") 1)
  (data (i32.const 16) "{\"abi\":1,\"checks\":[{\"name\":\"moody\",\"type\":\"Quality\",\"messages\":{\"oops\":{\"en\":\"Oops\"}}}]}")
  (data (i32.const 256) "\00\00\00\00\00\00\00\00")               ;; status, handle
  (data (i32.const 272) "\0a\00\00\00\01\01\04\00\00\00oops")     ;; size, kind finding, code
  (func (export "assay_abi") (result i32) i32.const 1)
  (func (export "assay_alloc") (param $size i32) (result i32)     ;; new pages each time
    (i32.shl (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1))) (i32.const 16)))
  (func (export "assay_describe") (result i64)
    (i64.or (i64.shl (i64.const 16) (i64.const 32)) (i64.const 88)))
  (func (export "assay_configure") (param i32 i32 i32) (result i64)
    (i64.or (i64.shl (i64.const 256) (i64.const 32)) (i64.const 8)))
  (func (export "assay_evaluate") (param $handle i32) (param $card i32) (param $length i32) (result i64)
    (local $first i32)
    (if (i32.eqz (i32.load offset=68 (local.get $card))) (then (return (i64.const 0))))  ;; slot 4, the name: no bytes
    (local.set $first (i32.load8_u (i32.add (local.get $card) (i32.load offset=64 (local.get $card)))))
    (if (i32.eq (local.get $first) (i32.const 33)) (then unreachable))
    (if (i32.eq (local.get $first) (i32.const 120))
      (then (return (i64.or (i64.shl (i64.const 272) (i64.const 32)) (i64.const 14)))))
    (i64.const 0)))
