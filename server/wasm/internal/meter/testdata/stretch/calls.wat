;; a tree of calls, without a loop
(module
  (memory (export "memory") 1)
  (func $tree (param $depth i32) (result i32)
    (if (i32.load (i32.const 4)) (then (return (i32.const 1))))
    (if (i32.eqz (local.get $depth)) (then (return (i32.const 1))))
    (drop (call $tree (i32.sub (local.get $depth) (i32.const 1))))
    (call $tree (i32.sub (local.get $depth) (i32.const 1))))
  (func (export "run")
    (i32.store (i32.const 0) (i32.const 1))
    (drop (call $tree (i32.const 60)))))
