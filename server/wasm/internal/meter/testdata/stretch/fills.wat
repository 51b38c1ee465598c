;; a loop that spends by what it fills, which a function of the meter's charges
(module
  (memory (export "memory") 2)
  (func (export "run")
    (i32.store (i32.const 0) (i32.const 1))
    (loop $again
      (memory.fill (i32.const 65536) (i32.const 7) (i32.const 60000))
      (br_if $again (i32.eqz (i32.load (i32.const 4)))))))
