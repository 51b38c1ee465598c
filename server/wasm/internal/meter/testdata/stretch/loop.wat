;; a loop and nothing else
(module
  (memory (export "memory") 1)
  (func (export "run")
    (i32.store (i32.const 0) (i32.const 1))
    (loop $again
      (br_if $again (i32.eqz (i32.load (i32.const 4)))))))
